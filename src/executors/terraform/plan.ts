import type { Difference } from '../../model/drift.ts';
import { createRedactor } from '../../platform/redactor.ts';
import type { Planned } from '../planned.ts';
import { runPrepared } from './apply.ts';
import { readDifferences } from './differences.ts';
import { failureOf } from './failures.ts';
import { declaredSecrets } from './hidden.ts';
import { layOut, type Ready } from './layout.ts';
import { type ReadPlan, readPlan } from './planned-changes.ts';
import { nameOf } from './program/product.ts';
import { recoverState } from './recover.ts';
import { lockTimeout } from './remote-state.ts';
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
  refuseFailure(session, ready, await makePlan(session, ready));
  const { text, redact } = await showPlan(session, ready);
  return readPlan(text, redact);
}

const CHANGES_WANTED = 2;

/** How what is there differs from what is laid out. Empty: in nothing but outputs. Null: in nothing. */
export async function planDifferences(
  session: Session,
  ready: Ready,
): Promise<Difference[] | null> {
  const planned = await makePlan(session, ready, ['-detailed-exitcode']);
  if (planned.process.exitCode !== CHANGES_WANTED) {
    refuseFailure(session, ready, planned);
    return null;
  }
  const { text, redact } = await showPlan(session, ready);
  return readDifferences(text, { redact, program: nameOf(session) });
}

function makePlan(session: Session, ready: Ready, args: string[] = []): Promise<Finished> {
  const { settings, folder } = session;
  return runPrepared(session, ready, {
    args: [...PLAN, lockTimeout(session), ...args, `-out=${folder.planFile}`],
    timeoutMs: settings.runTimeoutMs,
  });
}

const PLAN = ['plan', '-json', '-input=false'];

/** What Terraform says of the plan that was made, and how to take out what the module calls secret. */
async function showPlan(session: Session, ready: Ready) {
  const { settings, folder } = session;
  const { dataFolder } = ready.prepared;
  const args = ['show', '-json', folder.planFile];
  const timeoutMs = settings.runTimeoutMs;
  refuseFailure(session, ready, await runTerraform(session, { args, dataFolder, timeoutMs }));
  const text = new TextDecoder().decode(readBytes(folder.outputFile, settings.outputBytesMax));
  const declared = createRedactor();
  for (const secret of declaredSecrets(session.spec, session.context, ready.module))
    declared.learn(secret);
  return { text, redact: (shown: string) => declared.redact(session.redact(shown)) };
}

function refuseFailure(session: Session, { folders }: Ready, finished: Finished): void {
  if (finished.process.exitCode === 0) return;
  throw failureOf(session, finished, { what: 'plan', folders, left: null });
}
