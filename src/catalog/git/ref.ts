import { BiotopeError } from '../../model/errors.ts';

const CHARACTERS_MAX = 250;
const COMMIT = /^[0-9a-f]{40}$/;

/** Stricter than Git: what it, a shell or an option parser reads otherwise is no name of a ref. */
const FORBIDDEN = [/^[-/.]/, /[/.]$/, /\.lock$/, /\.\./, /\/[./]/, /@\{/, /[\p{Cc}\s~^:?*[\\]/u];

/** Checks the name of a branch, tag or commit. Rejects with USAGE. */
export function readRef(text: string): string {
  const isName = text !== '' && text.length <= CHARACTERS_MAX;
  if (isName && !FORBIDDEN.some((pattern) => pattern.test(text))) return text;
  throw new BiotopeError('USAGE', {
    message:
      `${JSON.stringify(text.slice(0, 100))} is no name of a branch, a tag or a commit: ` +
      'give one after ?ref=, such as ?ref=v1.2.0.',
  });
}

export function isCommit(ref: string): boolean {
  return COMMIT.test(ref);
}
