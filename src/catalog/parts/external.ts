import type { DocumentPath } from '../document/document.ts';
import type { ExternalInput } from '../document/schema.ts';
import { buildEndpoint } from '../texts/endpoints.ts';
import type { ReadResource } from './read-resource.ts';

/** Kind of the executor that looks at what others own. No template names it. */
export const EXTERNAL = 'external';

/** What others own is a resource as well: one whose executor only asks whether it lives. */
export function readExternal(input: ExternalInput, path: DocumentPath): ReadResource {
  const { external, outputs, ...rest } = input;
  const endpoints = input.statusEndpoints.flatMap(buildEndpoint).map((one) => ({ ...one }));
  return {
    input: {
      ...rest,
      executor: EXTERNAL,
      with: { name: external, outputs, endpoints },
      protect: false,
      pool: 'default',
    },
    path,
    external,
    definition: undefined,
    spec: {
      problems: [],
      contentPaths: [],
      outputs: Object.keys(outputs).map((name) => ({ name, secret: false })),
    },
  };
}
