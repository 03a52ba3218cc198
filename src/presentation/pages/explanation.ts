import { runDocument } from '../../documents/documents.ts';
import { isoTime } from '../../documents/time.ts';
import type { ChangedInput } from '../../engine/planner/reasons.ts';
import type { Address } from '../../model/address.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Failure, RunRecord } from '../../model/run.ts';
import { isSecretText } from '../../model/secret.ts';
import { firstOf } from '../../model/some-of.ts';
import type { Operation, StepAction, StepStatus } from '../../model/step.ts';
import { redactJson } from '../../platform/redact-json.ts';
import type { Palette } from '../terminal/palette.ts';
import { alignColumns, facts, indent, printable, section } from '../terminal/table.ts';
import { fitWidth } from '../terminal/width.ts';
import { formatDuration, formatTime } from './duration.ts';
import { failureLines } from './runs.ts';
import { type Wait, waitDocument } from './wait.ts';
import { paintStatus } from './words.ts';

/** Why a resource is as it is in a run, for a person and for a program. */
export interface Explanation {
  run: RunRecord;
  label: string;
  address: Address;
  /**
   * A step's own state, or why there is none: `left` as it was, `unplanned` because the run has not
   * come to it, `absent` because it was made by a later run.
   */
  state: StepStatus | 'left' | 'unplanned' | 'absent';
  /** The whole of it in one sentence. */
  summary: string;
  /** What the plan wants of it and why; null where it has no step. */
  action: StepAction | null;
  /** Whether it was to be seen in its turn only that nothing had to be done. */
  wasDecidedLate: boolean;
  reason: string | null;
  failure: Failure | null;
  /** Inputs that differ from those that it was built from before. */
  changes: ChangedInput[];
  waits: Wait[];
  attempts: Attempt[];
  dependents: Dependent[];
  next: NextStep[];
}

/** One piece of work that was begun for it, an inspection among them. */
export interface Attempt {
  operation: Operation | 'resolve' | null;
  /** An inspection has the number of the attempt that it looks for. */
  number: number;
  worker: string | null;
  startedAtMs: number;
  finishedAtMs: number | null;
  /** `succeeded`, `failed, tried again`, `found absent, begun again`, … */
  outcome: string;
  failure: Failure | null;
}

/** A step of the same run that comes after it. */
export interface Dependent {
  label: string;
  status: StepStatus;
  /** It needs it, directly or not; or it is a removal, which waits until everything is built. */
  relation: 'depends' | 'removed-after';
}

export interface NextStep {
  why: string;
  /** Exactly as it is to be typed. */
  command: string;
}

export function explanationDocument(explanation: Explanation) {
  const { run, changes, waits, attempts } = explanation;
  return {
    run: runDocument(run),
    environment: run.environment,
    step: explanation.label,
    address: explanation.address,
    state: explanation.state,
    summary: explanation.summary,
    action: explanation.action,
    reason: explanation.reason,
    failure: explanation.failure,
    changedInputs: changes.map(({ path, before, after }) => ({
      path,
      secret: isSecretChange(before, after),
      before: redactJson(before),
      after: redactJson(after),
    })),
    waiting: waits.map(waitDocument),
    attempts: attempts.map(({ startedAtMs, finishedAtMs, ...attempt }) => ({
      ...attempt,
      startedAt: isoTime(startedAtMs),
      finishedAt: isoTime(finishedAtMs),
    })),
    dependents: explanation.dependents,
    next: explanation.next,
  };
}

/** Among thousands of dependents the first are enough to read. */
const DEPENDENTS_SHOWN_MAX = 20;

export function explanationLines(explanation: Explanation, palette: Palette): string[] {
  const { run, label, action, reason, failure, dependents } = explanation;
  const { shown, more } = firstOf(dependents, DEPENDENTS_SHOWN_MAX);
  // By the attempt that it ended, or, where there was none, in the first line.
  const isTold =
    explanation.state === 'skipped' || explanation.attempts.some((one) => one.failure !== null);
  const wanted = explanation.wasDecidedLate ? 'to decide during the run' : `to ${action}`;
  return [
    palette.strong(printable(explanation.summary)),
    '',
    ...facts([
      ['Step', `${run.environment}/${label}`],
      ['Run', `${run.id} (${run.kind}, ${paintStatus(run.status, palette)})`],
      [
        'State',
        isStepState(explanation.state)
          ? paintStatus(explanation.state, palette)
          : explanation.state,
      ],
      ['Planned', action === null ? '' : printable(`${wanted}: ${reason ?? ''}`)],
    ]),
    ...section('Failure', isTold || failure === null ? [] : failureLines(failure)),
    ...section('Changed inputs', alignColumns(explanation.changes.map(changeRow))),
    ...section(
      'Waits for',
      explanation.waits.map(({ message }) => printable(message)),
    ),
    ...section('Attempts', attemptLines(explanation.attempts)),
    ...section('Comes after it', [
      ...alignColumns(shown.map((one) => dependentRow(one, palette))),
      ...more,
    ]),
    ...section(
      'Next',
      alignColumns(explanation.next.map(({ why, command }) => [`${why}:`, command])),
    ),
  ];
}

function isStepState(state: Explanation['state']): state is StepStatus {
  return state !== 'left' && state !== 'unplanned' && state !== 'absent';
}

function changeRow({ path, before, after }: ChangedInput): string[] {
  if (isSecretChange(before, after))
    return [printable(path), 'another secret, or another version of it'];
  return [printable(path), `${shortValue(before)} -> ${shortValue(after)}`];
}

function isSecretChange(before: JsonValue, after: JsonValue): boolean {
  return isSecretText(before) || isSecretText(after);
}

const VALUE_CHARACTERS_MAX = 60;

function shortValue(value: JsonValue): string {
  if (value === null) return 'nothing';
  return fitWidth(printable(JSON.stringify(redactJson(value))), VALUE_CHARACTERS_MAX);
}

function attemptLines(attempts: readonly Attempt[]): string[] {
  const rows = alignColumns(
    attempts.map(({ number, operation, startedAtMs, finishedAtMs, outcome }) => [
      String(number),
      operation ?? '',
      formatTime(startedAtMs),
      finishedAtMs === null ? '' : formatDuration(finishedAtMs - startedAtMs),
      outcome,
    ]),
  );
  return attempts.flatMap(({ failure }, at) => [
    rows[at] ?? '',
    ...(failure === null ? [] : indent(failureLines(failure), '   ')),
  ]);
}

function dependentRow({ label, status, relation }: Dependent, palette: Palette): string[] {
  const why = relation === 'depends' ? '' : 'removals wait until everything is built';
  return [label, paintStatus(status, palette), why];
}
