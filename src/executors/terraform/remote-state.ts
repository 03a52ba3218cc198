import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { BiotopeError } from '../../model/errors.ts';
import { ExecutorError } from '../executor.ts';
import { failureOf } from './failures.ts';
import { keepInFlight } from './in-flight.ts';
import { layOut, type Ready } from './layout.ts';
import { type Finished, runTerraform } from './run-terraform.ts';
import { leftBehind, type Session } from './session.ts';
import { isEmptyState, readState, type State } from './state.ts';
import { readBytes, writePrivate } from './work-folder.ts';

/*
 * A state that a backend keeps. What comes with the step is the copy of it that was made last: after a
 * backend that was away at the end of an apply it may be the newer one.
 */

/** The newest state: the backend's, or the copy, which is brought there first. */
export async function recoverRemoteState(session: Session): Promise<State | undefined> {
  const { folder, states } = session;
  // What an attempt that broke off said goes when Terraform runs again.
  keepInFlight(session);
  const ready = await layOut(session, session.record === null ? 'desired' : 'recorded');
  const known = states.newest();
  const pulled = await pull(session, ready);
  refuseForeign(session, known, pulled);
  if (known !== undefined && known.serial > (pulled?.serial ?? -1)) {
    await push(session, ready, known);
  } else if (pulled !== undefined) {
    writePrivate(folder.stateFile, pulled.bytes);
  }
  rmSync(folder.erroredStateFile, { force: true });
  await states.save();
  return states.newest();
}

/** After Terraform changed something. Nobody can tell what is there where it cannot be asked. */
export async function learnRemoteState(session: Session, ready: Ready): Promise<void> {
  try {
    const pulled = await pull(session, ready);
    if (pulled !== undefined) writePrivate(session.folder.stateFile, pulled.bytes);
  } catch (error) {
    if (!(error instanceof ExecutorError)) throw error;
    throw new ExecutorError({
      kind: 'undeterminable',
      failure: error.failure,
      retryable: error.retryable,
      left: leftBehind(ready.record, session.states.newest()),
      cause: error,
    });
  }
}

async function pull(session: Session, ready: Ready): Promise<State | undefined> {
  const outputFile = join(session.folder.temporary, 'pulled.tfstate');
  const args = ['state', 'pull', '-no-color'];
  refuseFailure(session, ready, await runState(session, ready, { args, outputFile }));
  const bytes = readBytes(outputFile, session.settings.stateBytesMax);
  rmSync(outputFile, { force: true });
  const state = readState(bytes);
  // Of a state that is not there Terraform shows an empty one without an origin.
  return state?.lineage === '' ? undefined : state;
}

/** Terraform itself refuses it where the backend has a newer one, or one of another origin. */
async function push(session: Session, ready: Ready, { bytes }: State): Promise<void> {
  const { temporary } = session.folder;
  const file = join(temporary, 'push.tfstate');
  writePrivate(file, bytes);
  const args = ['state', 'push', '-no-color', lockTimeout(session), file];
  const outputFile = join(temporary, 'push.out');
  refuseFailure(session, ready, await runState(session, ready, { args, outputFile }));
  rmSync(file, { force: true });
  session.context.log('the backend did not have the newest state: it was brought there');
}

/**
 * Longer than a lock of Consul's outlives its Terraform: one that was killed holds it until its session
 * has ended, which takes half a minute. Nobody else ever breaks a lock.
 */
export function lockTimeout({ isRemote }: Pick<Session, 'isRemote'>): string {
  return isRemote ? '-lock-timeout=90s' : '-lock-timeout=30s';
}

function runState(
  session: Session,
  { prepared: { dataFolder } }: Ready,
  call: { args: string[]; outputFile: string },
): Promise<Finished> {
  return runTerraform(session, { ...call, dataFolder, timeoutMs: session.settings.initTimeoutMs });
}

function refuseFailure(session: Session, { folders }: Ready, finished: Finished): void {
  if (finished.process.exitCode === 0) return;
  throw failureOf(session, finished, { what: 'state', folders, left: null });
}

function refuseForeign(
  { context }: Session,
  known: State | undefined,
  pulled: State | undefined,
): void {
  if (known === undefined || pulled === undefined || known.lineage === pulled.lineage) return;
  if (isEmptyState(known) && isEmptyState(pulled)) return;
  throw new BiotopeError('TERRAFORM_FAILED', {
    message:
      `The backend holds a state of ${context.identity} that is of another origin than the recorded ` +
      'one: somebody put it there, or another installation keeps its states below the same path. ' +
      'Put the right one back (terraform state push), then retry.',
  });
}
