import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { reportSchema } from '../../bus/messages/reports.ts';
import type { Limits } from '../../model/limits.ts';
import type { ClaimReference } from '../../model/order.ts';
import type { AtDesk } from '../access/gate.ts';
import type { ApiInstance, RouteContext } from '../frame/instance.ts';

/**
 * The desk for workers of other processes. They come with the token of an order, which says what it is
 * about, and are part of the same version: so the description of the API does not tell of these routes.
 */
const BEGINNING = '/api/v1/orders';

const token = z.string().regex(/^[A-Za-z0-9-]{16,100}$/, 'name a token');

const claimed = z.object({ claimToken: token });

const claiming = z.strictObject({
  worker: z.string().regex(/^[\w.:@/-]{1,200}$/, 'name a worker'),
  token,
  givenUp: z.array(token).max(100),
});

const owner = z.object({
  environment: z.string().min(1).max(200),
  identity: z.string().min(1).max(1_000),
});

/** One answer of a worker's log is far less; what it is cut into is its own affair. */
const LOG_CHARACTERS_MAX = 1024 * 1024;

const logged = claimed.extend({
  claimNumber: z.int().min(1),
  offset: z.int().min(0),
  text: z.string().max(LOG_CHARACTERS_MAX),
});

/** In Base64 three bytes are four characters; records, differences and punctuation come on top. */
const ENCODED = 1.5;
const MORE_BYTES = 16 * 1024 * 1024;

export function orderRoutes(app: ApiInstance, { limits }: RouteContext): void {
  const config = { access: 'order' } as const;
  const options = { config, bodyLimit: bodyLimitOf(limits) };
  const shaped = <S extends z.ZodType>(body: S) => ({ ...options, schema: { hide: true, body } });
  app.post(`${BEGINNING}/claim`, shaped(claiming), async (request) => {
    const { order, desk } = atDesk(request);
    const { worker, ...attempt } = request.body;
    return { grant: (await desk.claim(order, worker, attempt)) ?? null };
  });
  app.post(`${BEGINNING}/heartbeat`, shaped(claimed), async (request) => {
    const { desk, claim } = claimOf(request);
    return { answer: await desk.heartbeat(claim) };
  });
  app.post(
    `${BEGINNING}/checkpoint`,
    shaped(claimed.extend({ sealedState: z.string().min(1) })),
    async (request) => {
      const { desk, claim } = claimOf(request);
      await desk.checkpoint(claim, request.body.sealedState);
      return {};
    },
  );
  app.post(`${BEGINNING}/log`, shaped(logged), async (request) => {
    const { desk, claim } = claimOf(request);
    const { claimNumber, offset, text } = request.body;
    await desk.log(claim, claimNumber, offset, text);
    return {};
  });
  app.post(
    `${BEGINNING}/report`,
    shaped(claimed.extend({ report: reportSchema })),
    async (request) => {
      const { desk, claim } = claimOf(request);
      return { answer: await desk.report(claim, request.body.report) };
    },
  );
  app.post(
    `${BEGINNING}/bundle`,
    shaped(claimed.extend({ digest: z.string().max(200) })),
    async (request) => {
      const { desk, claim } = claimOf(request);
      return desk.bundle(request.body.digest, claim);
    },
  );
  app.post(`${BEGINNING}/recorded`, shaped(claimed.extend({ owner })), async (request) => {
    const { desk, claim } = claimOf(request);
    return { answer: await desk.isRecorded(request.body.owner, claim) };
  });
}

function bodyLimitOf({ stateBytesMax, outputBytesMax, specBytesMax }: Limits): number {
  return Math.ceil(stateBytesMax * ENCODED) + outputBytesMax + specBytesMax + MORE_BYTES;
}

function atDesk({ atDesk: found }: Pick<FastifyRequest, 'atDesk'>): AtDesk {
  if (found === null) throw new Error('a route for workers lets somebody in without an order');
  return found;
}

/** Whose claim it is the order says; the claim's own token says that it is held. */
function claimOf(
  request: Pick<FastifyRequest, 'atDesk'> & { body: { claimToken: string } },
): AtDesk & { claim: ClaimReference } {
  const { order, desk } = atDesk(request);
  const { runId, environment, address } = order;
  const { claimToken } = request.body;
  return { order, desk, claim: { runId, environment, address, claimToken } };
}
