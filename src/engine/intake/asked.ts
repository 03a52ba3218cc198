import type { CommandData } from '../../bus/messages/commands.ts';
import type { Address } from '../../model/address.ts';
import type { ErrorCode } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import { nearest } from '../../model/nearest.ts';
import { type Asked, NOTHING_ASKED } from '../../model/run.ts';
import { someOf } from '../../model/some-of.ts';
import type { EngineContext } from '../context.ts';
import { answerTo, NO_WISHES } from '../planner/asked.ts';
import { moveRecords } from '../planner/moves.ts';
import type { PlannedResource } from '../planner/plan.ts';
import { type PlanRequest, planRun } from '../planner/planner.ts';
import type { Line } from './line.ts';
import { refuse } from './verdict.ts';

type Wanted = Pick<CommandData['environment.update'], 'adopt' | 'rotate'>;

/**
 * What a command asks of single resources, by address. Throws where a name is none of a resource,
 * where an executor cannot do it, and where it does not fit what is recorded now.
 */
export async function readAsked(
  context: EngineContext,
  { adopt, rotate }: Wanted,
  { line, build }: { line: Line; build: Omit<PlanRequest, 'recorded' | 'asked'> },
): Promise<Asked> {
  if (adopt === undefined && rotate === undefined) return NOTHING_ASKED;
  // From nothing: only the names count here.
  const all = planRun(context, { ...build, recorded: new Map(), asked: NO_WISHES }).resources;
  const faults: Fault[] = [];
  const named = (name: string, meant = all): PlannedResource[] => {
    const found = all.filter(({ label, address, id }) => [label, address, id].includes(name));
    if (found.length === 0) faults.push(unknownName(name, meant, meant !== all));
    return found;
  };
  const asked: Asked = { adopt: {}, rotate: [] };
  const concerned = new Map<Address, PlannedResource>();
  for (const [name, how] of Object.entries(adopt ?? {})) {
    const found = named(name);
    if (found.length > 1) faults.push(manyOf(name, found));
    for (const resource of found) {
      faults.push(...adoptionFaults(context, resource, how));
      asked.adopt[resource.address] = how;
      concerned.set(resource.address, resource);
    }
  }
  const rotatable = all.filter((resource) => canRotate(context, resource));
  for (const resource of new Set((rotate ?? []).flatMap((name) => named(name, rotatable)))) {
    if (!rotatable.includes(resource)) faults.push(notRotatable(resource));
    asked.rotate.push(resource.address);
    concerned.set(resource.address, resource);
  }
  refuseFaults(faults);
  const { template } = build;
  await refuseUnfit(context, { asked, line, template, concerned: [...concerned.values()] });
  return asked;
}

interface Fault {
  code: ErrorCode;
  message: string;
}

const FAULTS_SHOWN_MAX = 20;

function refuseFaults(faults: readonly Fault[]): void {
  const [first, ...more] = faults;
  if (first === undefined) return;
  const detail = faults.slice(0, FAULTS_SHOWN_MAX).map(({ message }) => message);
  throw refuse(first.code, {
    message: first.message,
    ...(more.length === 0 ? {} : { detail: detail.join('\n') }),
  });
}

/** What is in line before may change what is recorded: then the plan of the run is what judges. */
async function refuseUnfit(
  { store }: EngineContext,
  { asked, line, template, concerned }: Fitting,
): Promise<void> {
  const environment = line.environment?.value.name;
  if (line.runs.length > 0) return;
  const found =
    environment === undefined ? [] : await store.find('resources', { where: { environment } });
  const { recorded } = moveRecords(
    template?.template ?? null,
    new Map(found.map(({ value }) => [value.address, value])),
  );
  for (const resource of concerned) {
    answerTo(
      { ...asked, pending: {} },
      { ...resource, recorded: recorded.get(resource.address) ?? null },
    );
  }
}

interface Fitting extends Pick<PlanRequest, 'template'> {
  asked: Asked;
  line: Line;
  concerned: PlannedResource[];
}

/** `meant`: what it may stand for. */
function unknownName(name: string, meant: readonly PlannedResource[], isRotation: boolean): Fault {
  const names = [...new Set(meant.flatMap(({ label, id }) => [label, id]))];
  // Of a resource of a nested template people write the last word.
  const near = names.find((one) => one.endsWith(`/${name}`)) ?? nearest(name, names);
  const hint = near === undefined ? otherwise(meant, isRotation) : didYouMean(near);
  const message = `The template makes no resource ${JSON.stringify(name)}. ${hint}`;
  return { code: 'RESOURCE_NOT_FOUND', message };
}

function didYouMean(name: string): string {
  return `Did you mean ${JSON.stringify(name)}?`;
}

const NAMES_SHOWN_MAX = 20;

function otherwise(meant: readonly PlannedResource[], isRotation: boolean): string {
  if (!isRotation) return '"biotope environment plan" shows what the template makes.';
  if (meant.length === 0) return 'It makes nothing that can be rotated.';
  return `What can be rotated: ${someOf(
    meant.map(({ label }) => label),
    NAMES_SHOWN_MAX,
  )}.`;
}

function manyOf(name: string, found: readonly PlannedResource[]): Fault {
  const message = `${name} stands for ${found.length} resources: name one, such as ${found[0]?.label}.`;
  return { code: 'ADOPTION_INVALID', message };
}

function adoptionFaults(
  { definitions }: EngineContext,
  { label, executor, resource }: PlannedResource,
  how: JsonObject | null,
): Fault[] {
  if (how === null || resource === null) return [];
  const check = definitions.get(executor)?.checkAdoption;
  const messages = check?.(resource.with, how) ?? [
    `the executor ${executor} has no way to adopt what exists.`,
  ];
  return messages.map((message) => ({
    code: 'ADOPTION_INVALID',
    message: `${label} cannot be adopted: ${message}`,
  }));
}

function canRotate({ definitions }: EngineContext, { executor, resource }: PlannedResource) {
  return definitions.get(executor)?.canRotate?.(resource?.with ?? {}) ?? false;
}

function notRotatable({ label, executor }: PlannedResource): Fault {
  const message = `${label} cannot be rotated: it is made by ${executor} and generates nothing.`;
  return { code: 'ROTATION_INVALID', message };
}
