import { requireTerraform } from '../../../compose/terraform-check.ts';
import { environmentDocument, runDocument } from '../../../documents/documents.ts';
import { environmentDriftDocument } from '../../../documents/drift.ts';
import { hasDrifted } from '../../../model/drift.ts';
import { systemClock } from '../../../platform/clock.ts';
import { type EnvironmentDrift, readDrift } from '../../../queries/drift.ts';
import { resourcesOf } from '../../../queries/lookup.ts';
import type { Store } from '../../../store/store.ts';
import { driftLines } from '../../pages/drift.ts';
import { paintStatus } from '../../pages/words.ts';
import type { Answer, Session } from '../../session.ts';
import { type Timed, timeoutOf } from '../../times.ts';
import { begin } from '../run/begin.ts';
import { perform } from '../run/perform.ts';

interface ReconcileRequest extends Timed {
  name: string;
  heal?: boolean | undefined;
  resource?: string[] | undefined;
}

/** Looks whether an environment is still what was built, and mends it where that is wanted. */
export async function reconcile(session: Session, request: ReconcileRequest): Promise<Answer> {
  const timeoutMs = timeoutOf(request);
  const { biotope } = session;
  const { name, heal, resource: resources = [] } = request;
  await requireTerraform(biotope, await resourcesOf(biotope.store, name));
  const data = { name, resources, ...(heal === undefined ? {} : { heal }) };
  const command = { type: 'environment.reconcile', data } as const;
  if (request.wait === false) return begin(session, command);
  const { run } = await perform(session, command, { timeoutMs });
  const found = await readDrift(biotope.store, name);
  const { environment } = found;
  const answer = answerOf(found, run.id);
  return {
    ...answer,
    document: {
      environment: environmentDocument(environment),
      run: runDocument(run),
      drift: environmentDriftDocument(found),
    },
    lines: (palette) => [
      ...answer.lines(palette),
      `environment ${palette.strong(name)} is ${paintStatus(environment.status, palette)}`,
    ],
  };
}

/** What is known of its drift, without looking again. */
export async function viewDrift(store: Store, name: string): Promise<Answer> {
  const found = await readDrift(store, name);
  return { ...answerOf(found, null), document: { drift: environmentDriftDocument(found) } };
}

function answerOf(
  found: EnvironmentDrift,
  runId: string | null,
): Pick<Answer, 'lines'> & { names: string[] } {
  const nowMs = systemClock.nowMs();
  return {
    lines: (palette) => driftLines(found, { palette, nowMs, runId }),
    names: found.resources.filter(({ drift }) => hasDrifted(drift)).map(({ label }) => label),
  };
}
