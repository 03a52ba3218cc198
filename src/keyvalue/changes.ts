import { BiotopeError } from '../model/errors.ts';
import { checkPath } from '../platform/paths.ts';
import {
  BATCH_BYTES_MAX,
  CHANGES_PER_BATCH_MAX,
  type KeyValueChange,
  VALUE_BYTES_MAX,
} from './keyvalue.ts';

/** What a change counts towards BATCH_BYTES_MAX. */
export function bytesOf(change: KeyValueChange): number {
  return change.key.length + (change.kind === 'set' ? Buffer.byteLength(change.value) : 0);
}

/** Throws PATH_INVALID or LIMIT_EXCEEDED where no adapter takes these changes. */
export function checkBatch(changes: readonly KeyValueChange[]): void {
  if (changes.length > CHANGES_PER_BATCH_MAX) {
    throw tooMuch(`${changes.length} changes of keys`, `the ${CHANGES_PER_BATCH_MAX}`);
  }
  for (const change of changes) checkChange(change);
  const bytes = changes.reduce((sum, change) => sum + bytesOf(change), 0);
  if (changes.length > 1 && bytes > BATCH_BYTES_MAX) {
    throw tooMuch(`Changes of ${bytes} bytes`, `the ${BATCH_BYTES_MAX} bytes`);
  }
}

function checkChange(change: KeyValueChange): void {
  checkPath(change.key);
  if (change.kind === 'delete') return;
  const bytes = Buffer.byteLength(change.value);
  if (bytes <= VALUE_BYTES_MAX) return;
  throw new BiotopeError('LIMIT_EXCEEDED', {
    message: `The value of ${change.key} has ${bytes} bytes, at most ${VALUE_BYTES_MAX} are allowed.`,
    facts: { key: change.key, bytes, bytesMax: VALUE_BYTES_MAX },
  });
}

function tooMuch(what: string, bound: string): BiotopeError {
  return new BiotopeError('LIMIT_EXCEEDED', {
    message: `${what} are more than ${bound} that can be made together. Send them in batches.`,
  });
}

/** `found`: the revision that the key has, where that is known. */
export function keyConflict(
  { key, revision }: Pick<KeyValueChange, 'key' | 'revision'>,
  found?: number,
): BiotopeError {
  const name = (number: number) => (number === 0 ? 'no value' : `revision ${number}`);
  return new BiotopeError('KEY_CONFLICT', {
    message:
      (found === undefined
        ? `The key ${key} has not ${name(revision)} any more: `
        : `The key ${key} has ${name(found)}, expected ${name(revision)}: `) +
      'somebody else changed it. Nothing was written.',
    facts: { key, expected: revision, ...(found === undefined ? {} : { found }) },
  });
}
