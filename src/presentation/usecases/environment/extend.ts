import { environmentDocument } from '../../../documents/documents.ts';
import { BiotopeError } from '../../../model/errors.ts';
import { systemClock } from '../../../platform/clock.ts';
import { findEnvironment } from '../../../queries/lookup.ts';
import { formatTime } from '../../pages/duration.ts';
import { expiryText } from '../../pages/expiry.ts';
import type { Answer, Session } from '../../session.ts';
import { parseDuration, parseTime } from '../../times.ts';
import { submit } from '../run/perform.ts';

interface ExtendRequest {
  name: string;
  for?: string | undefined;
  until?: string | undefined;
  never?: boolean | undefined;
}

/** Says when an environment is to be destroyed. Needs no run. */
export async function extendEnvironment(session: Session, request: ExtendRequest): Promise<Answer> {
  const { name } = request;
  const plannedDestructionAt = endOf(request);
  await submit(session, { type: 'environment.extend', data: { name, plannedDestructionAt } });
  const environment = await findEnvironment(session.biotope.store, name);
  const { plannedDestructionAtMs } = environment;
  return {
    document: { environment: environmentDocument(environment) },
    names: [name],
    lines: (palette) => {
      const shown = palette.strong(name);
      if (plannedDestructionAtMs === null)
        return [`environment ${shown} stays until it is destroyed`];
      const expiry = expiryText(environment, systemClock.nowMs());
      return [`environment ${shown} ${expiry}: ${formatTime(plannedDestructionAtMs)}`];
    },
  };
}

function endOf(request: ExtendRequest): string | null {
  if (request.never === true) return null;
  if (request.until !== undefined) return new Date(parseTime(request.until)).toISOString();
  if (request.for !== undefined) {
    return new Date(systemClock.nowMs() + parseDuration(request.for)).toISOString();
  }
  throw new BiotopeError('USAGE', { message: 'Say when it ends: --for, --until or --never.' });
}
