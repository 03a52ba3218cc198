import { templateLabel } from '../../documents/documents.ts';
import { nextTurnOf } from '../../documents/schedule.ts';
import { scheduleText } from '../../documents/schedule-text.ts';
import { idsAround } from '../../model/address.ts';
import { hasDrifted } from '../../model/drift.ts';
import type { EnvironmentRecord } from '../../model/environment.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { RunRecord } from '../../model/run.ts';
import type { ResourceGroup } from '../../model/template.ts';
import { redactJson } from '../../platform/redact-json.ts';
import type { Palette } from '../terminal/palette.ts';
import { alignColumns, facts, printable, section, table } from '../terminal/table.ts';
import { formatDuration, formatTime } from './duration.ts';
import { expiryText } from './expiry.ts';
import { executorLabel, paintStatus, plural } from './words.ts';

export function environmentTable(
  environments: readonly EnvironmentRecord[],
  { palette, nowMs }: { palette: Palette; nowMs: number },
): string[] {
  if (environments.length === 0) {
    return ['No environments. Make one: biotope environment create NAME --template hello'];
  }
  const expiries = environments.map((environment) => expiryText(environment, nowMs));
  const hasExpiry = expiries.some((text) => text !== '');
  return table(
    [
      ...['name', 'status', 'template', 'resources', 'age'],
      ...(hasExpiry ? ['expiry'] : []),
      ...['tags', 'description'],
    ],
    environments.map((environment, at) => [
      palette.strong(environment.name),
      paintStatus(environment.status, palette),
      templateLabel(environment.template),
      String(environment.resourceCount),
      formatDuration(nowMs - environment.createdAtMs),
      ...(hasExpiry ? [expiries[at] ?? ''] : []),
      printable(environment.tags.join(', ')),
      printable(environment.description),
    ]),
    {
      columns: palette.columns,
      lessImportant: ['description', 'tags', 'age', 'template', 'resources'],
    },
  );
}

export interface EnvironmentPage {
  environment: EnvironmentRecord;
  resources: readonly ResourceRecord[];
  /** Of its template. */
  groups: readonly ResourceGroup[];
  /** The newest, and the one under way. */
  lastRun: RunRecord | null;
  nowMs: number;
}

export function environmentPage(page: EnvironmentPage, palette: Palette): string[] {
  const { environment } = page;
  return [
    ...environmentFacts(page, palette),
    ...section('Parameters', valueLines(redactJson(environment.parameters))),
    ...section('Resources', resourceRows(page.resources, palette)),
    ...section('Groups', groupRows(page, palette)),
    ...section('Entrypoints', entrypointLines(environment, palette)),
    ...section('Outputs', outputLines(redactJson(environment.outputs))),
  ];
}

/** Each with how its members stand. A nested template is a member with all that it holds. */
function groupRows({ groups, resources }: EnvironmentPage, palette: Palette): string[] {
  const membersOf = membersByGroup(groups, resources);
  return alignColumns(
    groups.map((group) => {
      const members = membersOf.get(group) ?? [];
      const statuses = [...new Set(members.map(({ status }) => status))];
      const counts = statuses.map((status) => {
        const count = members.filter((member) => member.status === status).length;
        return `${count} ${paintStatus(status, palette)}`;
      });
      const labels = members.map(({ label }) => label).join(', ');
      const name = palette.strong(group.name);
      return [name, counts.join(', '), labels, printable(group.description)];
    }),
  );
}

/** One look at each member and each resource: a group may have ten thousand. */
function membersByGroup(
  groups: readonly ResourceGroup[],
  resources: readonly ResourceRecord[],
): Map<ResourceGroup, ResourceRecord[]> {
  const groupsOf = new Map<string, ResourceGroup[]>();
  for (const group of groups) {
    for (const id of new Set(group.resources)) {
      const known = groupsOf.get(id);
      if (known === undefined) groupsOf.set(id, [group]);
      else known.push(group);
    }
  }
  const members = new Map<ResourceGroup, ResourceRecord[]>(groups.map((group) => [group, []]));
  for (const resource of resources) {
    const around = idsAround(resource.id).flatMap((id) => groupsOf.get(id) ?? []);
    for (const group of new Set(around)) members.get(group)?.push(resource);
  }
  return members;
}

function environmentFacts(page: EnvironmentPage, palette: Palette): string[] {
  const { environment, lastRun, nowMs } = page;
  const { failure } = environment;
  const expiry = expiryText(environment, nowMs);
  const time = (atMs: number | null) => (atMs === null ? '' : formatTime(atMs));
  return facts([
    ['Environment', palette.strong(environment.name)],
    ['Status', paintStatus(environment.status, palette)],
    ['Reason', failure === null ? '' : printable(`${failure.message} (${failure.code})`)],
    ['Description', printable(environment.description)],
    ['Tags', printable(environment.tags.join(', '))],
    ['Template', templateLabel(environment.template)],
    ['Protected', environment.protect ? 'yes' : ''],
    ['Approval', environment.requireApproval ? 'required for each run' : ''],
    ['Created', time(environment.createdAtMs)],
    ['Destroyed', time(environment.destroyedAtMs)],
    ['Ends', expiry === '' ? '' : `${time(environment.plannedDestructionAtMs)} (${expiry})`],
    ['Drift', driftFact(page, palette)],
    ['Reconciled', scheduleFact(environment, nowMs)],
    ['Last run', lastRun === null ? '' : runFact(lastRun, palette)],
  ]);
}

/** Empty where it is not reconciled by itself. */
function scheduleFact(environment: EnvironmentRecord, nowMs: number): string {
  const schedule = environment.reconcile?.schedule ?? null;
  if (schedule === null || environment.status === 'destroyed') return '';
  const next = nextTurnOf(environment, nowMs);
  const when = next === null ? '' : `, next ${formatTime(next)}`;
  return `${scheduleText(schedule)}${when} (by a server)`;
}

/** Empty where nothing is known to have drifted. */
function driftFact({ environment, resources }: EnvironmentPage, palette: Palette): string {
  const count = resources.filter(({ drift }) => hasDrifted(drift)).length;
  if (count === 0) return '';
  return `${palette.bad(plural(count, 'resource'))}: biotope environment drift ${environment.name}`;
}

function runFact(run: RunRecord, palette: Palette): string {
  return `${run.id} (${run.kind}, ${paintStatus(run.status, palette)})`;
}

function resourceRows(resources: readonly ResourceRecord[], palette: Palette): string[] {
  return alignColumns(
    resources.map((resource) => [
      palette.strong(resource.label),
      paintStatus(resource.status, palette),
      palette.faint(executorLabel(resource)),
      resource.parts.length === 0
        ? ''
        : palette.faint(`${plural(resource.parts.length, 'part')} inside`),
      hasDrifted(resource.drift) ? palette.bad('drifted') : '',
      printable(resource.description),
    ]),
  );
}

export function entrypointLines({ entrypoints }: EnvironmentRecord, palette: Palette): string[] {
  return alignColumns(
    entrypoints.map(({ name, url, description }) => [
      palette.strong(name),
      printable(url),
      palette.faint(printable(description)),
    ]),
  );
}

/** `name = value`, as a person reads it: texts bare, the rest as JSON. */
export function outputLines(outputs: JsonObject): string[] {
  return valueLines(outputs);
}

function valueLines(values: JsonObject): string[] {
  const names = Object.keys(values).sort();
  return alignColumns(names.map((name) => [name, '=', valueText(values[name] ?? null)]));
}

/** One output alone, fit for `$(…)` in a shell. */
export function valueText(value: JsonValue): string {
  return typeof value === 'string' ? printable(value) : JSON.stringify(value);
}
