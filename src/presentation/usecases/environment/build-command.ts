import { type Command, environmentNameSchema } from '../../../bus/messages/commands.ts';
import { findTemplate } from '../../../engine/find-template.ts';
import { BiotopeError, isBiotopeError } from '../../../model/errors.ts';
import { secretParameters } from '../../../model/parameters.ts';
import { templateKey } from '../../../model/template.ts';
import { systemClock } from '../../../platform/clock.ts';
import type { Session } from '../../session.ts';
import { parseDuration } from '../../times.ts';
import { type ParameterFlags, readParameters } from '../input/parameters.ts';
import { requireFit } from '../input/require-fit.ts';
import { adviseOnSecrets } from '../input/shown-secrets.ts';

export interface BuildRequest extends ParameterFlags {
  name: string;
  template?: string | undefined;
  description?: string | undefined;
  protect?: boolean | undefined;
  tag?: string[] | undefined;
  approval?: boolean | undefined;
  'require-approval'?: boolean | undefined;
  reconcile?: string | undefined;
  'reconcile-zone'?: string | undefined;
  'reconcile-heal'?: boolean | undefined;
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
    ...approvalsOf(request),
    ...scheduleOf(request),
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

/** For this run, and for all of the environment's from now on. */
function approvalsOf(
  request: BuildRequest,
): Pick<BuildCommand['data'], 'approval' | 'requireApproval'> {
  const requireApproval = request['require-approval'];
  return {
    ...(request.approval === true ? { approval: 'required' } : {}),
    ...(requireApproval === undefined ? {} : { requireApproval }),
  };
}

function scheduleOf(request: BuildRequest): Pick<BuildCommand['data'], 'reconcile'> {
  const { reconcile: schedule, 'reconcile-zone': timeZone, 'reconcile-heal': heal } = request;
  if (schedule === undefined) return {};
  if (schedule === 'template') return { reconcile: null };
  if (schedule === 'never') return { reconcile: schedule };
  const more = {
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(heal === undefined ? {} : { heal }),
  };
  return { reconcile: { schedule, ...more } };
}

function endOf(request: BuildRequest): { plannedDestructionAt?: string } {
  const duration = request['expires-in'];
  if (duration === undefined) return {};
  const atMs = systemClock.nowMs() + parseDuration(duration);
  return { plannedDestructionAt: new Date(atMs).toISOString() };
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
