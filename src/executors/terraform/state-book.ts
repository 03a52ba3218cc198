import { statSync } from 'node:fs';
import type { StepContext } from '../executor.ts';
import { isNewer, readState, type State } from './state.ts';
import { StateTooLargeError } from './state-too-large.ts';
import { readBytes, type WorkFolder } from './work-folder.ts';

/** Knows the newest state of a step, and whether it is kept anywhere but in the work folder. */
export interface StateBook {
  /** What came with the step. */
  readonly prior: State | undefined;
  /**
   * The newest there is; files that Terraform is in the middle of writing do not count. Throws a
   * StateTooLargeError where one is too large to be read: what it tells is not known then.
   */
  newest(): State | undefined;
  /** Takes a state that Terraform could not write to any file. */
  learn(text: string): void;
  /** Makes the newest one durable. False where that could not be done. */
  save(): Promise<boolean>;
  /** The work folder holds nothing that would be lost with it. */
  isSaved(): boolean;
}

export function createStateBook(
  context: StepContext,
  folder: WorkFolder,
  stateBytesMax: number,
): StateBook {
  const prior = readState(context.prior?.state);
  let known = prior;
  let saved = prior;

  let read = prior;
  /** Parsed once: it is asked for again and again, and has mostly not changed. */
  const readFile = (file: string) => {
    const bytes = readStateBytes(file, stateBytesMax);
    if (bytes === undefined || !isEqual(bytes, read?.bytes)) read = readState(bytes);
    return read;
  };
  const consider = (state: State | undefined) => {
    if (state !== undefined && isNewer(state, known)) known = state;
  };
  const newest = () => {
    for (const file of [folder.stateFile, folder.erroredStateFile]) {
      consider(readFile(file));
    }
    return known;
  };
  const isSaved = () => {
    try {
      return isSame(newest(), saved);
    } catch {
      return false;
    }
  };

  return {
    prior,
    newest,
    isSaved,
    learn: (text) => consider(readState(new TextEncoder().encode(text))),
    save: async () => {
      try {
        const state = newest();
        if (state === undefined || isSame(state, saved)) return true;
        await context.checkpoint(state.bytes);
        saved = state;
        return true;
      } catch {
        context.log('The state could not be saved elsewhere; it stays in the work folder.');
        return false;
      }
    },
  };
}

/** Undefined where there is none, or no whole one. Throws a StateTooLargeError. */
export function readStateFile(file: string, bytesMax: number): State | undefined {
  return readState(readStateBytes(file, bytesMax));
}

function readStateBytes(file: string, bytesMax: number): Uint8Array | undefined {
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > bytesMax) throw new StateTooLargeError({ file, bytes, bytesMax });
  return bytes === 0 ? undefined : readBytes(file, bytesMax);
}

function isEqual(bytes: Uint8Array, other: Uint8Array | undefined): boolean {
  return other !== undefined && Buffer.compare(bytes, other) === 0;
}

function isSame(state: State | undefined, other: State | undefined): boolean {
  return state?.lineage === other?.lineage && state?.serial === other?.serial;
}
