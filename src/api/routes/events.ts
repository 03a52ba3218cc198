import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { eventDocument } from '../../documents/documents.ts';
import { eventSchema } from '../../documents/schema/event.ts';
import { isRunFinished } from '../../model/run.ts';
import { findEnvironment, findRun } from '../../queries/lookup.ts';
import type { EventQuery, SequencedEvent } from '../../store/store.ts';
import { type Followed, PAGE_OR_STREAM, wantsStream } from '../frame/event-stream.ts';
import type { ApiInstance, RouteContext } from '../frame/instance.ts';
import { refusals } from '../frame/refusals.ts';
import { afterQuery } from '../frame/sequence.ts';
import { environmentParams } from './environments.ts';
import { runParams } from './runs.ts';

const EVENTS_AT_ONCE = 200;

const querystring = z.object(afterQuery);

const response = {
  200: z.object({
    items: z.array(eventSchema),
    next: z.int().nullable().describe('`after` of the next page; null: that was all so far.'),
  }),
  ...refusals(400, 404, 503),
};

const description =
  'Oldest first. With `Accept: text/event-stream` a stream that goes on with what happens; ' +
  '`Last-Event-ID` goes on behind what was seen.';

const asked = { description, produces: [...PAGE_OR_STREAM], querystring, response };

type Query = z.output<typeof querystring>;
type Told = z.output<typeof eventSchema>;

/** What is told, where to look for it, and when that has come to its end. */
interface Subject {
  where: Pick<EventQuery, 'scope' | 'runId'>;
  scope: string | null;
  isOver(): Promise<boolean>;
}

const never = async () => false;

/** Events of everything, of an environment, and of a run: as pages or as streams. */
export function eventRoutes(app: ApiInstance, context: RouteContext): void {
  const answer = createAnswer(context);
  app.get(
    '/api/v1/events',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['events'],
        summary: 'All events.',
        ...asked,
      },
    },
    async (request, reply) =>
      answer(request, reply, { query: request.query, where: {}, scope: null, isOver: never }),
  );
  app.get(
    '/api/v1/environments/:name/events',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['environments', 'events'],
        summary: 'Events of one environment.',
        params: environmentParams,
        ...asked,
      },
    },
    async (request, reply) => {
      const { name: scope } = await findEnvironment(request.store, request.params.name);
      return answer(request, reply, {
        query: request.query,
        where: { scope },
        scope,
        isOver: never,
      });
    },
  );
  app.get(
    '/api/v1/runs/:run/events',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['runs', 'events'],
        summary: 'Events of one run; a stream of them ends with it.',
        params: runParams,
        ...asked,
      },
    },
    async (request, reply) => {
      const { query, store } = request;
      const run = await findRun(store, request.params.run);
      return answer(request, reply, {
        query,
        where: { runId: run.id },
        scope: run.environment,
        isOver: async () => {
          const now = (await store.get('runs', run.id))?.value;
          return now === undefined || isRunFinished(now);
        },
      });
    },
  );
}

function createAnswer({ streams }: RouteContext) {
  return async (
    request: FastifyRequest,
    reply: FastifyReply,
    { query, where, scope, isOver }: Subject & { query: Query },
  ) => {
    const read = async (afterSequence: number, limit: number) =>
      (await request.store.events({ ...where, afterSequence, limit })).map(told);
    if (wantsStream(request)) {
      const look: Followed['look'] = async (afterId) => {
        // Asked before they are read: nothing happens after its end.
        const hasEnded = await isOver();
        const events = await read(afterId, EVENTS_AT_ONCE);
        const messages = events.map((data) => ({ id: data.sequence, event: data.type, data }));
        return { messages, isOver: hasEnded };
      };
      return streams.follow(request, reply, { scope, look });
    }
    const items = await read(query.after, query.limit);
    const last = items.at(-1);
    const isMore = items.length === query.limit && last !== undefined;
    return { items, next: isMore ? last.sequence : null };
  };
}

function told({ event, sequence }: SequencedEvent): Told {
  return { sequence, ...eventDocument(event) };
}
