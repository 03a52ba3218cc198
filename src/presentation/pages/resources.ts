import {
  resourceDocument,
  resourceLabel,
  stepDocument,
  templateLabel,
} from '../../documents/documents.ts';
import { type ResourceRecord, resourceKey } from '../../model/resource.ts';
import type { RunRecord } from '../../model/run.ts';
import { firstOf } from '../../model/some-of.ts';
import type { StepRecord } from '../../model/step.ts';
import type { StatusEndpoint } from '../../model/template.ts';
import { redactJson } from '../../platform/redact-json.ts';
import type { Palette } from '../terminal/palette.ts';
import { alignColumns, facts, indent, printable, section, table } from '../terminal/table.ts';
import { deviationLines } from './drift.ts';
import { formatTime } from './duration.ts';
import { outputLines } from './environments.ts';
import { failureLines } from './runs.ts';
import { done, executorLabel, paintStatus } from './words.ts';

export interface ResourceList {
  resources: ResourceRecord[];
  /** There are more. */
  truncated: boolean;
  /** For a person whose filter fits none. */
  hints: string[];
}

export function resourceListDocument({
  resources,
  truncated,
}: Pick<ResourceList, 'resources' | 'truncated'>) {
  return { resources: resources.map(resourceDocument), truncated };
}

export function resourceTable(
  { resources, truncated, hints }: ResourceList,
  palette: Palette,
): string[] {
  if (resources.length === 0) return ['No such resources.', ...hints.map(printable)];
  const rows = resources.map((resource) => [
    palette.strong(resourceLabel(resource)),
    paintStatus(resource.status, palette),
    palette.faint(executorLabel(resource)),
    templateLabel(resource.template),
    printable(resource.tags.join(', ')),
    printable(resource.description),
  ]);
  const header = ['resource', 'status', 'executor', 'template', 'tags', 'description'];
  const lessImportant = ['description', 'tags', 'template', 'executor'];
  return [
    ...table(header, rows, { columns: palette.columns, lessImportant }),
    ...(truncated ? ['There are more: raise --limit, or ask for fewer.'] : []),
  ];
}

/** A step of the resource, with the run it belongs to. */
export interface PastStep {
  run: RunRecord;
  step: StepRecord;
}

/** A resource with what is around it. */
export interface ResourceView {
  resource: ResourceRecord;
  /** Directly. */
  needs: ResourceRecord[];
  neededBy: ResourceRecord[];
  steps: PastStep[];
}

export function resourceViewDocument({ resource, needs, neededBy, steps }: ResourceView) {
  return {
    resource: { ...resourceDocument(resource), inputs: redactJson(resource.spec) },
    needs: needs.map(keyOf),
    neededBy: neededBy.map(keyOf),
    lastRun: resource.runId,
    steps: steps.map(({ run, step }) => ({ kind: run.kind, ...stepDocument(step) })),
  };
}

function keyOf({ environment, address }: ResourceRecord): string {
  return resourceKey(environment, address);
}

export function resourcePage(view: ResourceView, palette: Palette): string[] {
  const { resource } = view;
  const { links, statusEndpoints, parts } = resource;
  return [
    ...resourceFacts(resource, palette),
    ...section('Inputs', outputLines(redactJson(resource.spec))),
    ...section('Outputs', outputLines(redactJson(resource.outputs))),
    ...section(
      'Links',
      alignColumns(links.map(({ name, url }) => [printable(name), printable(url)])),
    ),
    ...section('Status endpoints', statusEndpoints.map(endpointLine)),
    ...section(
      'Inside',
      alignColumns(parts.map(({ address, type }) => [printable(address), printable(type)])),
    ),
    ...section('Differs from what was built', deviationLines(resource.drift, palette)),
    ...section('Needs', neighbourLines(view, 'needs', palette)),
    ...section('Needed by', neighbourLines(view, 'neededBy', palette)),
    ...section('Last steps, newest first', stepRows(view.steps, palette)),
  ];
}

function resourceFacts(resource: ResourceRecord, palette: Palette): string[] {
  return facts([
    ['Resource', palette.strong(resourceLabel(resource))],
    ['Status', paintStatus(resource.status, palette)],
    ['Description', printable(resource.description)],
    ['Tags', printable(resource.tags.join(', '))],
    ['Executor', executorLabel(resource)],
    ['Pool', resource.pool === 'default' ? '' : resource.pool],
    ['Protected', resource.protect ? 'yes' : ''],
    ['Built from', templateLabel(resource.template)],
    ['By run', resource.runId],
    ['Created', formatTime(resource.createdAtMs)],
    ['Changed', formatTime(resource.updatedAtMs)],
  ]);
}

function endpointLine({ kind, target }: StatusEndpoint): string {
  return printable(kind === 'tcp' ? `${kind} ${target}` : target);
}

/** Of a thousand the first are enough to read. */
const NEIGHBOURS_SHOWN_MAX = 20;

function neighbourLines(
  view: ResourceView,
  which: 'needs' | 'neededBy',
  palette: Palette,
): string[] {
  const { shown, more } = firstOf(view[which], NEIGHBOURS_SHOWN_MAX);
  const rows = shown.map((one) => [
    palette.strong(one.label),
    paintStatus(one.status, palette),
    palette.faint(executorLabel(one)),
  ]);
  const verb = which === 'needs' ? 'dependencies' : 'dependents';
  const all = `biotope resource ${verb} ${resourceLabel(view.resource)} --depth 1`;
  return [...alignColumns(rows), ...more.map((line) => `${line}: ${all}`)];
}

function stepRows(steps: readonly PastStep[], palette: Palette): string[] {
  const rows = alignColumns(
    steps.map(({ run, step }) => [
      `run ${run.id}`,
      run.kind,
      paintStatus(step.status, palette),
      step.status === 'succeeded' ? done(step) : `to ${step.action}`,
      step.finishedAtMs === null ? '' : formatTime(step.finishedAtMs),
      printable(step.reason),
    ]),
  );
  return steps.flatMap(({ step }, at) => [
    rows[at] ?? '',
    ...(step.failure === null ? [] : indent(failureLines(step.failure), '    ')),
  ]);
}
