import type { EnvironmentStatus } from '../../model/environment.ts';
import type { ResourceRecord, ResourceStatus } from '../../model/resource.ts';
import type { RunRecord, RunStatus, RunSummary } from '../../model/run.ts';
import { resultOf, type StepAction, type StepRecord, type StepStatus } from '../../model/step.ts';
import type { Palette } from '../terminal/palette.ts';

/** The words in which states are told, and the colour each has. */
type Status = EnvironmentStatus | ResourceStatus | RunStatus | StepStatus;

const GOOD = new Set<Status>(['ok', 'succeeded']);
const BAD = new Set<Status>(['failed', 'unknown', 'cancelled']);
const FAINT = new Set<Status>(['destroyed', 'pending', 'queued', 'skipped']);

export function paintStatus(status: Status, palette: Palette): string {
  if (GOOD.has(status)) return palette.good(status);
  if (BAD.has(status)) return palette.bad(status);
  return FAINT.has(status) ? palette.faint(status) : palette.busy(status);
}

const DOING: Record<StepAction, string> = {
  create: 'creating',
  change: 'changing',
  adopt: 'adopting',
  rotate: 'rotating',
  remove: 'removing',
  act: 'running',
  look: 'looking',
};

/** What makes it; of what others own the name that all environments share. */
export function executorLabel({
  executor,
  external,
}: Pick<ResourceRecord, 'executor' | 'external'>): string {
  return external ? `external:${external}` : executor;
}

/** What a step is doing: `creating`, `inspecting`. */
export function doing(step: StepRecord): string {
  if (step.operation === 'inspect') return 'inspecting';
  return DOING[step.action];
}

/** What a step did: `created`, `unchanged`. */
export function done(step: StepRecord): string {
  return step.result ?? resultOf(step.action);
}

/** `create of environment demo`, `action rotate of environment demo` */
export function runTitle(run: RunRecord): string {
  const what = run.kind === 'action' ? `action ${run.action ?? ''}` : run.kind;
  return `${what} of environment ${run.environment}`;
}

export function plural(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}

/** What a run changes in its records alone: no executor is asked. */
export interface BesidesWork {
  settings?: number;
  renames?: number;
  protections?: number;
}

/** `3 to create, 1 to change, 2 unchanged`; `nothing to do` where that is so. */
export function summaryText(summary: RunSummary, besides: BesidesWork = {}): string {
  const { unchanged, look = 0, ...work } = summary;
  const { settings = 0, renames = 0, protections = 0 } = besides;
  const told: [number, string][] = [
    [settings, settings === 1 ? 'setting to change' : 'settings to change'],
    [renames, 'to rename'],
    [protections, protections === 1 ? 'protection to change' : 'protections to change'],
    [work.create, 'to create'],
    [work.change, 'to change'],
    [work.adopt, 'to adopt'],
    [work.rotate, 'to rotate'],
    [work.decide, 'to decide during the run'],
    [work.remove, 'to remove'],
    [look, 'to look at'],
    [unchanged, 'unchanged'],
  ];
  const words = told.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const counts = [settings, renames, protections, look, ...Object.values(work)];
  return counts.every((count) => count === 0)
    ? ['nothing to do', ...words].join(': ')
    : words.join(', ');
}
