import { templateLabel } from '../../documents/documents.ts';
import { type Failure, isRunFinished, type RunRecord } from '../../model/run.ts';
import type { PlanRecord } from '../../model/shown-plan.ts';
import { isStepFinished, type StepRecord } from '../../model/step.ts';
import { redactJson } from '../../platform/redact-json.ts';
import type { Palette } from '../terminal/palette.ts';
import { alignColumns, facts, indent, printable, section, table } from '../terminal/table.ts';
import { formatDuration, formatTime } from './duration.ts';
import { outputLines } from './environments.ts';
import { shownPlanLines } from './shown-plan.ts';
import { type Wait, waitLine } from './wait.ts';
import { done, paintStatus } from './words.ts';

interface Look {
  palette: Palette;
  nowMs: number;
}

export function runTable(runs: readonly RunRecord[], { palette, nowMs }: Look): string[] {
  if (runs.length === 0) return ['No runs yet.'];
  return table(
    ['run', 'environment', 'kind', 'status', 'accepted', 'took', 'template'],
    runs.map((run) => [
      run.id,
      run.environment,
      run.kind,
      paintStatus(run.status, palette),
      formatTime(run.acceptedAtMs),
      tookOf(run, nowMs),
      templateLabel(run.template),
    ]),
    { columns: palette.columns, lessImportant: ['template', 'took', 'accepted', 'kind'] },
  );
}

export interface RunPage {
  run: RunRecord;
  steps: readonly StepRecord[];
  waiting: readonly Wait[];
  /** It is not finished, and nobody works on it. */
  isInterrupted?: boolean;
  /** What people are asked about, or were asked about last. */
  plan?: PlanRecord | undefined;
}

export function runPage(page: RunPage, look: Look): string[] {
  const { run, steps, waiting, isInterrupted, plan } = page;
  const { palette } = look;
  return [
    ...facts([
      ['Run', palette.strong(run.id)],
      ['Environment', run.environment],
      ['Kind', run.kind],
      ['Action', run.action ?? ''],
      ['Status', `${paintStatus(run.status, palette)}${isInterrupted ? ', interrupted' : ''}`],
      ['Cancel', isCancelling(run) ? 'asked for' : ''],
      ['Reason', failureText(run.failure)],
      ['Approval', approvalText(run)],
      ['Its plan', run.status === 'awaiting-approval' ? (run.approval?.plan ?? '') : ''],
      ['Template', templateLabel(run.template)],
      ['Retry of', run.retryOf ?? ''],
      ['Accepted', formatTime(run.acceptedAtMs)],
      ['Took', tookOf(run, look.nowMs)],
    ]),
    ...section(
      'Plan',
      plan === undefined || (steps.length > 0 && run.status !== 'awaiting-approval')
        ? []
        : shownPlanLines(plan, palette),
    ),
    ...section('Steps', stepRows(steps, look)),
    ...section('Outputs', outputLines(redactJson(run.outputs ?? {}))),
    ...section(
      'Waiting',
      waiting.map((wait) => printable(waitLine(wait))),
    ),
  ];
}

function approvalText({ approval, status }: RunRecord): string {
  if (approval === null) return '';
  const { requiredBy, approved } = approval;
  const needed = `asked for by the ${requiredBy}`;
  if (approved !== null) {
    return printable(`${needed}, given by ${approved.by}, ${formatTime(approved.atMs)}`);
  }
  return status === 'awaiting-approval' ? `${needed}, waited for` : needed;
}

function isCancelling(run: RunRecord): boolean {
  return run.cancelRequestedAtMs !== null && !isRunFinished(run);
}

function stepRows(steps: readonly StepRecord[], look: Look): string[] {
  const { palette } = look;
  const rows = steps.map((step) => [
    palette.strong(step.label),
    paintStatus(step.status, palette),
    palette.faint(step.executor),
    step.status === 'succeeded' ? done(step) : isToBe(step),
    stepTook(step, look.nowMs),
    step.attempt > 1 ? `attempt ${step.attempt} of ${step.attemptsMax}` : '',
  ]);
  const lines = alignColumns(rows);
  return steps.flatMap((step, at) => [
    lines[at] ?? '',
    ...(step.failure === null ? [] : indent(failureLines(step.failure), '    ')),
  ]);
}

function isToBe({ action }: StepRecord): string {
  return action === 'act' ? 'to run' : `to ${action}`;
}

/** Message and detail of a failure, ready to be read. */
export function failureLines({ message, detail, code }: Failure): string[] {
  const more = (detail ?? '').split('\n').filter((line) => line.trim() !== '');
  return [`${message} (${code})`, ...indent(more)].map(printable);
}

function failureText(failure: Failure | null): string {
  return failure === null ? '' : printable(`${failure.message} (${failure.code})`);
}

function tookOf(run: RunRecord, nowMs: number): string {
  if (run.startedAtMs === null) return '';
  return formatDuration((run.finishedAtMs ?? nowMs) - run.startedAtMs);
}

export function stepTook(step: StepRecord, nowMs: number): string {
  if (step.startedAtMs === null) return '';
  if (isStepFinished(step) && step.finishedAtMs !== null) {
    return formatDuration(step.finishedAtMs - step.startedAtMs);
  }
  return step.status === 'running' ? formatDuration(nowMs - step.startedAtMs) : '';
}
