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
}

const MIB = 1024 * 1024;

export const DEFAULT_COMMAND_SETTINGS: CommandSettings = {
  path: null,
  host: process.env,
  passEnvironment: [],
  graceMs: 30_000,
  outputBytesMax: MIB,
  logBytesMax: 16 * MIB,
};
