import type { Command } from '../../bus/messages/commands.ts';
import type { EnvironmentRecord, EnvironmentStatus } from '../../model/environment.ts';
import type { EventType } from '../../model/event.ts';
import { type Expiry, expiryOf } from '../../model/expiry.ts';
import type { JsonObject } from '../../model/json.ts';
import { isRunFinished, UNFINISHED_RUN } from '../../model/run.ts';
import { someOf } from '../../model/some-of.ts';
import { backoffMs } from '../../platform/backoff.ts';
import type { Stored } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import type { Duty } from '../duties/duties.ts';
import type { CommandIdentity, IntakeResult } from '../engine.ts';
import { environmentEvent, put, unchanged } from '../transactions.ts';

/** Who asks, for those who look at a run. */
const EXPIRY_SOURCE = 'expiry';

const STANDING: readonly EnvironmentStatus[] = [
  'deploying',
  'validating',
  'ok',
  'failed',
  'destroying',
];

const LABELS_SHOWN_MAX = 5;

type Submit = (command: Command, identity: CommandIdentity) => Promise<IntakeResult>;

/**
 * Ends environments when they were planned to end: warns before, destroys on time, tries again with
 * growing pauses. All that it knows lies in the store, so a service that was away over the time goes on
 * where it was. What is protected is left alone, and says so once.
 */
export function endingOnTime(context: EngineContext, submit: Submit): Duty {
  const { store, log, settings } = context;
  return {
    name: 'end environments on time',
    everyMs: settings.expiry.lookEveryMs,
    perform: async (signal) => {
      const standing = await store.find('environments', { where: { status: STANDING } });
      for (const stored of standing) {
        const expiry = expiryOf(stored.value);
        if (expiry === null) continue;
        if (signal.aborted) return;
        try {
          await lookAt(context, submit, { stored, expiry });
        } catch (error) {
          const { name } = stored.value;
          log.warn({ err: error, environment: name }, 'a planned end could not be seen to');
        }
      }
    },
  };
}

interface Ending {
  stored: Stored<EnvironmentRecord>;
  expiry: Expiry;
}

function lookAt(context: EngineContext, submit: Submit, ending: Ending): Promise<void> {
  const isOver = context.clock.nowMs() >= ending.expiry.plannedAtMs;
  return isOver ? end(context, submit, ending) : warn(context, ending);
}

/** Of several warnings that are due only the nearest to the end is told. */
async function warn(context: EngineContext, ending: Ending): Promise<void> {
  const { plannedAtMs, setAtMs, warnedBeforeMs } = ending.expiry;
  const nowMs = context.clock.nowMs();
  const due = context.settings.expiry.warnBeforeMs.filter((beforeMs) => {
    const atMs = plannedAtMs - beforeMs;
    return atMs > setAtMs && atMs <= nowMs;
  });
  if (due.length === 0) return;
  const nearest = Math.min(...due);
  if (warnedBeforeMs !== null && warnedBeforeMs <= nearest) return;
  const data = { beforeMs: nearest, leftMs: plannedAtMs - nowMs };
  await record(
    context,
    ending,
    { warnedBeforeMs: nearest },
    { type: 'environment.expiring', data },
  );
}

async function end(context: EngineContext, submit: Submit, ending: Ending): Promise<void> {
  const { store, clock } = context;
  const { name } = ending.stored.value;
  const line = await store.find('runs', { where: { environment: name, status: UNFINISHED_RUN } });
  if (line.some(({ value }) => value.kind === 'destroy')) return;
  if (line.length === 0 && (await isProtected(context, ending))) return;
  const { obstacle, nextAttemptAtMs } = ending.expiry;
  if (obstacle === 'given-up') return;
  if (nextAttemptAtMs === null && (await hasFailed(context, ending))) return;
  if (nextAttemptAtMs !== null && clock.nowMs() < nextAttemptAtMs) return;
  await attempt(context, submit, ending);
}

/** One that has ended otherwise than well is followed by a pause, or by nothing any more. */
async function hasFailed(context: EngineContext, ending: Ending): Promise<boolean> {
  const { settings, store, clock, random } = context;
  const { attempts, runId } = ending.expiry;
  if (attempts === 0) return false;
  const run = runId === null ? undefined : (await store.get('runs', runId))?.value;
  if (run !== undefined && !isRunFinished(run)) return true;
  if (attempts >= settings.expiry.attemptsMax) {
    const data = { attempts, run: runId, failure: { ...(run?.failure ?? null) } };
    const event = { type: 'environment.expiry-failed' as const, data };
    await record(context, ending, { obstacle: 'given-up' }, event);
    return true;
  }
  const pauseMs = backoffMs(settings.expiry, attempts, random);
  const nextAttemptAtMs = (run?.finishedAtMs ?? clock.nowMs()) + pauseMs;
  await record(context, ending, { nextAttemptAtMs }, null);
  return true;
}

/** Said once, and looked at again each time: protection may be taken off. */
async function isProtected(context: EngineContext, ending: Ending): Promise<boolean> {
  const { name, protect } = ending.stored.value;
  const found = await context.store.find('resources', { where: { environment: name } });
  const guarded = found.filter(({ value }) => value.protect).map(({ value }) => value.label);
  if (!protect && guarded.length === 0) return false;
  if (ending.expiry.obstacle === 'protected') return true;
  const what = protect ? 'the environment' : someOf(guarded, LABELS_SHOWN_MAX);
  const event = { type: 'environment.expiry-refused' as const, data: { protected: what } };
  await record(context, ending, { obstacle: 'protected' }, event);
  return true;
}

/**
 * The same command, by its id, however often it is sent: accepted once for one planned end and attempt.
 * It names that end, so an extension that comes first wins.
 */
async function attempt(context: EngineContext, submit: Submit, ending: Ending): Promise<void> {
  const { name, id } = ending.stored.value;
  const { plannedAtMs } = ending.expiry;
  const attempts = ending.expiry.attempts + 1;
  const plannedFor = new Date(plannedAtMs).toISOString();
  const answer = await submit(
    { type: 'environment.destroy', data: { name, plannedFor } },
    { source: EXPIRY_SOURCE, id: `${id}/${plannedAtMs}/${attempts}` },
  );
  const runId = answer.outcome === 'accepted' ? answer.runId : null;
  // It may have been extended, or begun to end, since it was read.
  const stored = await context.store.get('environments', name);
  if (stored === undefined || expiryOf(stored.value)?.plannedAtMs !== plannedAtMs) return;
  const change = { attempts, runId, nextAttemptAtMs: null, obstacle: null };
  await record(context, { stored, expiry: ending.expiry }, change, null);
}

async function record(
  { store }: EngineContext,
  { stored, expiry }: Ending,
  change: Partial<Expiry>,
  event: { type: EventType; data: JsonObject } | null,
): Promise<void> {
  const { value: before } = stored;
  const { name } = before;
  const plannedDestructionAt = new Date(expiry.plannedAtMs).toISOString();
  const facts = { environment: name, runId: null };
  await store.commit({
    scope: name,
    expect: [unchanged('environments', name, stored)],
    writes: [put('environments', name, { ...before, expiry: { ...expiry, ...change } })],
    events:
      event === null
        ? []
        : [environmentEvent(event.type, facts, { plannedDestructionAt, ...event.data })],
  });
}
