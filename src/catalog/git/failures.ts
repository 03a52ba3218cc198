import { BiotopeError, type ErrorCode } from '../../model/errors.ts';
import type { Limits } from '../../model/limits.ts';

interface Rule {
  pattern: RegExp;
  code: ErrorCode;
  says: (url: string) => string;
}

/** What Git says (in English: LC_ALL=C), from the most telling to the least. */
const RULES: readonly Rule[] = [
  {
    pattern: /fsck error|hasDot|gitmodules|duplicateEntries|fullPathname/,
    code: 'SOURCE_REFUSED',
    says: (url) => `${url} holds objects that Git takes for damaged or malicious.`,
  },
  {
    pattern: /Host key verification failed/,
    code: 'SOURCE_UNAVAILABLE',
    says: (url) =>
      `SSH does not know the host of ${url}. Connect to it once with ssh, check its key and accept it.`,
  },
  {
    pattern:
      /could not read (?:Username|Password)|terminal prompts disabled|Authentication failed|Permission denied|returned error: 40[13]|Access denied/i,
    code: 'SOURCE_UNAVAILABLE',
    says: (url) =>
      `${url} is not given to us: there is no such repository, or you may not read it. Biotope never asks ` +
      'for passwords: set up a credential helper (git config credential.helper) or an SSH key, and ' +
      `see that "git ls-remote ${url}" works.`,
  },
  {
    pattern: /returned error: 30\d|unable to update url base/,
    code: 'SOURCE_REFUSED',
    says: (url) =>
      `${url} leads to another address, which is not followed. Give the address at which it is (with ".git" at its end).`,
  },
  {
    pattern: /not found|does not appear to be a git repository|returned error: 404|does not exist/i,
    code: 'SOURCE_NOT_FOUND',
    says: (url) => `There is no repository ${url}, or you may not read it.`,
  },
  {
    pattern: /transport '[^']*' not allowed/,
    code: 'SOURCE_REFUSED',
    says: (url) => `${url} cannot be reached by https or ssh.`,
  },
];

/** Why Git gave up, by what it said. */
export function gitError(url: string, stderr: string): BiotopeError {
  const detail = plainLines(stderr);
  const rule = RULES.find(({ pattern }) => pattern.test(stderr));
  if (rule !== undefined) {
    return new BiotopeError(rule.code, { message: rule.says(url), detail, facts: { url } });
  }
  return new BiotopeError('SOURCE_UNAVAILABLE', {
    message: `${url} cannot be read now: Git gave up. See what it said, and try again.`,
    detail,
    facts: { url },
  });
}

export function timeoutError(url: string, timeoutMs: number): BiotopeError {
  return new BiotopeError('SOURCE_TIMEOUT', {
    message:
      `Reading ${url} took longer than ${timeoutMs / 1_000} s and was stopped. ` +
      'Try again, or raise catalog.gitTimeoutMs.',
    facts: { url, timeoutMs },
  });
}

export function limitError(url: string, what: string, limit: keyof Limits): BiotopeError {
  return new BiotopeError('LIMIT_EXCEEDED', {
    message: `${url} is too large: ${what} (limits.${limit}).`,
    facts: { url, limit },
  });
}

export function notFound(message: string, facts: Record<string, unknown>): BiotopeError {
  return new BiotopeError('SOURCE_NOT_FOUND', { message, facts });
}

const LINES_MAX = 20;

/** The other side writes into it. */
function plainLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(0, LINES_MAX)
    .join('\n');
}
