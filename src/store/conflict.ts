import { BiotopeError } from '../model/errors.ts';
import type { Expectation } from './store.ts';

/** What every adapter says when an expectation does not hold. `found` null: there is no record. */
export function storeConflict(expectation: Expectation, found: number | null): BiotopeError {
  const { collection, key, revision } = expectation;
  const was = revision === null ? 'no record' : `revision ${revision}`;
  const is = found === null ? 'no record' : `revision ${found}`;
  return new BiotopeError('STORE_CONFLICT', {
    message:
      `Expected ${was} of ${key} in ${collection}, found ${is}: it was changed meanwhile. ` +
      'Read it again and decide anew.',
    facts: { collection, key, expected: revision, found },
  });
}
