import { type Command, environmentNameSchema } from '../../bus/messages/commands.ts';
import { publishIfShipped } from '../../compose/publishing/publish.ts';
import { requireTerraform } from '../../compose/terraform-check.ts';
import { findTemplate } from '../../engine/find-template.ts';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import { secretParameters } from '../../model/parameters.ts';
import { type RunRecord, UNFINISHED_RUN } from '../../model/run.ts';
import { templateKey } from '../../model/template.ts';
import { parseTemplateRequest } from '../../model/version.ts';
import { systemClock } from '../../platform/clock.ts';
import { environmentDocument, redactJson, runDocument } from '../pages/documents.ts';
import { formatDuration } from '../pages/duration.ts';
import { entrypointLines, outputLines } from '../pages/environments.ts';
import { settingChanges, settingLines } from '../pages/setting-changes.ts';
import { paintStatus } from '../pages/words.ts';
import type { Answer, Session } from '../session.ts';
import { section } from '../terminal/table.ts';
import { parseDuration } from '../times.ts';
import { confirmName } from './confirm.ts';
import type { FollowedRun } from './follow-run.ts';
import { findEnvironment, resourcesOf } from './lookup.ts';
import { type ParameterFlags, readParameters } from './parameters.ts';
import { perform, showToEnd } from './perform.ts';
import { requireFit } from './require-fit.ts';
import { adviseOnSecrets } from './shown-secrets.ts';

export interface BuildRequest extends ParameterFlags {
  name: string;
  template?: string | undefined;
  description?: string | undefined;
  protect?: boolean | undefined;
  tag?: string[] | undefined;
  /** See the command's own. */
  adopt?: BuildCommand['data']['adopt'];
  rotate?: string[] | undefined;
  /** Ask nothing. */
  yes?: boolean | undefined;
  /** With a create. */
  'expires-in'?: string | undefined;
}

export type BuildType = 'environment.create' | 'environment.update';
export type BuildCommand = Extract<Command, { type: BuildType }>;

interface Timed {
  timeout?: string | undefined;
}

/** Creates or updates an environment and waits for it. */
export async function build(
  session: Session,
  type: BuildType,
  request: BuildRequest & Timed,
): Promise<Answer> {
  const timeoutMs = timeoutOf(request);
  const { command, resources } = await buildCommand(session, type, request);
  if (request.yes !== true) await confirmReplacement(session, command);
  const { biotope, interrupt } = session;
  await requireTerraform(biotope.config, resources);
  if (request.template !== undefined) {
    await publishIfShipped(biotope, request.template, interrupt.signal);
  }
  const notes = await settingNotes(session, command);
  try {
    return await settled(session, await perform(session, command, { timeoutMs, notes }));
  } catch (error) {
    if (!isBiotopeError(error, 'TEMPLATE_NOT_FOUND') || request.template === undefined) throw error;
    // Intake knows what is published: what ships may have been meant too.
    await findTemplate(biotope.storeWithShipped, request.template);
    throw error;
  }
}

/** Another version is an update; another template takes down what there is. */
async function confirmReplacement(session: Session, { type, data }: BuildCommand): Promise<void> {
  const recorded = (await session.biotope.store.get('environments', data.name))?.value;
  if (type !== 'environment.update' || recorded === undefined || data.template === undefined)
    return;
  const other = parseTemplateRequest(data.template)?.name;
  if (other === undefined || other === recorded.template.name) return;
  if (recorded.status === 'destroyed') return;
  await confirmName(session, data.name, {
    what: `replaces all of template ${recorded.template.name} in`,
    undone: 'changed',
  });
}

/** What an update makes of the environment itself, which no step tells. */
async function settingNotes(
  { biotope, palette }: Session,
  { type, data }: BuildCommand,
): Promise<string[]> {
  const recorded = (await biotope.store.get('environments', data.name))?.value;
  if (recorded === undefined || type === 'environment.create') return [];
  return settingLines(settingChanges(recorded, { ...data, template: undefined }), palette);
}

/** The command as a person means it, parameters as the template's schema types them, and what it builds. */
export async function buildCommand(
  session: Session,
  type: BuildType,
  request: BuildRequest,
): Promise<{ command: BuildCommand; resources: readonly { executor: string }[] }> {
  const { biotope } = session;
  const { name, template, description, tag, protect } = request;
  requireFit(
    environmentNameSchema.safeParse(name),
    `The name ${JSON.stringify(name.slice(0, 100))}`,
  );
  const selector = template ?? (await recordedTemplate(session, name));
  const found = selector === undefined ? null : await templateFor(session, selector);
  const resources = found?.template.resources ?? [];
  if (found !== null) {
    adviseOnSecrets(session, request.parameter, {
      isSecret: new Set(secretParameters(found.template)),
      flag: '--parameters-file',
    });
  }
  const data = {
    name,
    parameters: readParameters(request, found?.template.parameters ?? null, biotope.config.limits),
    ...(description === undefined ? {} : { description }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(protect === undefined ? {} : { protect }),
    ...(request.adopt === undefined ? {} : { adopt: request.adopt }),
  };
  if (type === 'environment.update') {
    const { rotate } = request;
    const update = { ...data, ...(rotate === undefined ? {} : { rotate }) };
    const named = template === undefined ? update : { ...update, template };
    return { command: { type, data: named }, resources };
  }
  if (template !== undefined) {
    return { command: { type, data: { ...data, ...endOf(request), template } }, resources };
  }
  throw new BiotopeError('USAGE', {
    message: `There is no environment ${name}: say what it is made of with --template.`,
  });
}

function endOf(request: BuildRequest): { plannedDestructionAt?: string } {
  const duration = request['expires-in'];
  if (duration === undefined) return {};
  const atMs = systemClock.nowMs() + parseDuration(duration);
  return { plannedDestructionAt: new Date(atMs).toISOString() };
}

/** A destroy of it that was begun and not ended is followed to its end: another has nothing to do. */
export async function destroy(
  session: Session,
  request: { name: string } & Timed,
): Promise<Answer> {
  const timeoutMs = timeoutOf(request);
  const { biotope } = session;
  await requireTerraform(biotope.config, await resourcesOf(biotope.store, request.name));
  const begun = await unfinishedDestroy(session, request.name);
  if (begun !== undefined) {
    const sinceMs = Date.now();
    await biotope.drive();
    return settled(session, await showToEnd(session, begun.id, { timeoutMs, sinceMs }));
  }
  const command = { type: 'environment.destroy', data: { name: request.name } } as const;
  try {
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
  const where = { environment, status: UNFINISHED_RUN };
  const line = await biotope.store.find('runs', { where });
  const last = line
    .map(({ value }) => value)
    .sort((a, b) => a.order - b.order)
    .at(-1);
  return last?.kind === 'destroy' && last.cancelRequestedAtMs === null ? last : undefined;
}

export function timeoutOf({ timeout }: Timed): number | null {
  return timeout === undefined ? null : parseDuration(timeout);
}

/** How an environment stands after a run that succeeded. */
export async function settled(session: Session, { run }: FollowedRun): Promise<Answer> {
  const environment = await findEnvironment(session.biotope.store, run.environment);
  const took = formatDuration((run.finishedAtMs ?? 0) - (run.startedAtMs ?? run.acceptedAtMs));
  return {
    document: { environment: environmentDocument(environment), run: runDocument(run) },
    names: [environment.name],
    lines: (palette) => [
      `environment ${palette.strong(environment.name)} is ${paintStatus(environment.status, palette)} after ${took}`,
      ...section('Entrypoints', entrypointLines(environment, palette)),
      ...section('Outputs', outputLines(redactJson(environment.outputs))),
    ],
  };
}

async function recordedTemplate(session: Session, name: string): Promise<string | undefined> {
  const found = await session.biotope.store.get('environments', name);
  return found === undefined ? undefined : templateKey(found.value.template);
}

/** Null where there is none: intake says so, and records it. */
async function templateFor({ biotope }: Session, selector: string) {
  try {
    return await findTemplate(biotope.storeWithShipped, selector);
  } catch (error) {
    if (isBiotopeError(error, 'TEMPLATE_NOT_FOUND')) return null;
    throw error;
  }
}
