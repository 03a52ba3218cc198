import type { RunRecord } from '../model/run.ts';
import { imagineSecrets } from '../secrets/imagined-secrets.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { EngineContext } from './context.ts';
import type { Engine } from './engine.ts';
import { requestCreate, requestDestroy, requestUpdate } from './intake/environment-commands.ts';
import { parseCommand } from './intake/parse.ts';
import { NO_WISHES, type Wishes } from './planner/asked.ts';
import type { Plan } from './planner/plan.ts';
import { planRun } from './planner/planner.ts';
import { createTemplateCache } from './templates.ts';

/**
 * What a command would do now. Checks it as intake does, plans it as a run would, writes no record.
 * Secret parameters get the references they would have; their values are found in `secrets` alone.
 */
export async function previewCommand(
  real: EngineContext,
  wanted: Parameters<Engine['preview']>[0],
  secrets: Secrets = imagineSecrets(real.secrets),
): Promise<Plan> {
  const context = { ...real, secrets };
  const command = parseCommand(wanted.type, wanted.data, context.limits);
  if (command.type === 'environment.destroy') {
    const line = await requestDestroy(context, command.data);
    return planFor(context, command.data.name, {
      environment: line.environment?.value,
      template: null,
      parameters: {},
      asked: NO_WISHES,
    });
  }
  if (command.type !== 'environment.create' && command.type !== 'environment.update') {
    throw new Error(`${command.type} has no plan`);
  }
  const request =
    command.type === 'environment.create'
      ? await requestCreate(context, command.data)
      : await requestUpdate(context, command.data);
  return planFor(context, command.data.name, {
    environment: request,
    template: request.index,
    parameters: request.parameters,
    asked: { ...request.asked, pending: request.line.environment?.value.adopting ?? {} },
  });
}

/** What a run under way would do with what is recorded now. Changes nothing. */
export async function planAgain(context: EngineContext, run: RunRecord): Promise<Plan> {
  const { store } = context;
  const environment = await store.get('environments', run.environment);
  const template = run.template === null ? null : await createTemplateCache(store)(run.template);
  const { parameters, asked } = run;
  // What it has adopted by now is no reason to refuse.
  const again = { adopt: {}, rotate: asked.rotate, pending: environment?.value.adopting ?? {} };
  return planFor(context, run.environment, {
    environment: environment?.value,
    template,
    parameters,
    asked: again,
  });
}

async function planFor(
  context: EngineContext,
  name: string,
  wanted: {
    environment: { description: string; tags: string[] } | undefined;
    template: Parameters<typeof planRun>[1]['template'];
    parameters: Plan['parameters'];
    asked: Wishes;
  },
): Promise<Plan> {
  const resources = await context.store.find('resources', { where: { environment: name } });
  return planRun(context, {
    environment: {
      name,
      description: wanted.environment?.description ?? '',
      tags: wanted.environment?.tags ?? [],
    },
    template: wanted.template,
    parameters: wanted.parameters,
    recorded: new Map(resources.map(({ value }) => [value.address, value])),
    asked: wanted.asked,
  });
}
