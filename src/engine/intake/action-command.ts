import type { CommandData } from '../../bus/messages/commands.ts';
import { noEnvironment } from '../../model/not-there.ts';
import { DEFAULT_ACTION_TERMS, templateKey } from '../../model/template.ts';
import { findAction } from '../actions/find-action.ts';
import type { EngineContext } from '../context.ts';
import type { CommandIdentity } from '../engine.ts';
import { findTemplate } from '../find-template.ts';
import { checkAndSealArguments } from './build-inputs.ts';
import { type Line, readLine } from './line.ts';
import { acceptRun } from './new-run.ts';
import { type Acceptance, refuse } from './verdict.ts';

/**
 * An action of the template that the environment is made from when its turn comes: what is in line
 * before is taken to succeed.
 */
export async function acceptAction(
  context: EngineContext,
  identity: CommandIdentity,
  data: CommandData['action.run'],
): Promise<Acceptance> {
  const line = await readLine(context.store, data.environment);
  const reference = (line.lastBuild ?? line.environment?.value)?.template ?? null;
  if (!line.willExist || reference === null) throw nothingToActOn(data.environment, line);
  const { template } = await findTemplate(context.store, templateKey(reference));
  const action = findAction(template, data.action);
  const terms = action.terms ?? DEFAULT_ACTION_TERMS;
  refuseUnservedPool(context, action.name, terms.pool);
  const parameters = await checkAndSealArguments(
    context.secrets,
    { template, environment: data.environment, action: action.name, schema: terms.parameters },
    data.arguments,
  );
  return acceptRun(
    context,
    { line, identity },
    {
      environment: data.environment,
      kind: 'action',
      order: line.order,
      template: reference,
      parameters,
      action: action.name,
    },
  );
}

function nothingToActOn(name: string, { environment, runs }: Line): Error {
  if (environment === undefined) return noEnvironment(name);
  const why = runs.length > 0 ? 'is about to be destroyed' : 'is destroyed';
  return refuse('ENVIRONMENT_NOT_FOUND', {
    message: `Environment ${name} ${why}: there is nothing to run an action on.`,
    facts: { environment: name },
  });
}

function refuseUnservedPool({ settings }: EngineContext, action: string, pool: string): void {
  if (settings.pools.has(pool)) return;
  throw refuse('POOL_UNKNOWN', {
    message:
      `The action ${action} asks for pool ${pool}, which has no workers here. Pools: ` +
      `${[...settings.pools.keys()].join(', ')}. Name one of them, or add it under "pools".`,
    facts: { pool },
  });
}
