import { describe, it } from 'vitest';
import { type Addresses, readRunning, type ServiceVariable } from './running.ts';

let known: Addresses | undefined;

export function addressOf(variable: ServiceVariable): string | undefined {
  known ??= readRunning()?.addresses ?? {};
  return process.env[variable] || known[variable];
}

/** No machine of ours has these; where one is named its tests run. */
const OPTIONAL: ReadonlySet<ServiceVariable> = new Set(['ARANGO_URL']);

/**
 * Tests over real services, given their addresses. Where one is missing they are skipped and say so;
 * in CI they fail.
 */
export function describeOver<V extends ServiceVariable>(
  variables: readonly V[],
  title: string,
  tests: (addresses: Record<V, string>) => void,
): void {
  const missing = variables.filter((variable) => addressOf(variable) === undefined);
  if (missing.length === 0) {
    describe(title, () => tests(recordOf(variables, (variable) => addressOf(variable) ?? '')));
    return;
  }
  const why = `${missing.join(', ')} not named, and nothing runs: test/services up`;
  if (process.env.CI === 'true' && !missing.every((variable) => OPTIONAL.has(variable))) {
    describe(title, () => {
      throw new Error(why);
    });
    return;
  }
  // One for all of them: what is told of it is why.
  describe(title, () => {
    it('runs over real services', ({ skip }) => skip(why));
  });
}

function recordOf<K extends string>(
  keys: readonly K[],
  textOf: (key: K) => string,
): Record<K, string> {
  const entries = keys.map((key) => [key, textOf(key)] as const);
  // Each of the keys is there.
  return Object.fromEntries(entries) as Record<K, string>;
}
