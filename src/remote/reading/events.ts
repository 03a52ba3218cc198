import { z } from 'zod';
import { eventFrom } from '../../documents/reading/event.ts';
import { eventSchema, logPieceSchema } from '../../documents/schema/event.ts';
import type { Store } from '../../store/store.ts';
import type { ApiClient } from '../client/client.ts';
import { inPath } from './reading.ts';

/** As many as the API tells at once. */
const AT_ONCE_MAX = 1_000;

const eventsSchema = z.object({ items: z.array(eventSchema) });
const piecesSchema = z.object({ items: z.array(logPieceSchema) });

/** What grows at its end, read behind a sequence. */
export function growing(client: ApiClient): Pick<Store, 'events' | 'readLog'> {
  return {
    events: async ({ scope, runId, address, afterSequence = 0, limit }) => {
      const path = `${placeOf(scope, runId)}/events`;
      const found: z.output<typeof eventSchema>[] = [];
      for (let after = afterSequence; found.length < limit; ) {
        const wanted = Math.min(limit, AT_ONCE_MAX);
        const { items } = await client.get(path, eventsSchema, { after, limit: wanted });
        found.push(...items.filter((one) => address === undefined || one.address === address));
        after = items.at(-1)?.sequence ?? after;
        if (items.length < wanted) break;
      }
      return found.slice(0, limit).map(eventFrom);
    },
    readLog: async ({ runId, address, afterSequence, limit }) => {
      const { items } = await client.get(`/runs/${inPath(runId)}/logs`, piecesSchema, {
        after: afterSequence,
        limit: Math.min(limit, AT_ONCE_MAX),
        step: address ?? undefined,
      });
      return items.map(({ sequence, address: at, claim, offset, text }) => ({
        sequence,
        runId,
        address: at,
        claimNumber: claim,
        offset,
        text,
      }));
    },
  };
}

function placeOf(scope: string | undefined, runId: string | undefined): string {
  if (runId !== undefined) return `/runs/${inPath(runId)}`;
  return scope === undefined ? '' : `/environments/${inPath(scope)}`;
}
