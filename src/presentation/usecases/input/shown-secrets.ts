import { someOf } from '../../../model/some-of.ts';
import type { Session } from '../../session.ts';

const NAMES_SHOWN_MAX = 5;

/** `pairs`: `NAME=VALUE` as they stand on the command line, secret ones among them. Names no value. */
export function adviseOnSecrets(
  { advise }: Pick<Session, 'advise'>,
  pairs: readonly string[] = [],
  { isSecret, flag }: { isSecret: ReadonlySet<string>; flag: string },
): void {
  const names = new Set(pairs.map((pair) => pair.slice(0, pair.indexOf('='))));
  const shown = [...names].filter((name) => isSecret.has(name));
  if (shown.length === 0) return;
  advise(
    `hint: ${someOf(shown, NAMES_SHOWN_MAX)} on the command line can be read in the shell's history ` +
      `and the list of processes: give secrets with ${flag} FILE, or - for standard input`,
  );
}
