export interface ProcessRequest {
  /** A name on `env.PATH`, or a path (from `cwd`). */
  command: string;
  args: readonly string[];
  cwd: string;
  /** All the variables it gets: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** Written anew, 0600. Files and never pipes: a process must outlive its reader. */
  stdoutFile: string;
  stderrFile: string;
  /** What it reads from its standard input; null: nothing. */
  input: string | Uint8Array | null;
  /**
   * Awaited when all is prepared, as the last thing before the program begins. Where `signal` is aborted
   * by then, it never does. Must not reject.
   */
  confirm?: () => Promise<void>;
  /** Aborting asks it to stop, once, and after `graceMs` kills it with its whole group. */
  signal: AbortSignal;
  /** What asks it to stop. Default: SIGTERM. Goes to the process alone, not to its children. */
  stopSignal?: NodeJS.Signals;
  /** From the start; when it is up the process is stopped like one that was aborted. */
  timeoutMs: number;
  graceMs: number;
  /** For both files together; beyond it the process is stopped, beyond twice as much killed. */
  outputBytesMax: number;
  onStdoutLine?: (line: string) => void;
  onStderrLine?: (line: string) => void;
  /** Where a later process finds this one should we die (`findOrphan`). Removed when it has ended. */
  pidFile?: string;
  /** No file that it writes may grow beyond this (rounded up to 512 bytes); trying to ends it. */
  fileBytesMax?: number;
  /** Files that it creates are its owner's alone (umask 077). Default: as our own. */
  privateFiles?: boolean;
}

export interface ProcessResult {
  /** Null where a signal ended it, or where it was never started. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** Null: the request was aborted before it began; nothing was started. */
  pid: number | null;
  /** Aborted by the request's signal. Of the three reasons to stop only the first is told. */
  cancelled: boolean;
  timedOut: boolean;
  outputExceeded: boolean;
  /** Ended by SIGKILL, ours after the grace or anybody's: nobody can tell how far it came. */
  killed: boolean;
}
