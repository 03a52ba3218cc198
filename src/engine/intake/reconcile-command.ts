import type { CommandData } from '../../bus/messages/commands.ts';
import { noEnvironment } from '../../model/not-there.ts';
import type { EngineContext } from '../context.ts';
import type { CommandIdentity } from '../engine.ts';
import { chooseNamed } from '../planner/looks.ts';
import { readLine } from './line.ts';
import { acceptRun, approvalOf } from './new-run.ts';
import type { Acceptance } from './verdict.ts';

/** What it is compared with is decided when the run begins: what is in line before may change it. */
export async function acceptReconcile(
  context: EngineContext,
  identity: CommandIdentity,
  data: CommandData['environment.reconcile'],
): Promise<Acceptance> {
  const { name, heal, resources } = data;
  const line = await readLine(context.store, name);
  if (!line.willExist) {
    const isGone = line.environment !== undefined;
    throw noEnvironment(name, isGone ? 'It is destroyed: nothing of it is left to look at.' : null);
  }
  if (line.runs.length === 0 && resources.length > 0) {
    const recorded = await context.store.find('resources', { where: { environment: name } });
    chooseNamed(new Map(recorded.map(({ value }) => [value.address, value])), resources);
  }
  return acceptRun(
    context,
    { line, identity },
    {
      environment: name,
      kind: 'reconcile',
      order: line.order,
      approval: approvalOf(data),
      template: null,
      parameters: {},
      reconcile: { heal: heal ?? null, resources },
    },
  );
}
