import type { Store } from '../../../src/store/store.ts';
import type { Chance } from '../../simulation/world/chance.ts';
import type { CliEnd, CliProcess } from '../../support/cli.ts';
import type { Tally } from './tally.ts';

/**
 * One kind of fault, met again and again. Rounds are independent of each other, each in a place of its
 * own, and run outside of vitest as well: what is wrong is thrown (`node:assert`) or tallied.
 */
export interface Scenario {
  /** In kebab-case, for `--only`. */
  name: string;
  /** What breaks, in one sentence. */
  fault: string;
  rounds: { ci: number; full: number };
  /** Folders below test/fixtures/templates, published before the rounds begin. */
  templates: readonly string[];
  /** Rounds side by side. Default: 2. */
  atOnce?: number;
  /** Why it cannot be run here; undefined: it can. */
  hindrance?(): string | undefined;
  round(place: Place, round: number): Promise<void>;
}

/** A folder with a data folder of its own, and a ledger outside of everything Biotope keeps. */
export interface Place extends Pick<Tally, 'count' | 'time' | 'happened'> {
  /** Where the commands are run. */
  folder: string;
  dataFolder: string;
  ledger: string;
  /** The same for the same scenario and round. */
  chance: Chance;
  /** Every effect that really happened, in order. */
  effects(): string[];
  start(args: readonly string[], env?: Record<string, string>): CliProcess;
  biotope(args: readonly string[], env?: Record<string, string>): Promise<CliEnd>;
  /** Insists on the exit code 0. */
  done(args: readonly string[], env?: Record<string, string>): Promise<CliEnd>;
  /** The document that a command prints with `--json`. */
  document<T>(args: readonly string[]): Promise<T>;
  /** The folder of a template below test/fixtures/templates. */
  fixture(template: string): string;
  /** Where `read` looks from now on, instead of the data folder. */
  readFrom(open: () => Promise<Store>): void;
  /** What is to be done once everything was looked at. */
  afterwards(work: () => Promise<void>): void;
  /** Reads the store while nobody, or another process, drives it. */
  read<T>(look: (store: Store) => Promise<T>): Promise<T>;
  /** kill -9, and `died`. */
  kill(process: CliProcess): Promise<CliEnd>;
  /** Runs until the failpoint (NAME or NAME:VISIT) kills it, and `died`; it may end without. */
  dieAt(failpoint: string, args: readonly string[]): Promise<CliEnd>;
  /** To be told after each death of another kind: what is accepted now has to be there at the end. */
  died(): Promise<void>;
  /** Resumes the environment's runs until all have ended, however they end; times the resumption. */
  settle(environment: string): Promise<void>;
  /** A process that outlives the round rightly: an application that a template started. */
  spare(pid: number): void;
}

/** What is looked at after each round, when no process of the place is left. */
export type Check = (place: QuietPlace, tally: Tally) => Promise<void>;

export interface QuietPlace extends Place {
  /** Runs that were accepted when a process died. */
  accepted: ReadonlySet<string>;
  /** Processes that should have ended and have not. */
  left: readonly string[];
}
