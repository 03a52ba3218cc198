import type { CommandData } from '../../bus/messages/commands.ts';
import { noEnvironment } from '../../model/not-there.ts';
import type { EngineContext } from '../context.ts';
import { environmentEvent, put, unchanged } from '../transactions.ts';
import { readLine } from './line.ts';
import { type Acceptance, refuse } from './verdict.ts';

const DAY_MS = 24 * 3_600_000;
const AHEAD_MAX_MS = 10 * 366 * DAY_MS;

/** Null where nothing was asked for. Throws for a time that is over, or too far away. */
export function plannedDestructionOf(
  text: string | null | undefined,
  { clock }: Pick<EngineContext, 'clock'>,
): number | null {
  if (text === null || text === undefined) return null;
  const atMs = Date.parse(text);
  const aheadMs = atMs - clock.nowMs();
  if (aheadMs > AHEAD_MAX_MS) {
    throw refuse('LIMIT_EXCEEDED', {
      message: `The end ${text} is more than 10 years away. Name none at all for what is to stay.`,
      facts: { plannedDestructionAt: text },
    });
  }
  if (aheadMs > 0) return atMs;
  throw refuse('EXPIRY_INVALID', {
    message: `The end ${text} is in the past. To end an environment now, destroy it.`,
    facts: { plannedDestructionAt: text },
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
  const plannedDestructionAtMs = plannedDestructionOf(data.plannedDestructionAt, context);
  const isSame = before.plannedDestructionAtMs === plannedDestructionAtMs;
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
    writes: isSame ? [] : [put('environments', name, { ...before, plannedDestructionAtMs })],
    events: isSame ? [] : [event],
    runId: null,
  };
}

function timeText(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
