import type { PlannedCommand } from '../../../compose/plans/plan-environment.ts';
import type { EnvironmentRecord } from '../../../model/environment.ts';
import { planLines } from '../../pages/plan.ts';
import type { Answer, Session } from '../../session.ts';
import { type BuildRequest, type BuildType, buildCommand } from './build-command.ts';

export interface PlanRequest extends BuildRequest {
  destroy?: boolean | undefined;
  diff: boolean;
}

/** What commands are asked that can say what they would do instead of doing it. */
export interface Previewed {
  'dry-run': boolean;
  diff: boolean;
}

/** What a create, update or destroy would do now; with `diff` also in each executor's own words. */
export async function plan(session: Session, request: PlanRequest): Promise<Answer> {
  const { biotope, screen, interrupt } = session;
  const document = await biotope.plan({
    command: await plannedCommand(session, request),
    withDifferences: request.diff,
    signal: interrupt.signal,
    onProgress: (label) => screen.print([], [`  planning ${label}`]),
  });
  screen.clear();
  return { lines: (palette) => planLines(document, palette), document };
}

async function plannedCommand(session: Session, request: PlanRequest): Promise<PlannedCommand> {
  const { name } = request;
  if (request.destroy) return { type: 'environment.destroy', data: { name } };
  const recorded = await standing(session, name);
  return (await buildCommand(session, typeFor(recorded), request)).command;
}

/** What brings an environment to a state: it is made, or changed where it is there. */
export async function buildTypeOf(session: Session, name: string): Promise<BuildType> {
  return typeFor(await standing(session, name));
}

function typeFor(recorded: EnvironmentRecord | undefined): BuildType {
  return recorded === undefined ? 'environment.create' : 'environment.update';
}

async function standing(
  { biotope }: Session,
  name: string,
): Promise<EnvironmentRecord | undefined> {
  const found = (await biotope.store.get('environments', name))?.value;
  return found?.status === 'destroyed' ? undefined : found;
}
