import { z } from 'zod';
import type { Difference } from '../../model/drift.ts';
import { BiotopeError } from '../../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { StatusEndpoint } from '../../model/template.ts';
import { type Clock, sleep } from '../../platform/clock.ts';
import type { Probe } from '../../probe/probe.ts';
import type { Executor, Inspected, StepContext } from '../executor.ts';
import { executorErrorOf } from '../executor-error.ts';
import { revealAll } from '../reveal.ts';
import { demandShape, readShape } from '../spec-shape.ts';

export interface ExternalDependencies {
  probe: Probe;
  clock: Clock;
  probeTimeoutMs: number;
}

const JSON_OBJECT = z.custom<JsonObject>((value) => isJsonObject(value as JsonValue));

const SPEC = z.strictObject({
  name: z.string(),
  outputs: JSON_OBJECT,
  endpoints: z.array(z.custom<StatusEndpoint>((value) => isJsonObject(value as JsonValue))),
});

/**
 * What others own: before anything is built on it, its status endpoints have to answer. Creates,
 * changes and removes nothing.
 */
export function createExternalExecutor(dependencies: ExternalDependencies): Executor {
  const guarded = async <T>(context: StepContext, work: () => Promise<T>): Promise<T> => {
    try {
      context.signal.throwIfAborted();
      return await work();
    } catch (error) {
      throw executorErrorOf(error, context.signal, null);
    }
  };
  return {
    needsFiles: false,
    destroyNeedsSpec: false,
    plan: async () => ({ changes: [] }),
    apply: (context) =>
      guarded(context, async () => {
        const { name, outputs, endpoints } = specOf(context);
        for (const endpoint of endpoints) {
          await untilAlive({ name, endpoint }, context, dependencies);
        }
        return { outputs, record: { name }, parts: [], state: null };
      }),
    destroy: async () => {},
    inspect: (context) => guarded(context, () => inspect(context, dependencies)),
  };
}

function specOf({ spec }: StepContext) {
  return demandShape(readShape(SPEC, revealAll(spec) as JsonObject));
}

async function inspect(
  context: StepContext,
  { probe, probeTimeoutMs }: ExternalDependencies,
): Promise<Inspected> {
  const { name, outputs, endpoints } = specOf(context);
  const differences: Difference[] = [];
  for (const endpoint of endpoints) {
    const { alive, away, detail } = await probe(endpoint, probeTimeoutMs, context.signal);
    demandKnown(away, detail);
    if (!alive) differences.push({ subject: endpoint.target, kind: 'missing', detail });
  }
  const finding = differences.length === 0 ? 'present' : 'partial';
  return { finding, differences, outputs, record: { name }, parts: [], state: null };
}

async function untilAlive(
  { name, endpoint }: { name: string; endpoint: StatusEndpoint },
  { signal, progress, log }: StepContext,
  { probe, clock, probeTimeoutMs }: ExternalDependencies,
): Promise<void> {
  const deadlineMs = clock.nowMs() + endpoint.timeoutSeconds * 1_000;
  for (;;) {
    const leftMs = Math.max(1, deadlineMs - clock.nowMs());
    const { alive, away, detail } = await probe(endpoint, Math.min(probeTimeoutMs, leftMs), signal);
    log(`${endpoint.target}: ${detail}`);
    if (alive) return;
    signal.throwIfAborted();
    demandKnown(away, detail);
    progress(`waiting for ${name} at ${endpoint.target}: ${detail}`);
    const pauseMs = endpoint.intervalSeconds * 1_000;
    if (clock.nowMs() + pauseMs > deadlineMs) throw silent(name, endpoint, detail);
    await sleep(clock, pauseMs, signal);
  }
}

/** Throws SYSTEM_UNAVAILABLE: what others own is not missing because nobody can say. */
function demandKnown(system: string | undefined, message: string): void {
  if (system === undefined) return;
  throw new BiotopeError('SYSTEM_UNAVAILABLE', { message, facts: { system } });
}

function silent(name: string, endpoint: StatusEndpoint, lastAnswer: string): BiotopeError {
  return new BiotopeError('EXTERNAL_SILENT', {
    message:
      `${name}, which others own, did not answer at ${endpoint.target} within ` +
      `${endpoint.timeoutSeconds} s; last: ${lastAnswer}. Ask those who run it, then retry.`,
    facts: { external: name, target: endpoint.target },
  });
}
