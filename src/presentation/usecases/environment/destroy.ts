import { requireTerraform } from '../../../compose/terraform-check.ts';
import { BiotopeError, isBiotopeError } from '../../../model/errors.ts';
import type { RunRecord } from '../../../model/run.ts';
import { systemClock } from '../../../platform/clock.ts';
import { resourcesOf, unfinishedRuns } from '../../../queries/lookup.ts';
import type { Answer, Session } from '../../session.ts';
import { type Timed, timeoutOf } from '../../times.ts';
import { begin } from '../run/begin.ts';
import { perform, showToEnd } from '../run/perform.ts';
import { settled } from '../run/settled.ts';

/** A destroy of it that was begun and not ended is followed to its end: another has nothing to do. */
export async function destroy(
  session: Session,
  request: { name: string; approval?: boolean | undefined } & Timed,
): Promise<Answer> {
  const timeoutMs = timeoutOf(request);
  const { biotope } = session;
  await requireTerraform(biotope, await resourcesOf(biotope.store, request.name));
  const begun = await unfinishedDestroy(session, request.name);
  if (begun !== undefined && request.wait !== false) {
    const sinceMs = systemClock.nowMs();
    await biotope.drive();
    return settled(session, await showToEnd(session, begun.id, { timeoutMs, sinceMs }));
  }
  const { name, approval } = request;
  const data = { name, ...(approval === true ? { approval: 'required' as const } : {}) };
  const command = { type: 'environment.destroy', data } as const;
  try {
    if (request.wait === false) return await begin(session, command);
    return await settled(session, await perform(session, command, { timeoutMs }));
  } catch (error) {
    const recorded = (await biotope.store.get('environments', request.name))?.value;
    const isGone = recorded !== undefined && isBiotopeError(error, 'ENVIRONMENT_NOT_FOUND');
    throw isGone ? destroyedAlready(request.name) : error;
  }
}

function destroyedAlready(name: string): BiotopeError {
  return new BiotopeError('ENVIRONMENT_NOT_FOUND', {
    message: `Environment ${name} is destroyed already: nothing of it is left to destroy.`,
    facts: { environment: name },
  });
}

/** The last in the environment's line, if it destroys and nobody asked to cancel it. */
async function unfinishedDestroy(
  { biotope }: Session,
  environment: string,
): Promise<RunRecord | undefined> {
  const line = await unfinishedRuns(biotope.store, environment);
  const last = line.toSorted((left, right) => left.order - right.order).at(-1);
  return last?.kind === 'destroy' && last.cancelRequestedAtMs === null ? last : undefined;
}
