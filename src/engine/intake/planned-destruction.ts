import type { CommandData } from '../../bus/messages/commands.ts';
import { plannedExpiry } from '../../model/expiry.ts';
import { noEnvironment } from '../../model/not-there.ts';
import type { EngineContext } from '../context.ts';
import { environmentEvent, put, unchanged } from '../transactions.ts';
import { type Line, readLine } from './line.ts';
import { type Acceptance, refuse } from './verdict.ts';

const DAY_MS = 24 * 3_600_000;
const AHEAD_MAX_MS = 10 * 366 * DAY_MS;

type Terms = Pick<EngineContext, 'clock' | 'settings'>;

/** When a new environment is to end: as its command says, or as the settings do. Null: it stays. */
export function plannedForNew(text: string | undefined, terms: Terms): number | null {
  if (text !== undefined) return timeOf(text, terms);
  const { defaultTtlMs, maximumTtlMs } = terms.settings.expiry;
  const ttlMs = defaultTtlMs ?? maximumTtlMs;
  if (ttlMs === null) return null;
  return terms.clock.nowMs() + Math.min(ttlMs, maximumTtlMs ?? ttlMs);
}

/** Throws for no end at all where the settings want one. */
function plannedAnew(text: string | null, terms: Terms): number | null {
  if (text !== null) return timeOf(text, terms);
  const { maximumTtlMs } = terms.settings.expiry;
  if (maximumTtlMs === null) return null;
  throw refuse('LIMIT_EXCEEDED', {
    message:
      `Every environment has to end here, at most ${inDays(maximumTtlMs)} from now ` +
      '(expiry.maximumTtlMs): name a time.',
  });
}

/** Throws for a time that is over, or too far away. */
function timeOf(text: string, { clock, settings }: Terms): number {
  const { maximumTtlMs } = settings.expiry;
  const atMs = Date.parse(text);
  const aheadMs = atMs - clock.nowMs();
  const facts = { plannedDestructionAt: text };
  if (maximumTtlMs !== null && aheadMs > maximumTtlMs) {
    throw refuse('LIMIT_EXCEEDED', {
      message:
        `The end ${text} is further away than the ${inDays(maximumTtlMs)} that are allowed here ` +
        '(expiry.maximumTtlMs). Name an earlier one.',
      facts,
    });
  }
  if (aheadMs > AHEAD_MAX_MS) {
    throw refuse('LIMIT_EXCEEDED', {
      message: `The end ${text} is more than 10 years away. Name none at all for what is to stay.`,
      facts,
    });
  }
  if (aheadMs > 0) return atMs;
  throw refuse('EXPIRY_INVALID', {
    message: `The end ${text} is in the past. To end an environment now, destroy it.`,
    facts,
  });
}

function inDays(durationMs: number): string {
  const days = Math.round((durationMs / DAY_MS) * 100) / 100;
  return days === 1 ? '1 day' : `${days} days`;
}

/** Throws where it is not to end at this time any more. */
export function refuseOtherEnd({ environment }: Line, plannedFor: string): void {
  const plannedAtMs = environment?.value.plannedDestructionAtMs ?? null;
  if (plannedAtMs === Date.parse(plannedFor)) return;
  const now = plannedAtMs === null ? 'is to stay' : `is to end at ${timeText(plannedAtMs)}`;
  throw refuse('EXPIRY_INVALID', {
    message: `Environment ${environment?.value.name} ${now}, and not at ${plannedFor}.`,
    facts: { plannedFor },
  });
}

/** When an environment is to end is said here and now: that needs no run. */
export async function acceptExtend(
  context: EngineContext,
  data: CommandData['environment.extend'],
): Promise<Acceptance> {
  const { name } = data;
  const { environment: stored, willExist } = await readLine(context.store, name);
  if (!willExist) throw noEnvironment(name);
  if (stored === undefined || stored.value.status === 'destroyed') {
    throw refuse('ENVIRONMENT_NOT_FOUND', {
      message: `The run that creates the environment ${name} has not begun: try again when it has.`,
      facts: { environment: name },
    });
  }
  const before = stored.value;
  const plannedDestructionAtMs = plannedAnew(data.plannedDestructionAt, context);
  const isSame = before.plannedDestructionAtMs === plannedDestructionAtMs;
  const expiry =
    plannedDestructionAtMs === null
      ? null
      : plannedExpiry(plannedDestructionAtMs, context.clock.nowMs());
  const event = environmentEvent(
    'environment.extended',
    { environment: name, runId: null },
    {
      plannedDestructionAt: timeText(plannedDestructionAtMs),
      before: timeText(before.plannedDestructionAtMs),
    },
  );
  return {
    scope: name,
    expect: [unchanged('environments', name, stored)],
    writes: isSame
      ? []
      : [put('environments', name, { ...before, plannedDestructionAtMs, expiry })],
    events: isSame ? [] : [event],
    runId: null,
  };
}

function timeText(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
