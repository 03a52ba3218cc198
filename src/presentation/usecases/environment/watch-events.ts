import type { Biotope } from '../../../compose/seat/contract.ts';
import { eventDocument } from '../../../documents/documents.ts';
import type { EventRecord } from '../../../model/event.ts';
import { findEnvironment } from '../../../queries/lookup.ts';
import { eventLine } from '../../pages/events.ts';
import type { Piece } from '../../session.ts';
import type { Palette } from '../../terminal/palette.ts';

const LOOK_EVERY_MS = 200;
const EVENTS_AT_ONCE = 500;

interface WatchRequest {
  environment: string;
  /** Begins with the first event, not with the next. */
  history: boolean;
  /** Ends when all that happened so far is told. */
  once: boolean;
  palette: Palette;
  signal: AbortSignal;
}

/** The events of an environment in their order. Rejects with the signal's reason when it is aborted. */
export async function* watchEvents(
  biotope: Biotope,
  { environment: scope, history, once, palette, signal }: WatchRequest,
): AsyncGenerator<Piece> {
  await findEnvironment(biotope.store, scope);
  const next = (after: number) =>
    biotope.store.events({ scope, afterSequence: after, limit: EVENTS_AT_ONCE });
  let afterSequence = history ? 0 : await lastSequence(next);
  for (;;) {
    const events = await next(afterSequence);
    for (const { event, sequence } of events) {
      yield pieceOf(event, palette);
      afterSequence = sequence;
    }
    if (events.length > 0) continue;
    if (once) return;
    signal.throwIfAborted();
    await biotope.changed(LOOK_EVERY_MS);
  }
}

function pieceOf(event: EventRecord, palette: Palette): Piece {
  return { lines: () => [eventLine(event, palette)], documents: [eventDocument(event)] };
}

async function lastSequence(
  next: (after: number) => Promise<{ sequence: number }[]>,
): Promise<number> {
  let last = 0;
  for (;;) {
    const events = await next(last);
    const end = events.at(-1);
    if (end === undefined) return last;
    last = end.sequence;
  }
}
