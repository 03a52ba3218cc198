import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BiotopeError } from '../../model/errors.ts';
import type { ApiContext } from './context.ts';
import { createNews, type News } from './news.ts';

/** One message of a stream: `id` is what a client that comes again says it has seen last. */
export interface Message {
  id: number;
  event: string;
  data: object;
}

/** A look at what is followed. */
export interface Look {
  /** In their order; none: nothing new. */
  messages: Message[];
  /** Nothing more will come. */
  isOver: boolean;
}

export interface Followed {
  /** Whose commits may bring more; null: any. */
  scope: string | null;
  /** Sees what comes after this id. */
  look(afterId: number): Promise<Look>;
}

export interface EventStreams {
  /** Answers with a stream (text/event-stream) until nothing more comes or the client leaves. */
  follow(request: FastifyRequest, reply: FastifyReply, followed: Followed): FastifyReply;
  close(): void;
}

const EVENT_STREAM = 'text/event-stream';

/** What a route that is followed answers with. */
export const PAGE_OR_STREAM = ['application/json', EVENT_STREAM] as const;

const RECONNECT_AFTER_MS = 1_000;
const QUIET_MS = 15_000;
const LOOK_AGAIN_MS = 1_000;

/** Whether the client asks for a stream rather than for a page. */
export function wantsStream({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes(EVENT_STREAM) ?? false;
}

/** Server-sent events, resumable by `Last-Event-ID` (WHATWG HTML, "Server-sent events"). */
export function createEventStreams(context: ApiContext): EventStreams {
  const { followersMax } = context.settings;
  const news = createNews(context);
  let followers = 0;
  context.metrics.gaugeOf(
    { name: 'biotope_http_followers', help: 'Connections that follow logs or events.', labels: [] },
    () => [{ labels: {}, value: followers }],
  );

  function enter(): void {
    if (followers < followersMax) followers += 1;
    else {
      throw new BiotopeError('SERVER_FULL', {
        message: `${followersMax} connections follow logs or events: no more are taken (server.followersMax).`,
      });
    }
  }

  return {
    follow: (request, reply, followed) => {
      const afterId = lastEventId(request);
      enter();
      const left = new AbortController();
      const leave = () => {
        followers -= 1;
        left.abort();
      };
      // It may have left while what it asked for was looked up.
      if (reply.raw.destroyed) leave();
      else reply.raw.once('close', leave);
      const stream = Readable.from(written({ followed, news, afterId, left: left.signal }));
      return reply
        .type(`${EVENT_STREAM}; charset=utf-8`)
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .send(stream);
    },
    close: news.close,
  };
}

interface Following {
  followed: Followed;
  news: News;
  afterId: number;
  left: AbortSignal;
}

async function* written({ followed, news, afterId, left }: Following): AsyncGenerator<string> {
  yield `retry: ${RECONNECT_AFTER_MS}\n\n`;
  let seenId = afterId;
  let quietMs = 0;
  while (!left.aborted) {
    const { messages, isOver } = await followed.look(seenId);
    seenId = messages.at(-1)?.id ?? seenId;
    if (messages.length > 0) yield messages.map(textOf).join('');
    else if (isOver) return yield textOf({ id: seenId, event: 'end', data: {} });
    else {
      await news.next(followed.scope, LOOK_AGAIN_MS, left);
      quietMs += LOOK_AGAIN_MS;
      if (quietMs >= QUIET_MS) yield ': still there\n\n';
    }
    if (messages.length > 0 || quietMs >= QUIET_MS) quietMs = 0;
  }
}

function textOf({ id, event, data }: Message): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** From the header, or for who cannot set one from the query. */
function lastEventId({ headers, query }: FastifyRequest): number {
  const header = headers['last-event-id'];
  const asked = (query as { after?: number }).after ?? 0;
  if (header === undefined) return asked;
  const id = Number(header);
  if (typeof header === 'string' && Number.isSafeInteger(id) && id >= 0) return id;
  throw new BiotopeError('REQUEST_INVALID', {
    message: 'The header Last-Event-ID is none that was told here.',
  });
}
