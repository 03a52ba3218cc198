import { existsSync } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../model/json.ts';
import { isSecretText } from '../../model/secret.ts';
import type { Clock } from '../../platform/clock.ts';
import { findOrphan } from '../../platform/process/pid-record.ts';
import type { ProcessRequest, ProcessResult } from '../../platform/process/request.ts';
import { runProcess } from '../../platform/process/run-process.ts';
import { stopProcess } from '../../platform/process/stop-process.ts';
import { type StepContext, stopReason } from '../executor.ts';
import { revealAll } from '../reveal.ts';
import { environmentOf } from './environment.ts';
import { createLastLines } from './last-lines.ts';
import type { CommandSettings } from './settings.ts';
import { fileOf, OPERATIONS, type Operation, type RunSpec } from './spec.ts';

export interface Run {
  spec: RunSpec;
  /** What a person said of an adoption; null for every other operation. */
  how: JsonObject | null;
  context: StepContext;
  operation: Operation;
  settings: CommandSettings;
  clock: Clock;
}

export interface Ended {
  result: ProcessResult;
  /** What it wrote to its standard output; null: more than it may. */
  returned: string | null;
  /** The end of what it said. */
  lastLines: string;
}

/** The step's own time limit ends it long before. */
const TIMEOUT_MS = 7 * 24 * 3_600_000;

/**
 * Runs one of the spec's commands to its end. It gets `{ input, outputs }` as JSON on its standard
 * input: the spec's input, and what was recorded of the resource, secrets left out. `adopt` gets
 * `how` as well, in which a person says what there is.
 */
export async function runApplication(run: Run, words: readonly unknown[]): Promise<Ended> {
  const { context, operation, clock, settings } = run;
  const [program = '', ...rest] = words.map(String);
  const args = rest.map((word) => inBundle(word, context));
  const file = (kind: string) => join(context.workFolder, `${operation}.${kind}`);
  const files = { stdoutFile: file('out'), stderrFile: file('err'), pidFile: file('pid') };
  const lastLines = createLastLines();
  const tellProgress = seldom(clock, context.progress);
  await endOrphan(run, files.pidFile);
  await removeLeftOutput(context.workFolder);
  const request: ProcessRequest = {
    ...files,
    command: programOf(program, context),
    args,
    cwd: context.workFolder,
    env: environmentOf(settings, run),
    input: JSON.stringify(inputOf(run)),
    signal: context.signal,
    confirm: context.confirm,
    timeoutMs: TIMEOUT_MS,
    // Asked for when it is to stop: whoever lost its claim has no time left.
    get graceMs() {
      return stopReason(context.signal) === 'lost' ? 0 : settings.graceMs;
    },
    outputBytesMax: settings.outputBytesMax + settings.logBytesMax,
    onStderrLine: (line) => {
      lastLines.add(context.redact(line));
      context.log(line);
      tellProgress(line);
    },
  };
  try {
    const result = await runProcess(request, clock);
    const returned = result.pid === null ? '' : await readBounded(files.stdoutFile, settings);
    return { result, returned, lastLines: lastLines.text() };
  } finally {
    // They may hold secrets, and are of no use to anybody any more.
    await Promise.all(
      [files.stdoutFile, files.stderrFile].map((name) => rm(name, { force: true })),
    );
  }
}

/** An application that an earlier worker left behind must not work beside this one. */
async function endOrphan({ settings, clock, context }: Run, pidFile: string): Promise<void> {
  const orphan = await findOrphan(pidFile);
  if (orphan === undefined) return;
  context.log(`An earlier attempt is still running (process ${orphan.pid}): it is asked to end.`);
  await stopProcess(orphan, { graceMs: settings.graceMs, clock });
}

/** What applications of a worker that was killed had said: it may hold secrets. */
export async function removeLeftOutput(workFolder: string): Promise<void> {
  for (const operation of [...OPERATIONS, 'action']) {
    const file = (kind: string) => join(workFolder, `${operation}.${kind}`);
    if ((await findOrphan(file('pid'))) !== undefined) continue;
    for (const kind of ['out', 'err', 'pid']) await rm(file(kind), { force: true });
  }
}

function programOf(program: string, { bundleFolder }: StepContext): string {
  const file = fileOf(program);
  return file === undefined ? program : join(bundleFolder, file);
}

/** A word such as `./app/start` that names something of the template, as its full path. */
function inBundle(word: string, { bundleFolder }: StepContext): string {
  const file = fileOf(word);
  if (file === undefined || bundleFolder === '') return word;
  const path = join(bundleFolder, file);
  return existsSync(path) ? path : word;
}

function inputOf({ spec, context, how }: Run): JsonObject {
  const outputs = Object.entries(context.prior?.outputs ?? {});
  const clear = outputs.filter(([, output]) => !isSecretText(output));
  const input = { input: revealAll(spec.input), outputs: Object.fromEntries(clear) };
  return how === null ? input : { ...input, how };
}

async function readBounded(file: string, { outputBytesMax }: CommandSettings) {
  const { size } = await stat(file);
  return size > outputBytesMax ? null : readFile(file, 'utf8');
}

const PROGRESS_EVERY_MS = 200;

/** Nobody can read faster, and a flood of messages must not become a flood of progress. */
function seldom(clock: Clock, tell: (message: string) => void): (message: string) => void {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return (message) => {
    const nowMs = clock.nowMs();
    // A clock that was set back must not silence it.
    if (Math.abs(nowMs - toldAtMs) < PROGRESS_EVERY_MS) return;
    toldAtMs = nowMs;
    tell(message);
  };
}
