import type { Clock } from '../../platform/clock.ts';
import { findOrphan } from '../../platform/process/pid-record.ts';
import type { Adoption } from '../adoption.ts';
import { type Executor, ExecutorError, type StepContext } from '../executor.ts';
import { executorErrorOf } from '../executor-error.ts';
import type { Planned } from '../planned.ts';
import { adopt, planAdoption } from './adopt.ts';
import { apply, destroy } from './apply.ts';
import { namingBackend } from './backend-away.ts';
import { keepInFlight } from './in-flight.ts';
import { inspect } from './inspect.ts';
import { type CredentialsMaker, madeFor } from './made-credentials.ts';
import { plan as planApply } from './plan.ts';
import { createPreparer } from './preparer.ts';
import type { Registries } from './providers/registries.ts';
import { settleOrphan } from './recover.ts';
import { leftBehind, openSession, type Session, type Tools } from './session.ts';
import { DEFAULT_SETTINGS, type TerraformSettings } from './settings.ts';
import { shortTemporary } from './short-temporary.ts';
import type { State } from './state.ts';
import { StateTooLargeError } from './state-too-large.ts';
import { cleanWorkFolder, makeTemporary, tidyWorkFolder, workFolderAt } from './work-folder.ts';

export interface TerraformDependencies {
  clock: Clock;
  /** Of this machine: what `terraform init` fetched, and what it prepared. */
  folders: { providers: string; prepared: string };
  settings?: Partial<TerraformSettings>;
  /** Absent: nobody waits for a registry that is away, and its failures are as any other. */
  registries?: Registries | undefined;
  /** Absent: nothing is made, all that a template names is this process's own. */
  maker?: CredentialsMaker | undefined;
}

/**
 * Applies Terraform modules with the local backend: the state comes with the step, is checkpointed
 * while Terraform runs, returned, and then removed from disk.
 */
export function createTerraformExecutor(dependencies: TerraformDependencies): Executor {
  const settings = { ...DEFAULT_SETTINGS, ...dependencies.settings };
  const { clock, folders, maker } = dependencies;
  const foldersMax = settings.preparedFoldersMax;
  const tools: Tools = {
    clock,
    settings,
    preparer: createPreparer({ clock, folder: folders.prepared, foldersMax }),
    providersFolder: folders.providers,
    registries: dependencies.registries,
    maker,
  };
  return {
    needsFiles: true,
    // Of variables and credentials only the record's places are known, not the values.
    destroyNeedsSpec: true,
    tidy: (path) => tidy(path, settings),
    plan: (context, adoption) =>
      run(tools, context, { work: (session) => plan(session, adoption), kind: 'looks' }),
    apply: (context) => run(tools, context, { work: apply, kind: 'changes' }),
    adopt: (context, adoption) =>
      run(tools, context, { work: (session) => adopt(session, adoption), kind: 'changes' }),
    destroy: (context) => run(tools, context, { work: destroy, kind: 'changes' }),
    inspect: (context) => run(tools, context, { work: inspect, kind: 'looks' }),
  };
}

async function tidy(path: string, settings: TerraformSettings): Promise<void> {
  const folder = workFolderAt(path);
  if ((await findOrphan(folder.pidFile)) !== undefined) return;
  keepInFlight({ folder, settings });
  tidyWorkFolder(folder);
}

interface Call<T> {
  work: (session: Session) => Promise<T>;
  kind: 'looks' | 'changes';
}

async function plan(session: Session, adoption: Adoption | undefined): Promise<Planned> {
  if (adoption === undefined) return planApply(session);
  return { changes: await planAdoption(session, adoption) };
}

async function run<T>(tools: Tools, context: StepContext, call: Call<T>): Promise<T> {
  try {
    context.signal.throwIfAborted();
    const made = await madeFor(tools.maker, context);
    const temporary = shortTemporary(workFolderAt(context.workFolder).temporary);
    try {
      const session = await openSession(tools, context, { made, temporary });
      // Whoever only looks touches nothing of a Terraform that still runs.
      if (call.kind === 'looks') await settleOrphan(session, 'wait');
      return await runIn(session, call);
    } finally {
      temporary.leave();
      await made.end();
    }
  } catch (error) {
    if (error instanceof StateTooLargeError) throw error.undeterminable(null);
    throw executorErrorOf(error, context.signal, null);
  }
}

async function runIn<T>(session: Session, { work, kind }: Call<T>): Promise<T> {
  const { folder, states } = session;
  let keepOutput = false;
  try {
    if (kind !== 'looks') await settleOrphan(session, 'wait-and-stop');
    makeTemporary(folder);
    return await work(session);
  } catch (error) {
    keepOutput = kind === 'changes' && !isInFlightKept(session);
    const told = withUnsavedState(error, session);
    throw told instanceof ExecutorError ? namingBackend(told, session) : told;
  } finally {
    cleanWorkFolder(folder, { keepState: !states.isSaved(), keepOutput });
  }
}

/**
 * Nobody knows yet whether the error will be heard: of a step whose claim was lost it is not, and what
 * was in flight would be made a second time. False where the disk takes not even that.
 */
function isInFlightKept({ folder, settings, states }: Session): boolean {
  try {
    keepInFlight({ folder, settings }, newestOf(states));
    return true;
  } catch {
    return false;
  }
}

function newestOf(states: Session['states']): State | undefined {
  try {
    return states.newest();
  } catch {
    return states.prior;
  }
}

/** A state that could not be checkpointed goes with the error: the work folder may go next. */
function withUnsavedState(error: unknown, { context, record, states }: Session): unknown {
  if (error instanceof StateTooLargeError || states.isSaved()) return error;
  const told = executorErrorOf(error, context.signal, null);
  if (told.left !== null) return told;
  const { kind, failure, retryable, cause } = told;
  const left = leftBehind(record, states.newest());
  return new ExecutorError({ kind, failure, retryable, cause, left });
}
