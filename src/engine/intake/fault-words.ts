import type { z } from 'zod';
import { didYouMean } from '../../model/nearest.ts';

type Issue = z.core.$ZodRawIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** Says of a value what it must be, where its schema has no words of its own. `known`: the keys of an object. */
export function faultWords(known: readonly string[]): (issue: Issue) => string {
  return (issue) => {
    switch (issue.code) {
      case 'invalid_type':
        if (issue.input === undefined) return 'is missing';
        return `must be ${KINDS[issue.expected] ?? issue.expected}`;
      case 'invalid_value':
        return `must be ${issue.values.map(String).join(' or ')}`;
      case 'unrecognized_keys':
        return issue.keys.map((key) => unknownKey(key, known)).join(' ');
      case 'invalid_key':
        return 'has a name that is empty or too long';
      case 'too_small':
        return `must have ${amount('at least', Number(issue.minimum), issue.origin)}`;
      case 'too_big':
        return `must have ${amount('at most', Number(issue.maximum), issue.origin)}`;
      default:
        return 'must be JSON as the command describes it';
    }
  };
}

function amount(which: 'at least' | 'at most', limit: number, origin: string): string {
  const things = origin === 'string' ? ['character', 'characters'] : ['entry', 'entries'];
  return `${which} ${limit} ${things[limit === 1 ? 0 : 1]}`;
}

const KEY_CHARACTERS_MAX = 60;

function unknownKey(key: string, known: readonly string[]): string {
  const meant = didYouMean(key, known) ?? `Known: ${known.join(', ')}.`;
  return `has no ${JSON.stringify(key.slice(0, KEY_CHARACTERS_MAX))}. ${meant}`;
}
