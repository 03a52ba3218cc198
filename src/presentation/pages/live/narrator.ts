import type { Address } from '../../../model/address.ts';
import type { ApprovalCause } from '../../../model/approval.ts';
import { isRunFinished, type RunRecord } from '../../../model/run.ts';
import { resultOf, type StepRecord, type StepResult } from '../../../model/step.ts';
import type { Palette } from '../../terminal/palette.ts';
import { indent, printable } from '../../terminal/table.ts';
import { padWidth, visibleWidth } from '../../terminal/width.ts';
import { formatDuration } from '../duration.ts';
import { failureLines, stepTook } from '../runs.ts';
import { shownPlanLines } from '../shown-plan.ts';
import { waitLine } from '../wait.ts';
import { doing, done, plural, summaryText } from '../words.ts';
import { type RunView, runningText } from './run-view.ts';

/** Tells a run as lines that stay: each change once, in the order in which it is seen. */
export interface Narrator {
  tell(view: RunView): string[];
}

export interface NarratorLook {
  palette: Palette;
  /** A live picture below shows what begins and what is waited for; without one, lines must. */
  hasLivePicture: boolean;
  /** Steps that ended before are counted, not told. */
  sinceMs: number;
}

/** Without a live picture a silent time longer than this is broken by saying what is waited for. */
const SILENCE_MAX_MS = 20_000;
/** Shorter waits are told by a live picture only. */
const WAIT_TOLD_AFTER_MS = 2_000;
/** What counts up or down is no news. */
const TIMES = /\b\d+(?:\.\d+)? (?:ms|s|min|h)\b/g;
const LABEL_WIDTH_MAX = 32;

export function createNarrator(look: NarratorLook): Narrator {
  const known = new Map<Address, StepRecord>();
  let runKnown: RunRecord | undefined;
  const waits = createWaits();
  let lastToldAtMs: number | undefined;

  const tellWaiting = (view: RunView, isSilent: boolean): string[] => {
    if (look.hasLivePicture || isRunFinished(view.run)) return [];
    const news = waits.news(view);
    const lines = isSilent ? view.waiting.map(waitLine) : news;
    return [...lines.map((line) => `  . ${printable(line)}`), ...stillRunning(view, isSilent)];
  };

  const tellEarlier = ({ steps }: RunView): string[] => {
    const earlier = steps.filter((step) => (step.finishedAtMs ?? look.sinceMs) < look.sinceMs);
    for (const step of earlier) known.set(step.address, step);
    const count = earlier.filter(({ status }) => status === 'succeeded').length;
    if (count === 0) return [];
    return [`  ${count} of ${plural(steps.length, 'step')} were done before`];
  };

  return {
    tell: (view) => {
      lastToldAtMs ??= view.nowMs;
      const lines = [
        ...approvalLines(runKnown, view, look.palette),
        ...runLines(runKnown, view),
        ...(runKnown === undefined ? tellEarlier(view) : []),
        ...changedSteps(view, known).flatMap((step) => stepLines(step, view, look)),
      ];
      runKnown = view.run;
      for (const step of view.steps) known.set(step.address, step);
      const isSilent = lines.length === 0 && view.nowMs - lastToldAtMs >= SILENCE_MAX_MS;
      lines.push(...tellWaiting(view, isSilent));
      if (lines.length > 0 || isSilent) lastToldAtMs = view.nowMs;
      return lines;
    },
  };
}

/** What has been waited for long enough to be worth a line, each once. */
function createWaits() {
  const since = new Map<string, { atMs: number; isTold: boolean }>();
  return {
    news: ({ waiting, nowMs }: RunView): string[] => {
      const lines = new Map(waiting.map(waitLine).map((line) => [line.replace(TIMES, ''), line]));
      for (const key of since.keys()) if (!lines.has(key)) since.delete(key);
      return [...lines].flatMap(([key, line]) => {
        const wait = since.get(key) ?? { atMs: nowMs, isTold: false };
        const isNews = !wait.isTold && nowMs - wait.atMs >= WAIT_TOLD_AFTER_MS;
        since.set(key, { ...wait, isTold: wait.isTold || isNews });
        return isNews ? [line] : [];
      });
    },
  };
}

function changedSteps(view: RunView, known: ReadonlyMap<Address, StepRecord>): StepRecord[] {
  const changed = view.steps.filter((step) => {
    const before = known.get(step.address);
    return before?.status !== step.status || before.attempt !== step.attempt;
  });
  // In the order in which they happened, not in that of the plan; a cause before what it skips.
  return changed.sort(
    (left, right) =>
      momentOf(left) - momentOf(right) ||
      Number(left.status === 'skipped') - Number(right.status === 'skipped'),
  );
}

function momentOf(step: StepRecord): number {
  return step.finishedAtMs ?? step.startedAtMs ?? Number.MAX_SAFE_INTEGER;
}

function runLines(before: RunRecord | undefined, { run, moves = [] }: RunView): string[] {
  const asked = run.cancelRequestedAtMs !== null && before?.cancelRequestedAtMs === null;
  const cancelling = asked ? ['  cancelling: steps under way are being stopped'] : [];
  if (run.summary === null || (before?.summary ?? null) !== null) return cancelling;
  const shown = moves
    .slice(0, MOVES_SHOWN_MAX)
    .map(({ from, to }) => `  = ${to}  moved from ${from}`);
  const more = moves.length - shown.length;
  return [
    ...(run.kind === 'action' ? [] : [`  ${summaryText(run.summary, { renames: moves.length })}`]),
    ...shown.map(printable),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...cancelling,
  ];
}

/** What is asked when it is asked, and who said yes. */
function approvalLines(before: RunRecord | undefined, view: RunView, palette: Palette): string[] {
  const { run, plan } = view;
  const { approval } = run;
  if (approval === null) return [];
  const lines: string[] = [];
  const isNews = before?.approval?.plan !== approval.plan;
  if (run.status === 'awaiting-approval' && isNews && plan?.digest === approval.plan) {
    lines.push(`  ${ASKED[approval.cause]}`);
    lines.push(...indent(shownPlanLines(plan, palette, RESOURCES_SHOWN_MAX), '    '));
    lines.push(`    biotope run approve ${run.id}`);
  }
  const { approved } = approval;
  if (before !== undefined && before.approval?.approved === null && approved !== null) {
    lines.push(printable(`  approved by ${approved.by}`));
  }
  return lines;
}

const ASKED: Record<ApprovalCause, string> = {
  plan: 'its plan is to be approved',
  stale: 'its plan is to be approved: what it rests on has changed',
  steps:
    'what these steps would replace or remove is to be approved, and nobody has seen it before',
};

const RESOURCES_SHOWN_MAX = 50;
const MOVES_SHOWN_MAX = 10;

function stillRunning(view: RunView, isSilent: boolean): string[] {
  if (!isSilent) return [];
  return view.steps
    .filter((step) => step.status === 'running')
    .map((step) => `  still ${runningText(step, view)}`);
}

/** The same as in a plan. */
const SIGNS: Record<StepResult, string> = {
  created: '+',
  changed: '~',
  adopted: '<',
  rotated: '*',
  removed: '-',
  unchanged: '=',
  done: '+',
  drifted: '!',
};

function stepLines(step: StepRecord, view: RunView, look: NarratorLook): string[] {
  const { palette } = look;
  const width = Math.min(
    LABEL_WIDTH_MAX,
    Math.max(...view.steps.map(({ label }) => visibleWidth(label))),
  );
  const name = padWidth(step.label, width);
  const failure = step.failure === null ? [] : indent(failureLines(step.failure), '      ');
  const ended = (how: string) =>
    [name, how, stepTook(step, view.nowMs)].filter((part) => part !== '').join('  ');
  switch (step.status) {
    case 'running':
      return look.hasLivePicture
        ? []
        : [`  ${palette.busy('>')} ${name}  ${doing(step)} (${step.executor})`];
    case 'succeeded':
      return [
        `  ${palette.good(SIGNS[step.result ?? resultOf(step.action)])} ${ended(done(step))}`,
      ];
    case 'failed':
      return [`  ${palette.bad('x')} ${ended('failed')}`, ...failure];
    case 'pending':
      return step.failure === null ? [] : retryLines(step, view, name);
    case 'parked':
      return [
        `  ${palette.busy('!')} ${name}  parked: ${step.parked?.system ?? 'a system'} is away`,
        ...failure,
      ];
    case 'unknown':
      return [`  ${palette.bad('?')} ${name}  nobody knows how it ended`, ...failure];
    case 'cancelled':
      return [`  ${palette.bad('/')} ${name}  cancelled`];
    case 'skipped':
      return [
        `  ${palette.faint('/')} ${name}  ${palette.faint(`skipped: ${whatFailed(step)} failed`)}`,
      ];
    case 'dispatched':
      return [];
  }
}

/** A removal waits for those that depend on it. */
function whatFailed({ action }: StepRecord): string {
  return action === 'remove' ? 'something that needs it' : 'something it needs';
}

function retryLines(step: StepRecord, { nowMs }: RunView, name: string): string[] {
  // Only a failed attempt is followed by a pause: this one was taken back, or found not begun.
  if (step.notBeforeMs === null) return [`  ! ${name}  begun again`];
  const failure = step.failure === null ? [] : failureLines(step.failure);
  const pause = Math.max(0, (step.notBeforeMs ?? nowMs) - nowMs);
  const attempts = `attempt ${step.attempt} of ${plural(step.attemptsMax, 'attempt')} failed`;
  const next = pause === 0 ? 'again now' : `again in ${formatDuration(pause)}`;
  return [`  ! ${name}  ${attempts}, ${next}`, ...indent(failure, '      ')];
}
