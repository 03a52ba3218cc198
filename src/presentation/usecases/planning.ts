import { planDifferences } from '../../compose/differences.ts';
import type { PlanView } from '../pages/plan.ts';
import type { Session } from '../session.ts';
import { type BuildRequest, buildCommand } from './build.ts';

/** What a create, update or destroy would do now; with `diff` also in each executor's own words. */
export async function plan(
  session: Session,
  request: BuildRequest & { destroy: boolean; diff: boolean },
): Promise<PlanView> {
  const { biotope, screen, interrupt } = session;
  const planned = await biotope.preview(await previewedCommand(session, request));
  if (!request.diff) return { plan: planned, differences: null };
  const differences = await planDifferences(biotope, planned, {
    signal: interrupt.signal,
    onProgress: (label) => screen.print([], [`  planning ${label}`]),
  });
  screen.clear();
  return { plan: planned, differences };
}

async function previewedCommand(session: Session, request: BuildRequest & { destroy: boolean }) {
  const { name } = request;
  if (request.destroy) return { type: 'environment.destroy', data: { name } } as const;
  const known = await session.biotope.store.get('environments', name);
  const exists = known !== undefined && known.value.status !== 'destroyed';
  const type = exists ? 'environment.update' : 'environment.create';
  return (await buildCommand(session, type, request)).command;
}
