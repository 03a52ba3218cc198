import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BiotopeError } from '../../model/errors.ts';
import { findOrphan } from '../../platform/process/pid-record.ts';
import { endGroup, stopProcess, waitForEnd } from '../../platform/process/stop-process.ts';
import { ExecutorError } from '../executor.ts';
import { cancelled } from './failures.ts';
import { inFlightOf } from './in-flight.ts';
import { nameOf } from './program/product.ts';
import { recoverRemoteState } from './remote-state.ts';
import { leftBehind, type Session } from './session.ts';
import type { State } from './state.ts';
import { readStateFile } from './state-book.ts';
import { writePrivate } from './work-folder.ts';

const MINUTE_MS = 60_000;

/**
 * A worker that dies leaves its Terraform behind, which then ends in its own time. It is waited for,
 * then stopped where that is asked for: there are never two at once.
 */
export async function settleOrphan(session: Session, how: 'wait' | 'wait-and-stop'): Promise<void> {
  const { context, folder, settings, clock } = session;
  const orphan = await findOrphan(folder.pidFile);
  if (orphan === undefined) return rmSync(folder.pidFile, { force: true });
  const minutes = Math.round(settings.orphanWaitMs / MINUTE_MS);
  context.progress(
    `waiting for the ${nameOf(session)} of an earlier attempt to end by itself ` +
      `(process ${orphan.pid}), at most ${minutes} min`,
  );
  const { signal } = context;
  const waited = waitForEnd(orphan, settings.orphanWaitMs, { clock, signal });
  const outcome = await waited.catch(() => 'aborted' as const);
  if (outcome === true) {
    endGroup(orphan);
    return rmSync(folder.pidFile, { force: true });
  }
  if (how === 'wait') {
    throw outcome === 'aborted' ? cancelled(session, null) : undeterminable(session, 'still runs');
  }
  const end = await stopProcess(orphan, { signal: 'SIGINT', graceMs: settings.graceMs, clock });
  await session.states.save();
  if (end === 'killed') throw undeterminable(session, KILLED);
  if (outcome === 'aborted') {
    throw cancelled(session, leftBehind(session.record, session.states.newest()));
  }
}

const KILLED = 'had to be killed';

function undeterminable(session: Session, how: string): ExecutorError {
  const state = session.states.newest();
  // One that still runs has not told its end yet.
  const inFlight = how === KILLED ? inFlightOf(session, state) : [];
  return new ExecutorError({
    kind: 'undeterminable',
    left: leftBehind(session.record, state, inFlight),
    failure: {
      code: 'TERRAFORM_FAILED',
      message: `The ${nameOf(session)} of an earlier attempt ${how}; nobody can tell how far it came.`,
      detail: null,
      address: null,
    },
  });
}

/**
 * The newest state, put where Terraform looks for it: what came with the step, or what an attempt
 * that broke off left in the work folder after its last checkpoint, which is then made durable.
 */
export async function recoverState(session: Session): Promise<State | undefined> {
  const { folder, settings, states } = session;
  refuseUnreadable(session);
  if (session.isRemote) return recoverRemoteState(session);
  setForeignStateAside(session);
  const newest = states.newest();
  if (newest === undefined) return undefined;
  const local = readStateFile(folder.stateFile, settings.stateBytesMax);
  // Not written again without need: whoever holds Terraform's lock holds it on this very file.
  if (local?.serial !== newest.serial) writePrivate(folder.stateFile, newest.bytes);
  rmSync(folder.erroredStateFile, { force: true });
  await states.save();
  return newest;
}

function refuseUnreadable({ context, states }: Session): void {
  const bytes = context.prior?.state ?? null;
  if (states.prior !== undefined || bytes === null || bytes.length === 0) return;
  throw new BiotopeError('TERRAFORM_FAILED', {
    message: 'The recorded state cannot be read: it is no Terraform state of format version 4.',
  });
}

/** A state that began elsewhere tells of other resources: never merged, never thrown away. */
function setForeignStateAside({ folder, settings, context, states }: Session): void {
  const { prior } = states;
  const local = readStateFile(folder.stateFile, settings.stateBytesMax);
  if (prior === undefined || local === undefined || local.lineage === prior.lineage) return;
  const aside = `foreign-${local.lineage}.tfstate`;
  renameSync(folder.stateFile, join(folder.path, aside));
  context.log(`The work folder held a state of another origin; it was set aside as ${aside}.`);
}
