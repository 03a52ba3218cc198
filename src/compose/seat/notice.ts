import type { RunRecord } from '../../model/run.ts';
import type { OtherDriver } from './driver-lock.ts';

/** What a person should know while a command works; presentation puts it into words. */
export type Notice =
  /** Runs that were begun in another process and go on in this one. */
  | { kind: 'resuming'; runs: RunRecord[] }
  /** Another process drives the data folder: this one waits for it to end. */
  | { kind: 'waiting-for-driver'; driver: OtherDriver }
  /** Another process drives the data folder: it got the command. */
  | { kind: 'handed-over'; driver: OtherDriver }
  /** The server that had answered does not any more, and does again. */
  | { kind: 'server-silent'; url: string }
  | { kind: 'server-back'; url: string }
  /** The process that drove has gone: this one drives now. */
  | { kind: 'taken-over' }
  /** The command is done; steps of other runs are still under way. */
  | { kind: 'finishing'; steps: string[] }
  /** Interrupted: steps under way are being ended cleanly. */
  | { kind: 'stopping'; steps: string[] }
  /** Runs that nobody drives once this process has ended. */
  | { kind: 'left'; runs: RunRecord[] }
  /** Runs that other processes asked for, which take over once this one has ended. */
  | { kind: 'handed-back'; runs: RunRecord[] }
  /** Templates that ship were published into an empty store. */
  | { kind: 'published'; templates: string[] }
  /** A template or module is being fetched from a Git repository or registry. */
  | { kind: 'fetching'; source: string }
  /** Terraform chooses the providers of a module, and fetches them. */
  | { kind: 'locking'; module: string }
  /** Parts of fetched modules that are not taken. */
  | { kind: 'left-out'; parts: string[] }
  /** Modules that could not be fetched to be checked, and why. */
  | { kind: 'unchecked'; reasons: string[] };

export type Notify = (notice: Notice) => void;
