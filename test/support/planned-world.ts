import { fingerprintOf } from '../../src/engine/planner/fingerprint.ts';
import { addressOf } from '../../src/model/address.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '../../src/model/json.ts';
import type { ResourceRecord } from '../../src/model/resource.ts';
import type { ResourceTemplate, Template } from '../../src/model/template.ts';
import { digest } from '../../src/platform/digest.ts';
import { resource as record } from './records.ts';

/** What is recorded once a template has been built, worked out without planner and expressions. */
export interface World {
  records: ReadonlyMap<string, ResourceRecord>;
  /** All that makes one resource differ from another of its address. */
  like(address: string): unknown;
}

/**
 * Understands templates whose `with` holds plain values, `${parameters.size}`, and under the name
 * of a needed resource its output `n` (a list of them where it has a count).
 */
export function buildWorld(template: Template, parameters: JsonObject, before?: World): World {
  const records = new Map<string, ResourceRecord>();
  const open = [...template.resources];
  const done = new Set<string>();
  while (open.length > 0) {
    const at = open.findIndex(({ needs }) => needs.every((id) => done.has(id)));
    const [next] = open.splice(at, 1);
    if (at < 0 || next === undefined) throw new Error('the template has a cycle');
    for (const one of instancesOf(next, { template, parameters, records })) {
      records.set(one.address, { ...before?.records.get(one.address), ...one });
    }
    done.add(next.id);
  }
  return {
    records,
    like: (address) => {
      const one = records.get(address);
      return one === undefined ? null : { spec: one.spec, fingerprint: one.fingerprint };
    },
  };
}

interface Facts {
  template: Template;
  parameters: JsonObject;
  records: ReadonlyMap<string, ResourceRecord>;
}

function instancesOf(wanted: ResourceTemplate, facts: Facts): ResourceRecord[] {
  const spec = Object.fromEntries(
    Object.entries(wanted.with).map(([key, value]) => [key, resolved(key, value, facts)]),
  );
  const dependsOn = wanted.needs.flatMap((id) => addressesOf(id, facts));
  return addressesOf(wanted.id, facts).map((address, index) =>
    record({
      id: wanted.id,
      address,
      index,
      counted: wanted.count !== null,
      label: wanted.count === null ? wanted.id : address,
      executor: wanted.executor,
      dependsOn,
      spec,
      fingerprint: fingerprintOf(wanted, spec),
      outputs: { n: digest(canonicalJson([address, spec, wanted.contentDigest])) },
    }),
  );
}

function addressesOf(id: string, { template }: Facts): string[] {
  const count = template.resources.find((one) => one.id === id)?.count ?? 1;
  return Array.from({ length: Number(count) }, (_, at) => addressOf(id, at));
}

function resolved(key: string, value: JsonValue, facts: Facts): JsonValue {
  if (value === '${parameters.size}') return facts.parameters.size ?? null;
  if (typeof value !== 'string' || !value.includes('${')) return value;
  const outputs = addressesOf(key, facts).map(
    (address) => facts.records.get(address)?.outputs.n ?? null,
  );
  const isCounted = facts.template.resources.find(({ id }) => id === key)?.count !== null;
  return isCounted ? outputs : (outputs[0] ?? null);
}
