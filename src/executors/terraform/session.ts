import type { Clock } from '../../platform/clock.ts';
import { findProgram } from '../../platform/process/find-program.ts';
import { ExecutorError, type Left, type StepContext } from '../executor.ts';
import { HOW_TO_GET } from './check-terraform.ts';
import { environmentOf, refusedVariables } from './environment.ts';
import type { Preparer } from './preparer.ts';
import { readRecord, type TerraformRecord } from './record.ts';
import { createRedact, type Redact } from './redact.ts';
import type { TerraformSettings } from './settings.ts';
import { readSpec, secretsIn, type TerraformSpec } from './spec.ts';
import { partsOf, readState, type State, secretsOfState } from './state.ts';
import { createStateBook, type StateBook } from './state-book.ts';
import { type WorkFolder, workFolderAt } from './work-folder.ts';

/** What every call of the executor shares. */
export interface Tools {
  clock: Clock;
  settings: TerraformSettings;
  preparer: Preparer;
}

/** One call of the executor for one step, with all that it is made of. */
export interface Session extends Tools {
  context: StepContext;
  spec: TerraformSpec;
  /** Of the last attempt; null where there was none, or none that came as far. */
  record: TerraformRecord | null;
  folder: WorkFolder;
  binary: string;
  environment: Record<string, string>;
  redact: Redact;
  states: StateBook;
}

/** Rejects with an ExecutorError where the step cannot even begin. Nothing is written yet. */
export function openSession(tools: Tools, context: StepContext): Session {
  const { settings } = tools;
  const { spec, problems } = readSpec(context.spec);
  if (spec === null) throw refuse(context, problems.map(({ message }) => message).join(' '));
  const refused = refusedVariables(settings, spec);
  if (refused.length > 0) {
    throw refuse(
      context,
      `The configuration does not let ${refused.join(', ')} through to Terraform. ` +
        'Name them in credentials.passEnvironment.',
    );
  }
  const binary = findProgram(settings.binary, settings.host.PATH);
  if (binary === undefined) throw missing(context, settings.binary);
  const folder = workFolderAt(context.workFolder);
  const environment = environmentOf(settings, folder, spec.credentials);
  const secrets = [
    ...secretsIn(context.spec),
    ...(Array.isArray(spec.credentials) ? spec.credentials.map((name) => environment[name]) : []),
    ...secretsOfState(readState(context.prior?.state)),
  ].filter((secret) => secret !== undefined);
  return {
    ...tools,
    context,
    spec,
    record: readRecord(context.prior?.record ?? null),
    folder,
    binary,
    environment,
    redact: createRedact(secrets),
    states: createStateBook(context, folder, settings.stateBytesMax),
  };
}

function refuse(context: StepContext, message: string): ExecutorError {
  const failure = { code: 'TERRAFORM_FAILED', message, detail: null } as const;
  return new ExecutorError({ kind: 'failed', failure: { ...failure, address: context.address } });
}

function missing(context: StepContext, binary: string): ExecutorError {
  const failure = {
    code: 'TERRAFORM_MISSING',
    message: `${binary} was not found on this worker. ${HOW_TO_GET}`,
    detail: null,
    address: context.address,
  } as const;
  return new ExecutorError({ kind: 'failed', failure });
}

/** What stands after an attempt, complete or not. */
export function leftBehind(record: TerraformRecord | null, state: State | undefined): Left {
  return {
    record: record === null ? null : { ...record },
    parts: partsOf(state),
    state: state?.bytes ?? null,
  };
}
