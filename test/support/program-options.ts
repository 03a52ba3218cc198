import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { messageOf } from '../../src/model/thrown.ts';

const USAGE_EXIT_CODE = 64;

/** Ends a program that was called wrongly, with one line that says what to write. */
export function refuseUsage(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(USAGE_EXIT_CODE);
}

/** What the command line of this process asks for. `--help` prints `help` and ends it. */
export function readProgramOptions<T extends ParseArgsOptionsConfig>(help: string, options: T) {
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(help);
    process.exit(0);
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return refuseUsage(`${messageOf(error)} (--help tells what there is)`);
  }
}

/** Ends the process where the option is no whole number, or less than `min`. */
export function wholeNumber(
  name: string,
  text: string,
  { min = 0, max = 2 ** 32 - 1 } = {},
): number {
  if (/^\d+$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
  return refuseUsage(`--${name} takes a whole number from ${min} to ${max}, not "${text}".`);
}

/**
 * Aborted by the first Ctrl-C: who listens comes to an end with what is under way. The second one ends
 * the process at once.
 */
export function untilInterrupted(onInterrupt: () => void): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      onInterrupt();
      controller.abort();
    });
  }
  return controller.signal;
}

export const INTERRUPTED_EXIT_CODE = 130;
