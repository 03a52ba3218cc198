import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BiotopeError } from '../../model/errors.ts';

export interface RateLimits {
  /** Of one principal. */
  requestsPerMinuteMax: number;
  /** Of one address, without a token that is known. */
  failuresPerMinuteMax: number;
}

export interface Limiter {
  /** Counts a request of a principal. Rejects with RATE_LIMITED where there are too many. */
  admit(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Counts a request of nobody that is known, by its address. */
  refuse(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

const WINDOW_MS = 60_000;

/** Counts in fixed minutes, of at most some thousand callers: who asked longest ago is forgotten first. */
export async function createLimiter(app: FastifyInstance, limits: RateLimits): Promise<Limiter> {
  await app.register(rateLimit, { global: false });
  const timeWindow = WINDOW_MS;
  const ofPrincipals = app.createRateLimit({
    max: limits.requestsPerMinuteMax,
    timeWindow,
    keyGenerator: ({ principal }) => `principal ${principal.name}`,
  });
  const ofAddresses = app.createRateLimit({
    max: limits.failuresPerMinuteMax,
    timeWindow,
    keyGenerator: ({ ip }) => `address ${ip}`,
  });
  return {
    admit: async (request, reply) => tell(reply, await ofPrincipals(request)),
    refuse: async (request, reply) => tell(reply, await ofAddresses(request)),
  };
}

type Counted = Awaited<ReturnType<ReturnType<FastifyInstance['createRateLimit']>>>;

function tell(reply: FastifyReply, counted: Counted): void {
  if (counted.isAllowed) return;
  const { max, remaining, ttlInSeconds, isExceeded } = counted;
  reply
    .header('x-ratelimit-limit', max)
    .header('x-ratelimit-remaining', remaining)
    .header('x-ratelimit-reset', ttlInSeconds);
  if (!isExceeded) return;
  reply.header('retry-after', ttlInSeconds);
  throw new BiotopeError('RATE_LIMITED', {
    message: `More than ${max} requests in a minute: ask again in ${ttlInSeconds} s.`,
    facts: { requestsPerMinuteMax: max },
  });
}
