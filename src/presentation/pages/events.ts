import type { Biotope } from '../../compose/seat/contract.ts';
import type { EventRecord } from '../../model/event.ts';
import type { Palette } from '../terminal/palette.ts';
import { printable } from '../terminal/table.ts';
import { fitWidth } from '../terminal/width.ts';
import { findEnvironment } from '../usecases/lookup.ts';

const LOOK_EVERY_MS = 200;
const EVENTS_AT_ONCE = 500;
const DATA_WIDTH_MAX = 200;

/** The events of an environment in their order. Rejects with the signal's reason when it is aborted. */
export async function* watchEvents(
  biotope: Biotope,
  request: { environment: string; history: boolean; once: boolean; signal: AbortSignal },
): AsyncGenerator<EventRecord> {
  const { environment: scope, once, signal } = request;
  await findEnvironment(biotope.store, scope);
  const next = (after: number) =>
    biotope.store.events({ scope, afterSequence: after, limit: EVENTS_AT_ONCE });
  let afterSequence = request.history ? 0 : await lastSequence(next);
  for (;;) {
    const events = await next(afterSequence);
    for (const { event, sequence } of events) {
      yield event;
      afterSequence = sequence;
    }
    if (events.length > 0) continue;
    if (once) return;
    signal.throwIfAborted();
    await biotope.changed(LOOK_EVERY_MS);
  }
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

/** `07:19:33.120  step.succeeded  web[0]  {"result":"created"}` */
export function eventLine(event: EventRecord, palette: Palette): string {
  const time = new Date(event.atMs).toISOString().slice(11, 23);
  const { environment: _, label, ...data } = event.data;
  const subject = typeof label === 'string' ? label : (event.address ?? '');
  const facts = Object.keys(data).length === 0 ? '' : JSON.stringify(data);
  const words = [palette.faint(time), palette.strong(event.type), subject];
  const shown = palette.faint(fitWidth(printable(facts), DATA_WIDTH_MAX));
  return [...words, ...(facts === '' ? [] : [shown])].filter((word) => word !== '').join('  ');
}
