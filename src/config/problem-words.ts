import type { z } from 'zod';
import { nearest } from '../model/nearest.ts';

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'settings by name',
  record: 'settings by name',
  array: 'a list',
};

/** What a setting must be; `given`: what it is. */
export function problemWords(issue: z.core.$ZodIssue, given: unknown): string {
  switch (issue.code) {
    case 'invalid_key':
      return issue.issues[0]?.message ?? issue.message;
    case 'invalid_value': {
      const values = issue.values.map(String);
      const meant = typeof given === 'string' ? nearest(given, values) : undefined;
      return `must be one of ${values.join(', ')}${suggestionOf(meant)}`;
    }
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return isOfNumber(issue) ? `must be at least ${issue.minimum}` : issue.message;
    case 'too_big':
      return isOfNumber(issue) ? `must be at most ${issue.maximum}` : issue.message;
    default:
      return issue.message;
  }
}

function isOfNumber({ origin }: { origin: string }): boolean {
  return origin === 'number' || origin === 'int';
}

/** As the end of a sentence; empty without a name. */
export function suggestionOf(name: string | undefined): string {
  return name === undefined ? '' : `; did you mean ${name}?`;
}
