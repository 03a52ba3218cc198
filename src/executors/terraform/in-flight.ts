import { existsSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';
import { openTail } from '../../platform/process/tail.ts';
import { ExecutorError } from '../executor.ts';
import { nameOf } from './program/product.ts';
import { leftBehind, type Session } from './session.ts';
import { partsOf, type State } from './state.ts';
import { readLine, type StreamEvent, shortAddress } from './stream.ts';
import { type WorkFolder, writePrivate } from './work-folder.ts';

/**
 * Resources whose creation was begun and whose end Terraform never told. A provider may have made
 * one although no state tells of it: made again, there would be two. Life of an address:
 *
 *   begun -> told (complete and in the state, or failed) | in flight (Terraform was killed)
 *   in flight -> recorded (handed over: a person decides) -> gone (found in the state, or applied anew)
 */
export interface Creations {
  note(event: StreamEvent): void;
  /** Those begun, not failed, of which the state knows nothing. */
  missingIn(state: State | undefined): string[];
}

export function createCreations(): Creations {
  const begun = new Set<string>();
  return {
    note: (event) => {
      if (!('work' in event) || event.work.action !== 'create') return;
      if (event.type === 'started') begun.add(event.work.address);
      if (event.type === 'errored') begun.delete(event.work.address);
    },
    missingIn: (state) => missingIn(state, begun),
  };
}

function missingIn(state: State | undefined, addresses: Iterable<string>): string[] {
  const known = new Set(partsOf(state).map(({ address }) => address));
  return [...new Set(addresses)].filter((address) => !known.has(address)).sort();
}

const RECORDED = z.object({ inFlight: z.array(z.string()) });

function recordedIn(record: JsonObject | null): string[] {
  return RECORDED.safeParse(record).data?.inFlight ?? [];
}

/**
 * What an attempt left in the work folder that nobody has seen yet: its worker was killed, so
 * Terraform's own output is the only one that tells. Kept in a file, because the output is not.
 */
function foundIn({ folder, settings }: Pick<Session, 'folder' | 'settings'>): string[] {
  const creations = createCreations();
  if (existsSync(folder.outputFile)) {
    const take = (line: string) => {
      const event = readLine(line);
      if (event !== undefined) creations.note(event);
    };
    openTail(folder.outputFile, take).end(settings.outputBytesMax);
  }
  return [...creations.missingIn(undefined), ...readKept(folder)];
}

function readKept({ inFlightFile }: WorkFolder): string[] {
  if (!existsSync(inFlightFile)) return [];
  try {
    return z.array(z.string()).parse(JSON.parse(readFileSync(inFlightFile, 'utf8')));
  } catch {
    return [];
  }
}

/**
 * What the output tells is kept, so that the output itself, which may hold secrets, can go. Throws
 * where it cannot be written.
 */
export function keepInFlight(where: Pick<Session, 'folder' | 'settings'>, state?: State): void {
  const found = missingIn(state, foundIn(where));
  if (found.length > 0) writePrivate(where.folder.inFlightFile, JSON.stringify(found));
}

/** All that is in flight, so far as anything tells of it. Not before Terraform has ended. */
export function inFlightOf(session: Session, state: State | undefined): string[] {
  const found = missingIn(state, foundIn(session));
  if (found.length > 0) writePrivate(session.folder.inFlightFile, JSON.stringify(found));
  return missingIn(state, [...found, ...recordedIn(session.context.prior?.record ?? null)]);
}

/** Before an apply: what is recorded has been decided on, what nobody has seen must be first. */
export function demandDecided(session: Session, state: State | undefined): void {
  const inFlight = inFlightOf(session, state);
  const recorded = recordedIn(session.context.prior?.record ?? null);
  if (inFlight.some((address) => !recorded.includes(address))) {
    throw inTheMiddle(session, state, inFlight);
  }
  rmSync(session.folder.inFlightFile, { force: true });
}

/** Before an inspection, which would take for absent what the state does not tell. */
export function demandNoneInFlight(session: Session, state: State | undefined): void {
  const inFlight = inFlightOf(session, state);
  if (inFlight.length > 0) throw inTheMiddle(session, state, inFlight);
  rmSync(session.folder.inFlightFile, { force: true });
}

function inTheMiddle(
  session: Session,
  state: State | undefined,
  inFlight: readonly string[],
): ExecutorError {
  const names = inFlight.map(shortAddress).join(', ');
  return new ExecutorError({
    kind: 'undeterminable',
    left: leftBehind(session.record, state, inFlight),
    failure: {
      code: 'RESOURCE_UNKNOWN',
      message:
        `${nameOf(session)} was killed while it created ${names}, and its state does not tell of it. ` +
        'Look at the provider: remove what is there, or leave it and take it into account, ' +
        'then decide with "run resolve".',
      detail: null,
      address: null,
    },
  });
}
