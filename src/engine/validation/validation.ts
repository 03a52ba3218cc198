import type { ResourceRecord } from '../../model/resource.ts';
import type { Failure } from '../../model/run.ts';
import type { StatusEndpoint } from '../../model/template.ts';
import { sleep } from '../../platform/clock.ts';
import type { EngineContext } from '../context.ts';

/** What a validation is waiting for, for people who watch. */
export interface ValidationWait {
  label: string;
  target: string;
  sinceMs: number;
  lastAnswer: string;
}

export interface Validation {
  /** Null: every endpoint answered. Rejects only with the signal's reason. */
  outcome: Promise<Failure | null>;
  waits(): ValidationWait[];
}

interface Check {
  resource: ResourceRecord;
  endpoint: StatusEndpoint;
}

/** Asks every status endpoint until it answers or its time is over; a bounded number at once. */
export function validate(
  context: EngineContext,
  resources: readonly ResourceRecord[],
  signal: AbortSignal,
): Validation {
  const checks = resources.flatMap((resource) =>
    resource.statusEndpoints.map((endpoint): Check => ({ resource, endpoint })),
  );
  const waits = new Map<Check, ValidationWait>();
  const open = checks.values();

  async function lane(): Promise<Failure[]> {
    const failures: Failure[] = [];
    for (const check of open) {
      const failure = await untilAlive(context, check, { signal, waits });
      if (failure !== null) failures.push(failure);
    }
    return failures;
  }

  const lanes = Math.min(checks.length, context.settings.probesConcurrentMax);
  const outcome = Promise.all(Array.from({ length: lanes }, lane)).then((found) =>
    summarise(found.flat()),
  );
  return { outcome, waits: () => [...waits.values()] };
}

interface Watch {
  signal: AbortSignal;
  waits: Map<Check, ValidationWait>;
}

async function untilAlive(
  context: EngineContext,
  check: Check,
  { signal, waits }: Watch,
): Promise<Failure | null> {
  const { resource, endpoint } = check;
  const { clock, settings, probe } = context;
  const sinceMs = clock.nowMs();
  let deadlineMs = sinceMs + endpoint.timeoutSeconds * 1_000;
  const wait = { label: resource.label, target: endpoint.target, sinceMs, lastAnswer: 'not asked' };
  waits.set(check, wait);
  try {
    for (;;) {
      signal.throwIfAborted();
      const askedAtMs = clock.nowMs();
      const leftMs = Math.max(1, deadlineMs - askedAtMs);
      const answer = await probe(endpoint, Math.min(settings.probeTimeoutMs, leftMs), signal);
      if (answer.alive) return null;
      wait.lastAnswer = answer.detail;
      const pauseMs = endpoint.intervalSeconds * 1_000;
      // Time in which nobody could say is not its own.
      if (answer.away !== undefined) deadlineMs += clock.nowMs() - askedAtMs + pauseMs;
      if (clock.nowMs() + pauseMs > deadlineMs) return silent(check, answer.detail);
      await sleep(clock, pauseMs, signal);
    }
  } finally {
    waits.delete(check);
  }
}

function silent({ resource, endpoint }: Check, lastAnswer: string): Failure {
  return {
    code: 'VALIDATION_FAILED',
    message:
      `${resource.label} did not answer at ${endpoint.target} within ${endpoint.timeoutSeconds} s; ` +
      `last: ${lastAnswer}.`,
    detail: null,
    address: resource.address,
  };
}

function summarise(failures: Failure[]): Failure | null {
  const [first, ...others] = failures;
  if (first === undefined) return null;
  const detail = others.length === 0 ? null : others.map((failure) => failure.message).join('\n');
  return { ...first, detail };
}
