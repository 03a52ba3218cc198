import type { Address } from '../../model/address.ts';
import type { Entrypoint } from '../../model/environment.ts';
import { BiotopeError } from '../../model/errors.ts';
import type { Resolved } from '../../model/expression/evaluate.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import { isSecretText } from '../../model/secret.ts';
import type { Link, ResourceTemplate, StatusEndpoint } from '../../model/template.ts';
import type { Inputs } from './inputs.ts';
import type { RunView } from './run-view.ts';

/** What a built environment shows to the outside, resolved from what its resources have become. */
export interface Results {
  outputs: JsonObject;
  entrypoints: Entrypoint[];
  /** Records whose endpoints, links or description changed, to be written. */
  resources: ResourceRecord[];
}

export function resolveResults(view: RunView, inputs: Inputs): Results {
  const template = view.template?.template;
  if (template === undefined) return { outputs: {}, entrypoints: [], resources: [] };
  const resolve = (value: JsonValue, what: string) =>
    known(inputs.resolveFor(value, '', null), what);
  return {
    outputs: Object.fromEntries(
      template.outputs.map(({ name, value }) => [name, resolve(value, `output ${name}`)]),
    ),
    entrypoints: template.entrypoints.map((entrypoint) => ({
      name: entrypoint.name,
      description: entrypoint.description,
      url: shown(resolve(entrypoint.url, `entrypoint ${entrypoint.name}`), entrypoint.name),
    })),
    resources: template.resources.flatMap((resource) =>
      inputs
        .addressesOf(resource.id)
        .flatMap((address) => described({ view, inputs, resource, address })),
    ),
  };
}

interface Place {
  view: RunView;
  inputs: Inputs;
  resource: ResourceTemplate;
  address: Address;
}

function described({ view, inputs, resource, address }: Place): ResourceRecord[] {
  const stored = view.resources.get(address);
  if (stored === undefined) return [];
  const { value: record } = stored;
  const self = { id: record.id, index: record.index, outputs: record.outputs };
  const text = (value: string, kind: string): string => {
    const what = `${kind} of ${record.label}`;
    return shown(known(inputs.resolveFor(value, resource.prefix, self), what), what);
  };
  const told: Described = {
    counted: resource.count !== null,
    label: resource.count === null ? record.id : address,
    description: resource.description,
    tags: resource.tags,
    protect:
      known(inputs.resolveFor(resource.protect, resource.prefix, null), 'protection') === true,
    external: resource.external,
    dependsOn: inputs.neededBy(resource),
    links: resource.links.map((link): Link => ({ ...link, url: text(link.url, 'link') })),
    statusEndpoints: resource.statusEndpoints.map(
      (endpoint): StatusEndpoint => ({ ...endpoint, target: text(endpoint.target, 'endpoint') }),
    ),
  };
  return isTold(record, told) ? [] : [{ ...record, ...told }];
}

type Described = Pick<
  ResourceRecord,
  | 'counted'
  | 'label'
  | 'description'
  | 'tags'
  | 'protect'
  | 'external'
  | 'dependsOn'
  | 'links'
  | 'statusEndpoints'
>;

/** Most are: of thousands of resources only the few that differ are written again. */
function isTold(record: ResourceRecord, told: Described): boolean {
  const names = Object.keys(told) as (keyof Described)[];
  return names.every((name) => {
    const [now, then] = [told[name], record[name]];
    return now === then || JSON.stringify(now) === JSON.stringify(then);
  });
}

function known(resolved: Resolved, what: string): JsonValue {
  if (resolved.known) return resolved.value;
  throw new BiotopeError('EXPRESSION_FAILED', {
    message: `The ${what} needs outputs of ${resolved.waitsFor.join(', ')}, which are not known.`,
  });
}

/** Addresses are shown to everybody. */
function shown(value: JsonValue, what: string): string {
  if (typeof value === 'string') return value;
  const reason = isSecretText(value) ? 'is made from a secret' : 'is not a text';
  throw new BiotopeError('EXPRESSION_FAILED', { message: `The address of ${what} ${reason}.` });
}
