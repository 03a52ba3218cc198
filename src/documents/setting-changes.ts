import type { EnvironmentRecord } from '../model/environment.ts';
import { templateLabel } from './documents.ts';
import { type ShownSchedule, scheduleText } from './schedule-text.ts';

/** What of the environment itself becomes another: no resource is touched for it. */
export interface SettingChange {
  setting: 'template' | 'description' | 'tags' | 'protect' | 'approval' | 'reconcile';
  before: string;
  after: string;
}

/** What a command says of these; undefined is left as it is. */
export interface WantedSettings {
  /** `name@version` */
  template?: string | undefined;
  description?: string | undefined;
  tags?: readonly string[] | undefined;
  protect?: boolean | undefined;
  requireApproval?: boolean | undefined;
  /** What is left out of it is filled in by intake. */
  reconcile?: ShownSchedule | 'never' | null | undefined;
}

export function settingChanges(
  environment: EnvironmentRecord,
  { template, description, tags, protect, requireApproval, reconcile }: WantedSettings,
): SettingChange[] {
  const said: [SettingChange['setting'], string, string | undefined][] = [
    ['template', templateLabel(environment.template), template],
    ['description', quoted(environment.description), then(description, quoted)],
    ['tags', listed(environment.tags), then(tags, listed)],
    ['protect', yesNo(environment.protect), then(protect, yesNo)],
    ['approval', required(environment.requireApproval), then(requireApproval, required)],
    ['reconcile', timesNow(environment), then(reconcile, times)],
  ];
  return said.flatMap(([setting, before, after]) =>
    after === undefined || after === before ? [] : [{ setting, before, after }],
  );
}

function then<T>(value: T | undefined, shown: (value: T) => string): string | undefined {
  return value === undefined ? undefined : shown(value);
}

function timesNow({ reconcile }: EnvironmentRecord): string {
  if (reconcile?.isOwn !== true) return times(null);
  return times(reconcile.schedule ?? 'never');
}

function times(schedule: ShownSchedule | 'never' | null): string {
  if (schedule === null) return 'as the template says';
  return schedule === 'never' ? 'never' : scheduleText(schedule);
}

function quoted(text: string): string {
  return text === '' ? 'none' : JSON.stringify(text);
}

function listed(tags: readonly string[]): string {
  return tags.length === 0 ? 'none' : tags.join(', ');
}

function required(is: boolean): string {
  return is ? 'required' : 'not required';
}

function yesNo(is: boolean): string {
  return is ? 'yes' : 'no';
}
