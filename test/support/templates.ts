import type { JsonObject } from '../../src/model/json.ts';
import type { ResourceTemplate, Template } from '../../src/model/template.ts';
import type { Store } from '../../src/store/store.ts';

/** A resource that passed the catalog's checks, without having to write a folder for it. */
export function resource(id: string, more: Partial<ResourceTemplate> = {}): ResourceTemplate {
  return {
    id,
    prefix: '',
    source: null,
    executor: 'ledger',
    description: '',
    tags: [],
    links: [],
    count: null,
    dependsOn: [],
    needs: [],
    with: {},
    statusEndpoints: [],
    protect: false,
    external: null,
    movedFrom: [],
    pool: 'default',
    timeoutSeconds: null,
    retry: null,
    contentDigest: '',
    ...more,
  };
}

export function template(
  version: string,
  resources: ResourceTemplate[],
  more: Partial<Template> = {},
): Template {
  const parameters: JsonObject = { type: 'object', properties: {} };
  return {
    name: 'sample',
    version,
    description: '',
    tags: [],
    approval: null,
    parameters,
    resources,
    nested: [],
    groups: [],
    actions: [],
    entrypoints: [],
    outputs: [],
    ...more,
  };
}

/** Into the store, without a folder and its checks. */
export async function publishDirectly(store: Store, template: Template): Promise<void> {
  const { name, version } = template;
  const digest = `sha256:${name}@${version}`;
  await store.commit({
    scope: '@templates',
    expect: [],
    writes: [
      {
        kind: 'put',
        collection: 'templates',
        key: `${name}@${version}`,
        value: {
          reference: { name, version, digest },
          name,
          template,
          commit: null,
          publishedAtMs: 0,
        },
      },
      { kind: 'put', collection: 'bundles', key: digest, value: { digest, files: [] } },
    ],
    events: [],
  });
}
