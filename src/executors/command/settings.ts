import { DEFAULT_LIMITS, type Limits } from '../../model/limits.ts';

/** What configuration decides. Sizes and times are bounds on one run of an application. */
export interface CommandSettings {
  /** Where programs are looked for; null: on the host's PATH. */
  path: string | null;
  /** The worker's own environment. Applications see of it what is named here, and nothing else. */
  host: Readonly<Record<string, string | undefined>>;
  passEnvironment: readonly string[];
  /** From the request to end to the kill. */
  graceMs: number;
  /** Of what an application returns. */
  outputBytesMax: number;
  /** Of what it says. */
  logBytesMax: number;
  /** Of what an application returns. */
  nestingLevelsMax: number;
}

/** Beyond what is kept of a step's log an application may go on for a while: it is only cut off. */
const LOGS_UNTIL_STOPPED = 4;

/** What the limits of the whole mean for one application. */
export function commandBounds(
  limits: Limits,
): Pick<CommandSettings, 'outputBytesMax' | 'logBytesMax' | 'nestingLevelsMax'> {
  const { outputBytesMax, stepLogBytesMax, nestingLevelsMax } = limits;
  return { outputBytesMax, logBytesMax: LOGS_UNTIL_STOPPED * stepLogBytesMax, nestingLevelsMax };
}

export const DEFAULT_COMMAND_SETTINGS: CommandSettings = {
  path: null,
  host: process.env,
  passEnvironment: [],
  graceMs: 30_000,
  ...commandBounds(DEFAULT_LIMITS),
};
