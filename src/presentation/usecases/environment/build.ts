import { publishIfShipped } from '../../../compose/publishing/publish-if-shipped.ts';
import { requireTerraform } from '../../../compose/terraform-check.ts';
import { settingChanges } from '../../../documents/setting-changes.ts';
import { findTemplate } from '../../../engine/find-template.ts';
import { isBiotopeError } from '../../../model/errors.ts';
import { parseTemplateRequest } from '../../../model/version.ts';
import { settingLines } from '../../pages/setting-lines.ts';
import type { Answer, Session } from '../../session.ts';
import { type Timed, timeoutOf } from '../../times.ts';
import { begin } from '../run/begin.ts';
import { perform } from '../run/perform.ts';
import { settled } from '../run/settled.ts';
import {
  type BuildCommand,
  type BuildRequest,
  type BuildType,
  buildCommand,
} from './build-command.ts';
import { confirmName } from './confirm.ts';

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
  await requireTerraform(biotope, resources);
  if (request.template !== undefined) {
    await publishIfShipped(biotope, request.template, interrupt.signal);
  }
  if (request.wait === false) return begin(session, command);
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
