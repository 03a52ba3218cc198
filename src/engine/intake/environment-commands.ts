import type { CommandData } from '../../bus/messages/commands.ts';
import type { JsonObject } from '../../model/json.ts';
import { noEnvironment } from '../../model/not-there.ts';
import type { Asked } from '../../model/run.ts';
import { type TemplateReference, templateKey } from '../../model/template.ts';
import type { EngineContext } from '../context.ts';
import type { CommandIdentity } from '../engine.ts';
import { findTemplate } from '../find-template.ts';
import { refuseProtected } from '../planner/removal.ts';
import type { TemplateIndex } from '../templates.ts';
import { unchanged } from '../transactions.ts';
import { readAsked } from './asked.ts';
import { checkAndSeal } from './build-inputs.ts';
import { type Line, readLine } from './line.ts';
import { acceptRun, approvalOf } from './new-run.ts';
import { plannedForNew, refuseOtherEnd } from './planned-destruction.ts';
import { type Acceptance, refuse } from './verdict.ts';

/** What an environment is to be built from: checked, secrets sealed. */
export interface BuildRequest {
  line: Line;
  index: TemplateIndex;
  parameters: JsonObject;
  /** Laid over what is recorded. */
  description: string;
  tags: string[];
  asked: Asked;
}

export async function requestCreate(
  context: EngineContext,
  data: CommandData['environment.create'],
): Promise<BuildRequest> {
  const line = await readLine(context.store, data.name);
  if (line.willExist) throw existsAlready(data.name, line);
  const index = await findTemplate(context.store, data.template);
  const parameters = await checkAndSeal(
    context.secrets,
    { template: index.template, environment: data.name },
    { given: data.parameters, recorded: {} },
  );
  return complete(context, data, { line, index, parameters });
}

export async function requestUpdate(
  context: EngineContext,
  data: CommandData['environment.update'],
): Promise<BuildRequest> {
  const line = await readLine(context.store, data.name);
  if (!line.willExist) throw noEnvironment(data.name);
  const base = line.lastBuild ?? line.environment?.value;
  const selector = data.template ?? selectorOf(base?.template ?? null);
  const index = await findTemplate(context.store, selector);
  const parameters = await checkAndSeal(
    context.secrets,
    { template: index.template, environment: data.name },
    { given: data.parameters, recorded: base?.parameters ?? {} },
  );
  return complete(context, data, { line, index, parameters });
}

async function complete(
  context: EngineContext,
  data: CommandData['environment.create'] | CommandData['environment.update'],
  { line, index, parameters }: Pick<BuildRequest, 'line' | 'index' | 'parameters'>,
): Promise<BuildRequest> {
  const known = line.environment?.value;
  const description = data.description ?? known?.description ?? '';
  const tags = data.tags ?? known?.tags ?? [];
  const environment = { name: data.name, description, tags };
  const asked = await readAsked(context, data, {
    line,
    build: { environment, template: index, parameters },
  });
  return { line, index, parameters, description, tags, asked };
}

export async function requestDestroy(
  context: EngineContext,
  data: CommandData['environment.destroy'],
): Promise<Line> {
  const line = await readLine(context.store, data.name);
  if (!line.willExist) throw noEnvironment(data.name);
  if (data.plannedFor !== undefined) refuseOtherEnd(line, data.plannedFor);
  if (line.willBeProtected) {
    throw refuse('ENVIRONMENT_PROTECTED', {
      message:
        `Environment ${data.name} is protected. Take the protection off first: ` +
        `biotope environment update ${data.name} --no-protect`,
      facts: { environment: data.name },
    });
  }
  // What is in line before may take protections off: then the plan of the run is what judges.
  if (line.runs.length > 0) return line;
  const resources = await context.store.find('resources', { where: { environment: data.name } });
  refuseProtected(resources.map(({ value }) => value));
  return line;
}

export async function acceptBuild(
  context: EngineContext,
  identity: CommandIdentity,
  command:
    | { type: 'environment.create'; data: CommandData['environment.create'] }
    | { type: 'environment.update'; data: CommandData['environment.update'] },
): Promise<Acceptance> {
  const isCreate = command.type === 'environment.create';
  const { line, index, parameters, asked } = isCreate
    ? await requestCreate(context, command.data)
    : await requestUpdate(context, command.data);
  return acceptRun(
    context,
    { line, identity },
    {
      environment: command.data.name,
      kind: isCreate ? 'create' : 'update',
      order: line.order,
      template: index.reference,
      parameters,
      asked,
      description: command.data.description ?? null,
      tags: command.data.tags ?? null,
      protect: command.data.protect ?? null,
      requireApproval: command.data.requireApproval ?? null,
      approval: approvalOf(command.data),
      schedule: command.data.reconcile,
      plannedDestructionAtMs: isCreate
        ? plannedForNew(command.data.plannedDestructionAt, context)
        : null,
    },
  );
}

export async function acceptDestroy(
  context: EngineContext,
  identity: CommandIdentity,
  data: CommandData['environment.destroy'],
): Promise<Acceptance> {
  const line = await requestDestroy(context, data);
  const acceptance = acceptRun(
    context,
    { line, identity },
    {
      environment: data.name,
      kind: 'destroy',
      order: line.order,
      template: null,
      parameters: {},
      approval: approvalOf(data),
    },
  );
  if (data.plannedFor === undefined) return acceptance;
  // What extends it meanwhile comes first.
  const planned = unchanged('environments', data.name, line.environment);
  return { ...acceptance, expect: [...acceptance.expect, planned] };
}

function selectorOf(reference: TemplateReference | null): string {
  return reference === null ? '' : templateKey(reference);
}

function existsAlready(name: string, line: Line): Error {
  const waiting = line.environment === undefined ? ' (a run that creates it is in line)' : '';
  return refuse('ENVIRONMENT_EXISTS', {
    message: `Environment ${name} exists${waiting}. Change it with "environment update", or choose another name.`,
    facts: { environment: name },
  });
}
