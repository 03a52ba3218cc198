import { environmentDocument, runDocument } from '../../../documents/documents.ts';
import { redactJson } from '../../../platform/redact-json.ts';
import { findEnvironment } from '../../../queries/lookup.ts';
import { formatDuration } from '../../pages/duration.ts';
import { entrypointLines, outputLines } from '../../pages/environments.ts';
import { paintStatus } from '../../pages/words.ts';
import type { Answer, Session } from '../../session.ts';
import { section } from '../../terminal/table.ts';
import type { FollowedRun } from './follow-run.ts';

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
