import type { RunRecord } from '../../../src/model/run.ts';
import type { Blueprint } from './blueprint.ts';
import type { Chronicle } from './chronicle.ts';
import {
  differences,
  type ExpectedRun,
  type Model,
  type ModelEnvironment,
  type ModelRun,
} from './line.ts';
import type { Promises } from './promises.ts';
import { type Check, putsOf, type SeenPut } from './records.ts';

/**
 * Follows in the model what commands become: each accepted one is a run, once, at the end of its
 * environment's line, and asks for what the command asked for.
 */
export function watchAcceptance(
  chronicle: Chronicle,
  { model, promises }: { model: Model; promises: Promises },
): Check {
  const taken = new Set<string>();

  function accept(record: RunRecord): void {
    const { id, commandId } = record;
    if (taken.has(commandId)) chronicle.complain(`command ${commandId} was accepted twice`);
    taken.add(commandId);
    const [wanted, faults] = closest(record, promises.expectations(commandId));
    for (const fault of faults) {
      chronicle.complain(`run ${id} is not what command ${commandId} asked for: ${fault}`);
    }
    if (wanted === undefined) return;
    const environment = model.environment(wanted.environment);
    environment.acceptedCount += 1;
    if (record.order !== environment.acceptedCount) {
      chronicle.complain(`run ${id} has place ${record.order} instead of the next one`);
    }
    const run: ModelRun = { ...wanted, id, order: record.order, isCancelled: false, isOver: false };
    model.add(run);
    environment.line.push(run);
  }

  function follow({ value, before }: SeenPut<'runs'>): void {
    const run = model.run(value.id);
    if (before === undefined || run === undefined) return;
    run.isCancelled ||= value.cancelRequestedAtMs !== null || value.status === 'cancelled';
    run.approval ||= value.approval !== null;
    const environment = model.environment(run.environment);
    const begins = value.startedAtMs !== null && before.startedAtMs === null;
    // A name that is new, or used again, is built from nothing: what was before counts no more.
    if (begins && run.kind === 'create') begin(environment, run);
    if (before.status === value.status) return;
    if (value.status === 'running') plan(environment, run);
    if (value.finishedAtMs === null) return;
    run.isOver = true;
    environment.line = environment.line.filter((one) => one !== run);
  }

  function begin(
    environment: ModelEnvironment,
    { build, protect, requireApproval }: ModelRun,
  ): void {
    const begun = { protect: protect ?? false, requireApproval: requireApproval ?? false };
    Object.assign(environment, { build, ...begun });
  }

  function plan(environment: ModelEnvironment, run: ModelRun): void {
    const { build, protect, requireApproval } = run;
    if (build === null) return;
    environment.build = build;
    environment.protect = protect ?? environment.protect;
    environment.requireApproval = requireApproval ?? environment.requireApproval;
    move(environment, build.blueprint);
  }

  return (commit) => {
    for (const write of putsOf(commit, 'runs')) {
      if (write.before === undefined) accept(write.value);
      else follow(write);
    }
    for (const { key, value } of putsOf(commit, 'environments')) {
      model.environment(key).exists = value.status !== 'destroyed';
    }
  };
}

/** The expectation that the run differs from least, and where it does. */
function closest(
  record: RunRecord,
  expectations: readonly ExpectedRun[],
): [ExpectedRun | undefined, string[]] {
  const judged = expectations.map((wanted) => ({ wanted, faults: differences(record, wanted) }));
  const [best] = judged.sort((left, right) => left.faults.length - right.faults.length);
  return best === undefined
    ? [undefined, ['it was not to be accepted']]
    : [best.wanted, best.faults];
}

/** What has another id now keeps its identity, unless the new id is taken or the old one still used. */
function move({ identities }: ModelEnvironment, { parts }: Blueprint): void {
  const present = new Set([...identities.keys()].map(idOf));
  for (const { id, movedFrom } of parts) {
    const [old] = movedFrom;
    if (old === undefined || present.has(id) || !present.has(old)) continue;
    if (parts.some((part) => part.id === old)) continue;
    for (const [address, identity] of [...identities]) {
      if (idOf(address) !== old) continue;
      identities.delete(address);
      identities.set(`${id}${address.slice(old.length)}`, identity);
    }
  }
}

function idOf(address: string): string {
  return address.slice(0, address.lastIndexOf('['));
}
