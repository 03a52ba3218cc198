import { join } from 'node:path';
import { isBiotopeError } from '../../model/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { type Executor, ExecutorError, type StepContext } from '../executor.ts';
import { apply, destroy } from './apply.ts';
import { inspect } from './inspect.ts';
import { plan } from './plan.ts';
import { createPreparer } from './preparer.ts';
import { settleOrphan } from './recover.ts';
import { openSession, type Session, type Tools } from './session.ts';
import { DEFAULT_SETTINGS, type TerraformSettings } from './settings.ts';
import { cleanWorkFolder, makeTemporary } from './work-folder.ts';

export interface TerraformDependencies {
  clock: Clock;
  /** Of this machine: what `terraform init` prepares is kept below it. */
  dataFolder: string;
  settings?: Partial<TerraformSettings>;
}

/**
 * Applies Terraform modules with the local backend: the state comes with the step, is checkpointed
 * while Terraform runs, returned, and then removed from disk.
 */
export function createTerraformExecutor(dependencies: TerraformDependencies): Executor {
  const folder = join(dependencies.dataFolder, 'terraform');
  const settings = { ...DEFAULT_SETTINGS, ...dependencies.settings };
  const { clock } = dependencies;
  const foldersMax = settings.preparedFoldersMax;
  const tools: Tools = {
    clock,
    settings,
    preparer: createPreparer({ clock, folder: join(folder, 'prepared'), foldersMax }),
  };
  return {
    plan: (context) => run(tools, context, { work: plan, looksOnly: true }),
    apply: (context) => run(tools, context, { work: apply, looksOnly: false }),
    destroy: (context) => run(tools, context, { work: destroy, looksOnly: false }),
    inspect: (context) => run(tools, context, { work: inspect, looksOnly: true }),
  };
}

interface Call<T> {
  work: (session: Session) => Promise<T>;
  looksOnly: boolean;
}

async function run<T>(tools: Tools, context: StepContext, call: Call<T>): Promise<T> {
  try {
    const session = openSession(tools, context);
    // Before anything in the work folder is touched: it may still belong to a living Terraform.
    await settleOrphan(session, call.looksOnly);
    return await runIn(session, call);
  } catch (error) {
    throw error instanceof ExecutorError ? error : unexpected(context, error);
  }
}

async function runIn<T>(session: Session, { work }: Call<T>): Promise<T> {
  const { folder, states } = session;
  try {
    makeTemporary(folder);
    return await work(session);
  } finally {
    await cleanWorkFolder(folder, !states.isSaved());
  }
}

function unexpected({ address }: StepContext, cause: unknown): ExecutorError {
  const known = isBiotopeError(cause) ? cause : undefined;
  const message = known?.message ?? `Terraform could not be run: ${textOf(cause)}`;
  const code = known?.code ?? 'TERRAFORM_FAILED';
  const failure = { code, message, detail: known?.detail ?? null, address };
  return new ExecutorError({ kind: 'failed', failure, cause });
}

/** Of the file system mostly: `ENOSPC: no space left on device, write`. */
function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.slice(0, 300) : 'an unknown error';
}
