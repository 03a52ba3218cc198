import { createRedactor } from '../../platform/redactor.ts';
import type { Planned } from '../planned.ts';
import { runPrepared } from './apply.ts';
import { failureOf } from './failures.ts';
import { declaredSecrets } from './hidden.ts';
import { layOut, type Ready } from './layout.ts';
import { type ReadPlan, readPlan } from './planned-changes.ts';
import { recoverState } from './recover.ts';
import { type Finished, runTerraform } from './run-terraform.ts';
import type { Session } from './session.ts';
import { readBytes } from './work-folder.ts';

export async function plan(session: Session): Promise<Planned> {
  await recoverState(session);
  const { changes } = await planChanges(session, await layOut(session, 'desired'));
  return { changes };
}

/**
 * Plans what is laid out. The plan itself holds secrets in the clear: it lives in the work folder
 * until it has been read, or applied.
 */
export async function planChanges(session: Session, ready: Ready): Promise<ReadPlan> {
  const { settings, folder } = session;
  const timeoutMs = settings.runTimeoutMs;
  const planned = await runPrepared(session, ready, {
    args: ['plan', '-json', '-input=false', '-lock-timeout=30s', `-out=${folder.planFile}`],
    timeoutMs,
  });
  refuseFailure(session, ready, planned);
  const { dataFolder } = ready.prepared;
  const args = ['show', '-json', folder.planFile];
  refuseFailure(session, ready, await runTerraform(session, { args, dataFolder, timeoutMs }));
  const text = new TextDecoder().decode(readBytes(folder.outputFile, settings.outputBytesMax));
  const declared = createRedactor();
  for (const secret of declaredSecrets(session.spec, session.context, ready.module))
    declared.learn(secret);
  return readPlan(text, (shown) => declared.redact(session.redact(shown)));
}

function refuseFailure(session: Session, { folders }: Ready, finished: Finished): void {
  if (finished.process.exitCode === 0) return;
  throw failureOf(session, finished, { what: 'plan', folders, left: null });
}
