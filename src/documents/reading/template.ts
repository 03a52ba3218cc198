import type { z } from 'zod';
import type { TemplateRecord } from '../../model/template.ts';
import type { templateSchema } from '../schema/template.ts';
import { timeFrom } from './pieces.ts';

/** See environment.ts. What is needed to build from it is not told: a server does that. */
export function templateFrom(document: z.output<typeof templateSchema>): TemplateRecord {
  const { name, version, digest, commit, source, modules, locks, publishedAt, ...told } = document;
  const isVendored = modules.length > 0 || locks.length > 0;
  return {
    reference: { name, version, digest },
    name,
    commit,
    source,
    vendored: isVendored ? { authorsDigest: '', modules, locks } : null,
    publishedAtMs: timeFrom(publishedAt),
    template: {
      ...told,
      name,
      version,
      resources: told.resources.map((resource) => ({
        ...resource,
        prefix: '',
        source: null,
        tags: [],
        links: [],
        dependsOn: [],
        with: {},
        statusEndpoints: [],
        protect: false,
        external: null,
        pool: '',
        timeoutSeconds: null,
        retry: null,
        contentDigest: '',
      })),
      actions: told.actions.map(({ name: of, description, app, ...terms }) => ({
        name: of,
        description,
        app,
        terms: { ...terms, retry: null },
      })),
      nested: told.nested.map((nested) => ({
        ...nested,
        parent: '',
        schema: {},
        parameters: {},
        outputs: [],
      })),
    },
  };
}
