import { z } from 'zod';
import { logPieceSchema } from '../../documents/schema/event.ts';
import type { Address } from '../../model/address.ts';
import { isRunFinished, type RunRecord } from '../../model/run.ts';
import { findRun, findStep, stepsOf } from '../../queries/lookup.ts';
import type { LogChunk, Store } from '../../store/store.ts';
import { type Look, PAGE_OR_STREAM, wantsStream } from '../frame/event-stream.ts';
import type { ApiInstance, RouteContext } from '../frame/instance.ts';
import { refusals } from '../frame/refusals.ts';
import { afterQuery } from '../frame/sequence.ts';
import { runParams } from './runs.ts';

/** A piece has some 32 KB. */
const PIECES_AT_ONCE = 20;
const PIECES_A_PAGE_MAX = 200;

const querystring = z.object({
  after: afterQuery.after,
  limit: z.coerce.number().int().min(1).max(PIECES_A_PAGE_MAX).default(PIECES_AT_ONCE),
  step: z.string().min(1).max(300).optional().describe('Only one step, by label or address.'),
});

/** What the steps of a run said: as pages, or as a stream that ends with the run. */
export function logRoutes(app: ApiInstance, { streams }: RouteContext): void {
  app.get(
    '/api/v1/runs/:run/logs',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['runs'],
        summary: 'What the steps of a run say.',
        description:
          'With `Accept: text/event-stream` a stream: events `log`, and `end` once the run has ended; ' +
          '`Last-Event-ID` goes on behind what was seen. Otherwise a page.',
        produces: [...PAGE_OR_STREAM],
        params: runParams,
        querystring,
        response: {
          200: z.object({
            items: z.array(logPieceSchema),
            next: z.int().nullable().describe('`after` of the next page; null: that was all.'),
          }),
          ...refusals(400, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const { store } = request;
      const { step, after, limit } = request.query;
      const run = await findRun(store, request.params.run);
      const address = step === undefined ? null : (await findStep(store, run, step)).address;
      const read = createLogReader(store, run, address);
      if (wantsStream(request)) {
        const look = (afterId: number) => lookAt(store, run, () => read(afterId, PIECES_AT_ONCE));
        return streams.follow(request, reply, { scope: run.environment, look });
      }
      const items = await read(after, limit);
      const last = items.at(-1);
      return { items, next: items.length === limit && last !== undefined ? last.sequence : null };
    },
  );
}

type Piece = z.output<typeof logPieceSchema>;

/** Whether the run has ended is asked before its log is read: nothing is written after that. */
async function lookAt(
  store: Store,
  { id }: RunRecord,
  read: () => Promise<Piece[]>,
): Promise<Look> {
  const run = (await store.get('runs', id))?.value;
  const isOver = run === undefined || isRunFinished(run);
  const pieces = await read();
  return {
    isOver,
    messages: pieces.map((data) => ({ id: data.sequence, event: 'log', data })),
  };
}

/** Reads pieces of a run's log; labels of steps are learned as they come. */
function createLogReader(store: Store, run: RunRecord, address: Address | null) {
  const labels = new Map<Address, string>();
  const pieceOf = (chunk: LogChunk & { sequence: number }): Piece => ({
    sequence: chunk.sequence,
    step: labels.get(chunk.address) ?? chunk.address,
    address: chunk.address,
    claim: chunk.claimNumber,
    offset: chunk.offset,
    text: chunk.text,
  });
  return async (afterSequence: number, limit: number): Promise<Piece[]> => {
    const chunks = await store.readLog({ runId: run.id, address, afterSequence, limit });
    if (chunks.some((chunk) => !labels.has(chunk.address))) {
      for (const step of await stepsOf(store, run.id)) labels.set(step.address, step.label);
    }
    return chunks.map(pieceOf);
  };
}
