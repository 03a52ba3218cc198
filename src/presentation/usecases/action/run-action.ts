import { environmentNameSchema } from '../../../bus/messages/commands.ts';
import { runDocument } from '../../../documents/documents.ts';
import type { JsonObject } from '../../../model/json.ts';
import { secretParameters } from '../../../model/parameters.ts';
import { templateKey } from '../../../model/template.ts';
import { redactJson } from '../../../platform/redact-json.ts';
import { formatDuration } from '../../pages/duration.ts';
import { outputLines } from '../../pages/environments.ts';
import type { Answer, Session } from '../../session.ts';
import { section } from '../../terminal/table.ts';
import { type Timed, timeoutOf } from '../../times.ts';
import { type ArgumentFlags, readArguments } from '../input/parameters.ts';
import { requireFit } from '../input/require-fit.ts';
import { adviseOnSecrets } from '../input/shown-secrets.ts';
import { begin } from '../run/begin.ts';
import type { FollowedRun } from '../run/follow-run.ts';
import { perform } from '../run/perform.ts';

interface ActionRequest extends ArgumentFlags, Timed {
  environment: string;
  action: string;
}

/** Runs an action to its end, and shows what it returned. */
export async function runAction(session: Session, request: ActionRequest): Promise<Answer> {
  const timeoutMs = timeoutOf(request);
  const { environment, action } = request;
  requireFit(
    environmentNameSchema.safeParse(environment),
    `The name ${JSON.stringify(environment.slice(0, 100))}`,
  );
  const schema = await argumentsOf(session, request);
  if (schema !== null) {
    const isSecret = new Set(secretParameters({ parameters: schema }));
    adviseOnSecrets(session, request.argument, { isSecret, flag: '--arguments-file' });
  }
  const given = readArguments(request, schema, session.biotope.config.limits);
  const data = { environment, action, arguments: given };
  const command = { type: 'action.run', data } as const;
  if (request.wait === false) return begin(session, command);
  return actionAnswer(await perform(session, command, { timeoutMs }));
}

/** Null where nobody knows them: intake says why, and records it. */
async function argumentsOf(
  { biotope }: Session,
  { environment, action }: ActionRequest,
): Promise<JsonObject | null> {
  const found = await biotope.store.get('environments', environment);
  if (found === undefined) return null;
  const template = await biotope.store.get('templates', templateKey(found.value.template));
  const declared = template?.value.template.actions.find(({ name }) => name === action);
  return declared?.terms?.parameters ?? null;
}

function actionAnswer({ run }: FollowedRun): Answer {
  const took = formatDuration((run.finishedAtMs ?? 0) - (run.startedAtMs ?? run.acceptedAtMs));
  return {
    document: { run: runDocument(run) },
    names: [run.id],
    lines: (palette) => [
      `action ${palette.strong(run.action ?? '')} of environment ${run.environment} is done after ${took}`,
      ...section('Outputs', outputLines(redactJson(run.outputs ?? {}))),
    ],
  };
}
