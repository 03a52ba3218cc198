import { EventEmitter } from 'node:events';
import Consul from 'consul';
import { BiotopeError } from '../../model/errors.ts';
import type { Breaker, CallTerms } from '../breaker/breaker.ts';
import { consulFailure } from './failures.ts';

/** Requests to Consul: each has its time, ends with its caller, and carries the token of now. */
export interface ConsulClient {
  readonly breaker: Breaker;
  /**
   * One short request through the breaker. Rejects with SYSTEM_UNAVAILABLE where Consul is away,
   * SYSTEM_FORBIDDEN where the token lacks `right`, SYSTEM_REFUSED for what it does not take.
   */
  ask<T>(request: ConsulRequest, work: ConsulWork<T>): Promise<T>;
  /**
   * Calls back when another token is used from now on: what Consul keeps under the old one ends with it.
   * Returns how to hear no more. Absent: the token never changes.
   */
  onToken?(listener: () => void): () => void;
  /** Resolves where there is a leader. Rejects as `ask` does. */
  askLeader(): Promise<void>;
  close(): void;
}

export interface ConsulRequest {
  /** The right of the ACL that it needs, as policies write it: `key_prefix "shop/" { policy = "read" }`. */
  right: string;
  signal?: AbortSignal | undefined;
  /** Shorter than that of other calls. */
  timeoutMs?: number | undefined;
  /** Of another datacenter than the configured one. */
  datacenter?: string | undefined;
}

export type ConsulWork<T> = (consul: Consul, terms: ConsulTerms) => Promise<T>;

/** What every request of the package takes beside its own: to be spread into its options. */
export interface ConsulTerms {
  ctx: EventEmitter;
  token?: string;
  dc?: string;
}

export interface ConsulOptions {
  /** May hold a password. */
  url: string;
  /** Asked before each request: a token may be another one every time. */
  token: () => string | null | Promise<string | null>;
  datacenter: string | null;
  /** Makes the breaker of these requests, given what its probe is to ask. */
  breaker: (probe: (signal: AbortSignal) => Promise<void>) => Breaker;
}

/** The package knows this option, its types do not. */
interface Addressed {
  baseUrl: string;
  defaults: Record<string, never>;
}

export function createConsulClient(options: ConsulOptions): ConsulClient {
  const address: Addressed = { baseUrl: baseUrlOf(options.url), defaults: {} };
  const consul = new Consul(address);

  const send = async <T>(request: ConsulRequest, work: ConsulWork<T>, signal: AbortSignal) => {
    const token = await options.token();
    const dc = request.datacenter ?? options.datacenter;
    const ctx = new EventEmitter();
    const cancel = () => ctx.emit('cancel');
    signal.addEventListener('abort', cancel, { once: true });
    try {
      signal.throwIfAborted();
      return await work(consul, {
        ctx,
        ...(token === null ? {} : { token }),
        ...(dc === null ? {} : { dc }),
      });
    } catch (error) {
      signal.throwIfAborted();
      throw consulFailure(error, request);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };

  const breaker = options.breaker((signal) => send(LEADER, demandLeader, signal));
  const ask = <T>(request: ConsulRequest, work: ConsulWork<T>) =>
    breaker.call((signal) => send(request, work, signal), termsOf(request));
  return {
    breaker,
    ask,
    askLeader: () => ask(LEADER, demandLeader),
    close: () => {
      breaker.close();
      consul.destroy();
    },
  };
}

function termsOf({ signal, timeoutMs }: ConsulRequest): CallTerms {
  return { signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}

/** Needs no right of its own: the agent tells it to everybody who may talk to it. */
const LEADER: ConsulRequest = { right: 'operator = "read"' };

/** An agent that answers, but has no leader behind it, can neither read nor write. */
async function demandLeader(consul: Consul, terms: ConsulTerms): Promise<void> {
  const leader: unknown = await consul.status.leader(terms);
  if (typeof leader === 'string' && leader !== '') return;
  throw new BiotopeError('SYSTEM_UNAVAILABLE', {
    message: 'Consul has no leader.',
    facts: { system: 'consul' },
  });
}

function baseUrlOf(url: string): string {
  const parsed = new URL(url);
  parsed.search = '';
  parsed.hash = '';
  parsed.pathname = `${parsed.pathname.replace(/\/+$/, '')}/v1`;
  return parsed.href;
}
