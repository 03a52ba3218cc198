import { BiotopeError } from '../model/errors.ts';
import { SECRET_BYTES_MAX, type SecretFields } from './secrets.ts';

/** What every adapter refuses alike. */

/** Rejects with LIMIT_EXCEEDED. */
export function checkFields(path: string, fields: SecretFields): void {
  const bytes = Buffer.byteLength(JSON.stringify(fields));
  if (bytes <= SECRET_BYTES_MAX) return;
  throw new BiotopeError('LIMIT_EXCEEDED', {
    message: `The secret ${path} has ${bytes} bytes, at most ${SECRET_BYTES_MAX} are allowed.`,
    facts: { path, bytes, bytesMax: SECRET_BYTES_MAX },
  });
}

/** Versions; 0: none. */
export function keyConflict(path: string, expected: number, found: number): BiotopeError {
  const name = (version: number) => (version === 0 ? 'no version' : `version ${version}`);
  return new BiotopeError('KEY_CONFLICT', {
    message:
      `The secret ${path} has ${name(found)}, expected ${name(expected)}: somebody else changed it. ` +
      'Nothing was written.',
    facts: { path, expected, found },
  });
}
