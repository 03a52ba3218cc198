import type { z } from 'zod';
import type { Desk } from '../../desk/desk.ts';
import { BiotopeError } from '../../model/errors.ts';
import type { ClaimReference, Order } from '../../model/order.ts';
import type { Ids } from '../../platform/ids.ts';
import { ANSWERS } from './answers.ts';
import type { Servers } from './servers.ts';

/** A grant may carry a large state; its lease goes on meanwhile. */
const CLAIM_MAX_MS = 10_000;
/** Another server must be asked, and answer, before the lease ends. */
const HEARTBEAT_MAX_MS = 3_000;
const SMALL_MAX_MS = 10_000;
const LARGE_MAX_MS = 120_000;

/**
 * The desk of servers elsewhere, over their API. Whatever finds no server rejects with an error that is
 * retryable; each call may be made again.
 */
export function createRemoteDesk({ servers, ids }: { servers: Servers; ids: Ids }): Desk {
  /** Tokens of attempts whose answers never came, while their order is in somebody's hand. */
  const unanswered = new WeakMap<Order, string[]>();

  const ask = <T>(
    what: string,
    claim: ClaimReference,
    { schema, answerMaxMs, ...more }: { schema: z.ZodType<T>; answerMaxMs: number; body?: object },
  ) =>
    servers.ask({
      path: `/orders/${what}`,
      token: tokenOf(claim.orderToken, claim),
      body: () => ({ claimToken: claim.claimToken, ...more.body }),
      schema,
      answerMaxMs,
    });

  return {
    async claim(order, worker) {
      const tokens = unanswered.get(order) ?? [];
      unanswered.set(order, tokens);
      const { grant } = await servers.ask({
        path: '/orders/claim',
        token: tokenOf(order.token, order),
        // Another token for each request: one that is answered late must not pass for this one.
        body: () => {
          const body = { worker, token: ids(), givenUp: [...tokens] };
          tokens.push(body.token);
          return body;
        },
        schema: ANSWERS.claim,
        answerMaxMs: CLAIM_MAX_MS,
      });
      return grant === null ? undefined : { ...grant, order };
    },
    heartbeat: async (claim) => {
      const terms = { schema: ANSWERS.heartbeat, answerMaxMs: HEARTBEAT_MAX_MS };
      return (await ask('heartbeat', claim, terms)).answer;
    },
    checkpoint: async (claim, sealedState) => {
      const terms = { schema: ANSWERS.kept, answerMaxMs: LARGE_MAX_MS, body: { sealedState } };
      await ask('checkpoint', claim, terms);
    },
    log: async (claim, claimNumber, offset, text) => {
      const body = { claimNumber, offset, text };
      await ask('log', claim, { schema: ANSWERS.kept, answerMaxMs: SMALL_MAX_MS, body });
    },
    report: async (claim, report) => {
      const terms = { schema: ANSWERS.report, answerMaxMs: LARGE_MAX_MS, body: { report } };
      return (await ask('report', claim, terms)).answer;
    },
    bundle: (digest, claim) =>
      ask('bundle', claim, { schema: ANSWERS.bundle, answerMaxMs: LARGE_MAX_MS, body: { digest } }),
    isRecorded: async (owner, claim) => {
      const terms = { schema: ANSWERS.recorded, answerMaxMs: SMALL_MAX_MS, body: { owner } };
      return (await ask('recorded', claim, terms)).answer;
    },
  };
}

function tokenOf(
  token: string | undefined,
  { runId, address }: Pick<Order, 'runId' | 'address'>,
): string {
  if (token !== undefined) return token;
  throw new BiotopeError('CLAIM_REFUSED', {
    message: `The order for ${address} of run ${runId} carries no token: no server would answer to it.`,
  });
}
