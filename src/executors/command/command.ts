import type { Finding } from '../../model/drift.ts';
import { BiotopeError } from '../../model/errors.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { ProgramNotFoundError } from '../../platform/process/run-process.ts';
import type { Adoption } from '../adoption.ts';
import { refusedAdoption } from '../adoption-checks.ts';
import {
  type Applied,
  type Executor,
  ExecutorError,
  type Inspected,
  type Output,
  type StepContext,
} from '../executor.ts';
import { executorErrorOf } from '../executor-error.ts';
import type { Planned } from '../planned.ts';
import { outputsOfPrior } from '../prior-outputs.ts';
import { demandShape } from '../spec-shape.ts';
import { NO_ADOPT } from './definition.ts';
import { demandExit, nameOf, tooMuch } from './failures.ts';
import { readReturned } from './returned.ts';
import { type Ended, type Run, removeLeftOutput, runApplication } from './run-application.ts';
import { type CommandSettings, DEFAULT_COMMAND_SETTINGS } from './settings.ts';
import { type CommandSpec, type Operation, readActSpec, readSpec } from './spec.ts';

/**
 * Runs applications that a template brings along. Each may be started again after a crash with the
 * same `BIOTOPE_STEP_ID` and must then not do its work twice. It may leave a process running, as
 * long as that has a session of its own.
 *
 * An application runs in the step's own work folder, where it may write. The template's files are
 * shared with other steps and not to be changed: they lie in `BIOTOPE_BUNDLE_FOLDER`, and a word of
 * the command that names one by `./` becomes its full path.
 */
export function createCommandExecutor({
  settings = {},
  clock = systemClock,
}: {
  settings?: Partial<CommandSettings>;
  clock?: Clock;
} = {}): Executor {
  const tools = { settings: { ...DEFAULT_COMMAND_SETTINGS, ...settings }, clock };
  return {
    needsFiles: true,
    destroyNeedsSpec: true,
    tidy: removeLeftOutput,
    plan: (context, adoption) => guarded(context, () => plan(tools, context, adoption)),
    apply: (context) => guarded(context, () => apply(tools, context)),
    adopt: (context, adoption) => guarded(context, () => adopt(tools, context, adoption)),
    destroy: (context) => guarded(context, () => destroy(tools, context)),
    inspect: (context) => guarded(context, () => inspect(tools, context)),
    act: (context) => guarded(context, () => act(tools, context)),
  };
}

type Tools = Pick<Run, 'settings' | 'clock'>;

type ResourceRun = Run & { spec: CommandSpec };

/** The applications themselves know what they left behind. */
const LEFT = { record: {}, parts: [], state: null };

const ABSENT = 3;

/** What exit codes of the inspect command mean. */
const FINDINGS: Record<number, Finding> = { 0: 'present', [ABSENT]: 'absent', 4: 'partial' };

async function guarded<T>(context: StepContext, work: () => Promise<T>): Promise<T> {
  try {
    context.signal.throwIfAborted();
    return await work();
  } catch (error) {
    throw executorErrorOf(explained(error), context.signal, null);
  }
}

function explained(error: unknown): unknown {
  if (!(error instanceof ProgramNotFoundError)) return error;
  const message = `${error.message} Install it where the worker runs, or bring it in the template.`;
  return new BiotopeError('COMMAND_FAILED', { message, cause: error });
}

function runFor(tools: Tools, context: StepContext, operation: Operation): ResourceRun {
  return { ...tools, context, operation, how: null, spec: demandShape(readSpec(context.spec)) };
}

async function apply(tools: Tools, context: StepContext): Promise<Applied> {
  const run = runFor(tools, context, 'create');
  const ended = await runApplication(run, run.spec.create);
  demandExit(run, ended, [0]);
  return { ...LEFT, outputs: returnedBy(run, ended) };
}

/** The application looks what is there, and says with its exit code whether it is what was meant. */
async function adopt(tools: Tools, context: StepContext, { how }: Adoption): Promise<Applied> {
  const run = { ...runFor(tools, context, 'adopt'), how };
  const words = run.spec.adopt;
  if (words === undefined)
    throw new BiotopeError('ADOPTION_INVALID', { message: `It cannot be adopted: ${NO_ADOPT}` });
  const ended = await runApplication(run, words);
  if (demandExit(run, ended, [0, ABSENT]) === ABSENT) {
    const why = ended.lastLines.split('\n').at(-1) || 'it is not there';
    throw refusedAdoption(`${nameOf(run)} found nothing to adopt: ${why}`, {});
  }
  return { ...LEFT, outputs: returnedBy(run, ended) };
}

/** Something that is done to an environment: a program once, and what it returns. */
async function act(tools: Tools, context: StepContext): Promise<Applied> {
  const { command, ...rest } = demandShape(readActSpec(context.spec));
  const spec = { ...rest, env: {}, action: command };
  const run: Run = { ...tools, context, operation: 'action', how: null, spec };
  const ended = await runApplication(run, command);
  demandExit(run, ended, [0]);
  return { ...LEFT, outputs: returnedBy(run, ended) };
}

async function destroy(tools: Tools, context: StepContext): Promise<void> {
  if (context.prior === null) return;
  const run = runFor(tools, context, 'destroy');
  const words = run.spec.destroy;
  if (words === undefined) {
    context.log('The resource has no destroy command: what it made, if anything, stays.');
    return;
  }
  demandExit(run, await runApplication(run, words), [0]);
}

async function inspect(tools: Tools, context: StepContext): Promise<Inspected> {
  const run = runFor(tools, context, 'inspect');
  const words = run.spec.inspect;
  if (words === undefined) throw cannotTell('The resource has no inspect command.');
  const ended = await runApplication(run, words);
  const code = demandExit(run, ended, [0, 3, 4]);
  const finding = FINDINGS[code] ?? 'partial';
  const outputs = returnedBy(run, ended);
  const nothingTold = Object.keys(outputs).length === 0;
  return {
    ...LEFT,
    finding,
    outputs: nothingTold ? outputsOfPrior(context.prior) : outputs,
    differences: differencesFor(finding, run, ended),
  };
}

function differencesFor(
  finding: Finding,
  run: Run,
  { lastLines }: Ended,
): Inspected['differences'] {
  const subject = run.context.address;
  const detail = lastLines.split('\n').at(-1) || `${nameOf(run)} says so`;
  if (finding === 'present') return [];
  return [{ subject, kind: finding === 'absent' ? 'missing' : 'changed', detail }];
}

function returnedBy(run: Run, ended: Ended): Record<string, Output> {
  if (ended.returned === null) throw tooMuch(run, ended);
  const { secretOutputs } = run.spec;
  const { nestingLevelsMax } = run.settings;
  const { redact } = run.context;
  const terms = { secretOutputs, nestingLevelsMax, redact, who: nameOf(run) };
  return readReturned(ended.returned, terms);
}

function cannotTell(why: string): ExecutorError {
  const message = `${why} Nobody but a person can tell what is there: see "run resolve".`;
  const failure = { code: 'RESOURCE_UNKNOWN', message, detail: null, address: null } as const;
  return new ExecutorError({ kind: 'undeterminable', failure });
}

async function plan(
  tools: Tools,
  context: StepContext,
  adoption: Adoption | undefined,
): Promise<Planned> {
  const { spec } = runFor(tools, context, 'create');
  if (adoption !== undefined && spec.adopt !== undefined) {
    const lines = [`runs ${spec.adopt.join(' ')}`];
    return { changes: [{ subject: spec.adopt[0], action: 'adopt', lines }] };
  }
  const action = context.prior === null ? 'create' : 'update';
  return {
    changes: [{ subject: spec.create[0], action, lines: [`runs ${spec.create.join(' ')}`] }],
  };
}
