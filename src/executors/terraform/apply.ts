import type { Applied, Left } from '../executor.ts';
import { failureOf } from './failures.ts';
import { createCreations, demandDecided } from './in-flight.ts';
import { layOut, type Ready } from './layout.ts';
import { recoverState } from './recover.ts';
import { learnRemoteState, lockTimeout } from './remote-state.ts';
import { type Finished, runTerraform, type TerraformCall } from './run-terraform.ts';
import { leftBehind, type Session } from './session.ts';
import { isEmptyState, outputsOf, type State } from './state.ts';
import { createStateKeeper } from './state-keeper.ts';
import { StateTooLargeError } from './state-too-large.ts';

const ARGS = ['-json', '-input=false', '-auto-approve'];

/** Makes the resource what its spec says, from whatever state it is in. */
export async function apply(session: Session): Promise<Applied> {
  demandDecided(session, await recoverState(session));
  const ready = await layOut(session, 'desired');
  const { state, left } = await change(session, ready, {
    what: 'apply',
    args: ['apply', lockTimeout(session), ...ARGS],
  });
  return { ...left, outputs: outputsOf(state, ready.record.outputs) };
}

/** Removes all that the state knows of. An empty state needs no Terraform. */
export async function destroy(session: Session): Promise<void> {
  const state = await recoverState(session);
  if (isEmptyState(state)) return;
  const ready = await layOut(session, 'recorded');
  const args = ['apply', '-destroy', lockTimeout(session), ...ARGS];
  await change(session, ready, { what: 'destroy', args });
}

/** Runs a Terraform that changes things, its state looked after all the while. */
export async function change(
  session: Session,
  ready: Ready,
  { what, args }: { what: 'apply' | 'destroy'; args: string[] },
): Promise<{ state: State | undefined; left: Left }> {
  const keeper = createStateKeeper(session);
  const creations = createCreations();
  const finished = await runPrepared(session, ready, {
    args,
    timeoutMs: session.settings.runTimeoutMs,
    confirm: session.context.confirm,
    onEvent: (event) => {
      creations.note(event);
      if (event.type === 'completed' || event.type === 'errored') keeper.hint();
      if (event.type === 'emergency') session.states.learn(event.state);
    },
  }).finally(() => keeper.finish());
  if (session.isRemote) await learnRemoteState(session, ready);
  const state = newestState(session, ready);
  if (finished.process.exitCode === 0) return { state, left: leftBehind(ready.record, state) };
  const inFlight = creations.missingIn(state);
  const left = leftBehind(ready.record, state, inFlight);
  throw failureOf(session, finished, { what, folders: ready.folders, left, inFlight });
}

/** What is recorded of an attempt whose state cannot be read is what it was made from. */
function newestState({ states }: Session, { record }: Ready): State | undefined {
  try {
    return states.newest();
  } catch (error) {
    if (!(error instanceof StateTooLargeError)) throw error;
    throw error.undeterminable(leftBehind(record, states.prior));
  }
}

/**
 * Terraform looks at what was prepared before it does anything: if that is damaged (somebody tidied
 * up), nothing has happened yet and it is prepared anew.
 */
export async function runPrepared(
  session: Session,
  ready: Ready,
  call: Omit<TerraformCall, 'dataFolder'>,
): Promise<Finished> {
  const finished = await runTerraform(session, { ...call, dataFolder: ready.prepared.dataFolder });
  if (!finished.errors.some(isUnprepared)) return finished;
  const { prepared } = await ready.again();
  return runTerraform(session, { ...call, dataFolder: prepared.dataFolder });
}

const UNPREPARED =
  /^(?:module not installed|module source has changed|required plugins are not installed|inconsistent dependency lock file|backend initialization required|initialization required|missing required provider)/i;

function isUnprepared({ summary }: { summary: string }): boolean {
  return UNPREPARED.test(summary);
}
