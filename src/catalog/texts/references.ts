import type { Reference } from '../../model/expression/paths.ts';
import { didYouMean } from '../../model/nearest.ts';
import type { ResourceFacts, TemplateFacts } from './facts.ts';

/** What a text of the template may refer to. */
export interface ReferenceRules {
  /** The resource the text belongs to. */
  owner: string | null;
  /** Null where resources may be referred to, else why not. */
  noResources: string | null;
  /** `address`: id and index, while it is being made; `all`: its outputs too, once it is made. */
  self: 'none' | 'address' | 'all';
}

export interface Verdict {
  message: string;
  suggestion: string | null;
}

/** Null where the reference leads to something that will be there. */
export function judgeReference(
  reference: Reference,
  rules: ReferenceRules,
  facts: TemplateFacts,
): Verdict | null {
  switch (reference.kind) {
    case 'parameter':
      return judgeParameter(reference.name, facts);
    case 'environment':
      return null;
    case 'self':
      return judgeSelf(reference, rules, facts);
    case 'resource':
      return judgeResource(reference, rules, facts);
    case 'group':
      return judgeGroup(reference, rules, facts);
  }
}

function judgeParameter(name: string | null, { parameters }: TemplateFacts): Verdict | null {
  if (name === null || parameters.has(name)) return null;
  const declare = 'Declare it under parameters.properties.';
  return {
    message: `there is no parameter ${JSON.stringify(name)}`,
    suggestion: didYouMean(name, parameters.keys()) ?? declare,
  };
}

function judgeSelf(
  { field, output }: Extract<Reference, { kind: 'self' }>,
  { self, owner }: ReferenceRules,
  facts: TemplateFacts,
): Verdict | null {
  if (self === 'none') {
    const message = '"self" is the resource a text belongs to: there is none here';
    return { message, suggestion: 'Write resources.<id>.outputs.<name>.' };
  }
  if (field !== 'outputs') return null;
  if (self === 'address') {
    const message = 'the outputs of a resource are not known while it is being made';
    return { message, suggestion: 'self.outputs may stand in statusEndpoints and links.' };
  }
  const resource = owner === null ? undefined : facts.resources.get(owner);
  return resource === undefined ? null : judgeOutput(output, owner ?? '', resource);
}

function judgeResource(
  reference: Extract<Reference, { kind: 'resource' }>,
  rules: ReferenceRules,
  facts: TemplateFacts,
): Verdict | null {
  const { id } = reference;
  if (rules.noResources !== null) return { message: rules.noResources, suggestion: null };
  if (id === rules.owner) {
    const suggestion =
      rules.self === 'all' ? 'Write self.outputs.<name> for its own outputs.' : null;
    return { message: `${JSON.stringify(id)} refers to itself`, suggestion };
  }
  const resource = facts.resources.get(id);
  if (resource === undefined) return unknownResource(id, facts.resources.keys());
  return judgeWhich(reference, resource) ?? judgeOutput(reference.output, id, resource);
}

function judgeGroup(
  { name, output }: Extract<Reference, { kind: 'group' }>,
  { noResources, owner }: ReferenceRules,
  { groups, resources }: TemplateFacts,
): Verdict | null {
  if (noResources !== null) return { message: noResources, suggestion: null };
  const members = groups.get(name);
  if (members === undefined) return unknownGroup(name, groups.keys());
  if (owner !== null && members.includes(owner)) {
    const message = `${JSON.stringify(owner)} is itself a member of the group ${JSON.stringify(name)}`;
    return { message, suggestion: 'Take it out of the group, or name the others one by one.' };
  }
  const verdicts = members.map((id) => {
    const facts = resources.get(id);
    return facts === undefined ? null : judgeOutput(output, id, facts);
  });
  return verdicts.find((verdict) => verdict !== null) ?? null;
}

function unknownGroup(name: string, known: Iterable<string>): Verdict {
  const names = [...known];
  return {
    message: `there is no group ${JSON.stringify(name)}`,
    suggestion: didYouMean(name, names) ?? listed(names) ?? 'Declare it under groups.',
  };
}

export function unknownResource(id: string, known: Iterable<string>): Verdict {
  const ids = [...known];
  const hyphenated = ids.find((one) => one.startsWith(`${id}-`));
  const meant =
    hyphenated === undefined
      ? (didYouMean(id, ids) ?? listed(ids))
      : `An id with "-" is written resources["${hyphenated}"].`;
  return { message: `there is no resource ${JSON.stringify(id)}`, suggestion: meant };
}

const IDS_SHOWN_MAX = 10;

function listed(ids: readonly string[]): string | null {
  if (ids.length === 0) return null;
  const more = ids.length > IDS_SHOWN_MAX ? ', …' : '';
  return `There are ${ids.slice(0, IDS_SHOWN_MAX).join(', ')}${more}.`;
}

/** With `count` there is a list of them, without there is one. */
function judgeWhich(
  { id, which, output }: Extract<Reference, { kind: 'resource' }>,
  { count }: ResourceFacts,
): Verdict | null {
  if (count === 'unknown') return null;
  const name = /^\w+$/.test(id) ? `resources.${id}` : `resources["${id}"]`;
  const member = output === null ? 'outputs' : `outputs.${output}`;
  if (count === 'none') {
    if (which === 'only' || (which === 'each' && output === null)) return null;
    const message = `${JSON.stringify(id)} has no count: there is only one`;
    return { message, suggestion: `Write ${name}.${member}.` };
  }
  if (which === 'only') {
    const message = `${JSON.stringify(id)} has a count: say which one is meant`;
    return { message, suggestion: `Write ${name}[0].${member}, or ${name}.map(r, r.${member}).` };
  }
  if (typeof which !== 'number' || typeof count !== 'number' || which < count) return null;
  const message = `${JSON.stringify(id)} has a count of ${count}: there is no [${which}]`;
  return { message, suggestion: count === 0 ? null : `The last one is [${count - 1}].` };
}

function judgeOutput(name: string | null, id: string, { outputs }: ResourceFacts): Verdict | null {
  if (name === null || outputs === null) return null;
  const names = outputs.map((output) => output.name);
  if (names.includes(name)) return null;
  const known = names.length === 0 ? 'It has none.' : `It has ${names.slice(0, 20).join(', ')}.`;
  return {
    message: `resource ${JSON.stringify(id)} has no output ${JSON.stringify(name)}`,
    suggestion: didYouMean(name, names) ?? known,
  };
}
