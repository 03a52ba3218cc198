import type { z } from 'zod';
import type { EventType } from '../../model/event.ts';
import type { SequencedEvent } from '../../store/store.ts';
import type { eventSchema } from '../schema/event.ts';
import { timeFrom } from './pieces.ts';

const PLACE = /:(?<number>\d+)\.(?<index>\d+)$/;

/** See environment.ts. */
export function eventFrom(document: z.output<typeof eventSchema>): SequencedEvent {
  const { sequence, at, run, type, ...told } = document;
  const { number, index } = PLACE.exec(told.id)?.groups ?? {};
  return {
    sequence,
    event: {
      ...told,
      // One of a newer version is shown as it is called.
      type: type as EventType,
      runId: run,
      number: Number(number ?? 0),
      index: Number(index ?? 0),
      atMs: timeFrom(at),
    },
  };
}
