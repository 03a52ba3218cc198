import type { Command } from '../../../src/bus/messages/commands.ts';
import type { RunKind, RunRecord } from '../../../src/model/run.ts';
import { type Blueprint, DEFAULTS, type Parameters } from './blueprint.ts';

/** What is built: which version, from which parameters. */
export interface Build {
  blueprint: Blueprint;
  parameters: Parameters;
}

/** A run as the command asked for it. */
export interface ModelRun {
  id: string;
  environment: string;
  kind: RunKind;
  order: number;
  /** Null: everything is to go. */
  build: Build | null;
  /** Null: as it was. */
  protect: boolean | null;
  /** Whether each run needs an approval from now on. Null: as it was. */
  requireApproval: boolean | null;
  /** Whether the command asks for one, or somebody did when it was the run's turn. */
  approval: boolean;
  /** Labels that the command names. */
  adopt: string[];
  rotate: string[];
  /** Of an action: the version that it was accepted for. Null: it is none. */
  actsOn: string | null;
  /** Of a reconciliation, what it was asked for; null: as the template says, or it is none. */
  heal: boolean | null;
  isCancelled: boolean;
  isOver: boolean;
}

/** What a command asks for; its place in the line is told when it is accepted. */
export type ExpectedRun = Omit<ModelRun, 'id' | 'order' | 'isCancelled' | 'isOver'>;

/** An environment with all that was accepted for it. */
export interface ModelEnvironment {
  name: string;
  acceptedCount: number;
  /** Not over, first in line first. */
  line: ModelRun[];
  exists: boolean;
  protect: boolean;
  requireApproval: boolean;
  build: Build | null;
  /** Identities by address: what a resource's effects are marked with. */
  identities: Map<string, string>;
}

/** Every environment and run that people have asked for, by what they asked and were answered. */
export interface Model {
  readonly blueprints: readonly Blueprint[];
  environment(name: string): ModelEnvironment;
  run(id: string): ModelRun | undefined;
  runs(): ModelRun[];
  /** A command is on its way. */
  ask(id: string, command: Command): void;
  command(id: string): Command | undefined;
  add(run: ModelRun): void;
}

export function createModel(blueprints: readonly Blueprint[]): Model {
  const environments = new Map<string, ModelEnvironment>();
  const runs = new Map<string, ModelRun>();
  const commands = new Map<string, Command>();
  return {
    blueprints,
    environment(name) {
      const known = environments.get(name);
      if (known !== undefined) return known;
      const made: ModelEnvironment = {
        name,
        acceptedCount: 0,
        line: [],
        exists: false,
        protect: false,
        requireApproval: false,
        build: null,
        identities: new Map(),
      };
      environments.set(name, made);
      return made;
    },
    run: (id) => runs.get(id),
    runs: () => [...runs.values()],
    ask: (id, command) => commands.set(id, command),
    command: (id) => commands.get(id),
    add: (run) => runs.set(run.id, run),
  };
}

/** Whether it exists once everything that waits in line has ended well. */
export function willExist({ line, exists }: ModelEnvironment): boolean {
  const last = line.at(-1);
  return last === undefined ? exists : last.kind !== 'destroy';
}

/** Whether it is protected then. */
export function willBeProtected({ line, protect }: ModelEnvironment): boolean {
  return line.findLast((run) => run.protect !== null)?.protect ?? protect;
}

/** What the next run is, by the command that asks for it; undefined: it must not be accepted. */
export function expectedRun(model: Model, command: Command): ExpectedRun | undefined {
  if (command.type === 'run.retry') return expectedRetry(model, command.data.run);
  if (command.type === 'action.run') return expectedAction(model, command.data);
  if (command.type === 'environment.reconcile') return expectedReconcile(model, command.data);
  return isOfEnvironment(command) ? expectedOf(model, command) : undefined;
}

type OfEnvironment = Extract<
  Command,
  { type: 'environment.create' | 'environment.update' | 'environment.destroy' }
>;

function isOfEnvironment(command: Command): command is OfEnvironment {
  return ['environment.create', 'environment.update', 'environment.destroy'].includes(command.type);
}

function expectedOf(model: Model, command: OfEnvironment): ExpectedRun | undefined {
  const environment = model.environment(command.data.name);
  const isCreate = command.type === 'environment.create';
  if (willExist(environment) === isCreate) return undefined;
  const place = { environment: environment.name };
  if (command.type === 'environment.destroy') {
    const kind = 'destroy' as const;
    return { ...place, kind, ...NOTHING_BUILT, ...approvalOf(command.data) };
  }
  const { data } = command;
  const base = isCreate ? null : baseOf(environment);
  const version = data.template?.split('@')[1] ?? base?.blueprint.version;
  const blueprint = model.blueprints.find((one) => one.version === version);
  if (blueprint === undefined) return undefined;
  const parameters = laidOver(base?.parameters ?? DEFAULTS, data.parameters ?? {});
  return {
    ...place,
    kind: isCreate ? 'create' : 'update',
    build: { blueprint, parameters },
    protect: data.protect ?? null,
    ...approvalOf(data),
    adopt: Object.keys(data.adopt ?? {}),
    rotate: 'rotate' in data ? (data.rotate ?? []) : [],
    actsOn: null,
    heal: null,
  };
}

const NOTHING_BUILT = {
  build: null,
  protect: null,
  requireApproval: null,
  approval: false,
  adopt: [],
  rotate: [],
  actsOn: null,
  heal: null,
};

/** What every version of the template can do. */
export const ACTION = 'poke';

function expectedAction(
  model: Model,
  { environment: name, action }: { environment: string; action: string },
): ExpectedRun | undefined {
  const environment = model.environment(name);
  const base = baseOf(environment);
  if (!willExist(environment) || action !== ACTION || base === null) return undefined;
  const kind = 'action' as const;
  return { ...NOTHING_BUILT, environment: name, kind, actsOn: base.blueprint.version };
}

function expectedReconcile(
  model: Model,
  { name, heal, approval }: Extract<Command, { type: 'environment.reconcile' }>['data'],
): ExpectedRun | undefined {
  if (!willExist(model.environment(name))) return undefined;
  const asked = { heal: heal ?? null, approval: approval === 'required' };
  return { ...NOTHING_BUILT, environment: name, kind: 'reconcile', ...asked };
}

function approvalOf(data: {
  approval?: 'required' | undefined;
  requireApproval?: boolean | undefined;
}) {
  return { approval: data.approval === 'required', requireApproval: data.requireApproval ?? null };
}

function baseOf({ line, build }: ModelEnvironment): Build | null {
  return line.findLast((run) => run.build !== null)?.build ?? build;
}

/** Null takes one back to its default. */
function laidOver(base: Parameters, given: Record<string, unknown>): Parameters {
  const parameters = { ...base };
  for (const [name, value] of Object.entries(given)) {
    if (name in DEFAULTS) {
      Object.assign(parameters, { [name]: value ?? DEFAULTS[name as keyof Parameters] });
    }
  }
  return parameters;
}

function expectedRetry(model: Model, id: string) {
  const run = model.run(id);
  if (run === undefined || !run.isOver) return undefined;
  const environment = model.environment(run.environment);
  if (isOvertaken(model, run)) return undefined;
  const { kind, build, protect, requireApproval, approval, adopt, rotate, actsOn, heal } = run;
  return {
    environment: run.environment,
    kind: kind === 'create' && willExist(environment) ? ('update' as const) : kind,
    build,
    protect,
    requireApproval,
    approval,
    adopt,
    rotate,
    actsOn,
    heal,
  };
}

/** Something came after it that counts: after a build neither an action does nor a mere look. */
export function isOvertaken(model: Model, run: ModelRun): boolean {
  const { environment, order } = run;
  return model
    .runs()
    .some(
      (later) =>
        later.environment === environment &&
        later.order > order &&
        (!isBuild(run) || isBuild(later)),
    );
}

function isBuild({ kind, heal }: ModelRun): boolean {
  return kind !== 'action' && heal !== false;
}

/** Where a recorded run is not what was asked for. */
export function differences(record: RunRecord, wanted: ExpectedRun): string[] {
  const { build, actsOn } = wanted;
  const { parameters } = record;
  const facts: [string, unknown, unknown][] = [
    ['environment', record.environment, wanted.environment],
    ['kind', record.kind, wanted.kind],
    ['template', record.template?.version ?? null, build?.blueprint.version ?? actsOn],
    ['action', record.action ?? null, wanted.kind === 'action' ? ACTION : null],
    ['protect', record.protect, wanted.protect],
    ['heal', record.reconcile?.heal ?? null, wanted.heal],
    ['requireApproval', record.requireApproval, wanted.requireApproval],
    ['approval', record.approval !== null, wanted.approval],
    ...(build === null
      ? []
      : Object.entries(build.parameters).map(([name, value]): [string, unknown, unknown] => [
          name,
          parameters[name],
          value,
        ])),
  ];
  return facts
    .filter(([, is, should]) => is !== should)
    .map(([name, is, should]) => `${name} is ${String(is)} instead of ${String(should)}`);
}
