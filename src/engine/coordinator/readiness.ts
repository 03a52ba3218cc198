import type { Address } from '../../model/address.ts';
import { isStepHeld } from '../../model/held-step.ts';
import { isParked } from '../../model/parked-step.ts';
import type { StepRecord, StepStatus } from '../../model/step.ts';
import { createFifo, type Fifo } from '../../platform/fifo.ts';

/**
 * Which steps of one run may go now. Told about every change of a step, it keeps counts instead of
 * looking at the whole graph again: a run of 10,000 steps costs no more per step than one of ten.
 *
 * A step is ready when all that comes before it has succeeded; a removal also waits until every
 * build has. What waits for a step that did not succeed is doomed, as is every removal once a build
 * did not: it is to be skipped.
 *
 * Where a step stands:  elsewhere -> delayed -> queue -> taken -> elsewhere (its status changed)
 *                       elsewhere -> queue              taken -> queue (put back)
 *                       elsewhere -> parked -> elsewhere (an inspection that waits for a system)
 */
export type LaneOf = (step: StepRecord) => string;

export interface Readiness {
  update(step: StepRecord): void;
  /** Begins anew: these are the steps, and none is taken. */
  reset(steps: readonly StepRecord[]): void;
  /** A ready step of the lane whose time has come; it counts as taken until it is updated. */
  take(lane: string, nowMs: number): Address | undefined;
  /** True where the step was taken and nothing became of it. */
  putBack(address: Address): boolean;
  lanesWithReady(nowMs: number): string[];
  hasReady(lane: string, nowMs: number): boolean;
  /** Pending steps that can never go, with the step that doomed them. */
  doomed(): { address: Address; cause: Address }[];
  withStatus(status: StepStatus): ReadonlySet<Address>;
  /** Nothing goes on and nothing will by itself. */
  isExhausted(): boolean;
}

interface Node {
  step: StepRecord;
  dependents: Address[];
  unmet: number;
  /** `parked`: its outcome is to be found out once a system is back. */
  place: 'elsewhere' | 'delayed' | 'queue' | 'taken' | 'parked';
}

export function createReadiness(steps: readonly StepRecord[], laneOf: LaneOf): Readiness {
  let nodes = new Map<Address, Node>();
  const byStatus = new Map<StepStatus, Set<Address>>();
  const queues = new Map<string, Fifo<Address>>();
  const delayed = new Map<Address, number>();
  const doomed = new Map<Address, Address>();
  let removals: Address[] = [];
  let buildsLeft = 0;
  let defeatedBuild: Address | undefined;
  let placed = 0;

  begin(steps);

  function begin(all: readonly StepRecord[]): void {
    nodes = linkNodes(all);
    removals = all.filter(isRemoval).map((step) => step.address);
    buildsLeft = all.length - removals.length;
    for (const step of all) statusSet(step.status).add(step.address);
    for (const node of nodes.values()) if (node.step.status === 'succeeded') satisfy(node);
    for (const node of nodes.values()) arrive(node);
  }

  function statusSet(status: StepStatus): Set<Address> {
    return getOrCreate(byStatus, status, () => new Set<Address>());
  }

  function satisfy(node: Node): void {
    if (!isRemoval(node.step)) buildsLeft -= 1;
    for (const address of node.dependents) {
      const dependent = nodes.get(address);
      if (dependent !== undefined) dependent.unmet -= 1;
    }
  }

  function succeed(node: Node): void {
    satisfy(node);
    for (const address of node.dependents) arrive(nodes.get(address));
    if (buildsLeft > 0 || isRemoval(node.step)) return;
    for (const address of removals) arrive(nodes.get(address));
  }

  /** Looks where a node belongs once it has come to its status. */
  function arrive(node: Node | undefined): void {
    if (node === undefined) return;
    if (isDefeat(node)) doomAfter(node);
    else if (mayGo(node)) enqueue(node);
    else if (node.step.status === 'unknown' && isParked(node.step)) moveTo(node, 'parked');
  }

  function mayGo({ step, place, unmet }: Node): boolean {
    if (place !== 'elsewhere') return false;
    if (step.status === 'unknown') return !step.needsResolve && !isParked(step);
    if (step.status !== 'pending' || unmet > 0 || isStepHeld(step)) return false;
    return !isRemoval(step) || buildsLeft === 0;
  }

  function enqueue(node: Node): void {
    moveTo(node, node.step.notBeforeMs === null ? 'queue' : 'delayed');
  }

  function moveTo(node: Node, place: Node['place']): void {
    placed += Number(place !== 'elsewhere') - Number(node.place !== 'elsewhere');
    const { address, notBeforeMs } = node.step;
    if (node.place === 'delayed') delayed.delete(address);
    node.place = place;
    if (place === 'delayed') delayed.set(address, notBeforeMs ?? 0);
    if (place !== 'queue') return;
    getOrCreate(queues, laneOf(node.step), () => createFifo<Address>()).push(address);
  }

  function doomAfter({ step, dependents }: Node): void {
    doom(dependents, step.address);
    if (isRemoval(step) || defeatedBuild !== undefined) return;
    defeatedBuild = step.address;
    doom(removals, step.address);
  }

  function doom(addresses: readonly Address[], cause: Address): void {
    const open = [...addresses].reverse();
    for (let address = open.pop(); address !== undefined; address = open.pop()) {
      const node = nodes.get(address);
      if (node === undefined || doomed.has(address) || !isWaiting(node.step.status)) continue;
      doomed.set(address, cause);
      for (const dependent of node.dependents) open.push(dependent);
    }
  }

  /** For a step that waits again, after others had come to their end. */
  function causeOfDoom({ step, unmet }: Node): Address | undefined {
    if (!isWaiting(step.status)) return undefined;
    if (isRemoval(step) && defeatedBuild !== undefined) return defeatedBuild;
    if (unmet === 0) return undefined;
    const defeated = step.after.find((key) => doomed.has(key) || isDefeat(nodes.get(key)));
    return defeated === undefined ? undefined : (doomed.get(defeated) ?? defeated);
  }

  function releaseDue(nowMs: number): void {
    for (const [address, dueMs] of delayed) {
      const node = nodes.get(address);
      if (dueMs <= nowMs && node !== undefined) moveTo(node, 'queue');
    }
  }

  /** Entries whose step has moved elsewhere meanwhile are dropped on the way. */
  function hasReady(lane: string, nowMs: number): boolean {
    if (delayed.size > 0) releaseDue(nowMs);
    const queue = queues.get(lane);
    for (let head = queue?.peek(); head !== undefined; head = queue?.peek()) {
      if (nodes.get(head)?.place === 'queue') return true;
      queue?.shift();
    }
    return false;
  }

  return {
    update(step) {
      const node = nodes.get(step.address);
      if (node === undefined) return;
      const before = node.step.status;
      statusSet(before).delete(step.address);
      statusSet(step.status).add(step.address);
      moveTo(node, 'elsewhere');
      doomed.delete(step.address);
      node.step = step;
      if (step.status === 'succeeded' && before !== 'succeeded') succeed(node);
      arrive(node);
      const cause = causeOfDoom(node);
      if (cause !== undefined) doom([step.address], cause);
    },
    reset(all) {
      for (const addresses of byStatus.values()) addresses.clear();
      queues.clear();
      delayed.clear();
      doomed.clear();
      defeatedBuild = undefined;
      placed = 0;
      begin(all);
    },
    take(lane, nowMs) {
      if (!hasReady(lane, nowMs)) return undefined;
      const address = queues.get(lane)?.shift();
      const node = address === undefined ? undefined : nodes.get(address);
      if (node !== undefined) moveTo(node, 'taken');
      return address;
    },
    putBack(address) {
      const node = nodes.get(address);
      if (node?.place !== 'taken') return false;
      moveTo(node, 'queue');
      return true;
    },
    lanesWithReady(nowMs) {
      if (delayed.size > 0) releaseDue(nowMs);
      return [...queues.keys()].filter((lane) => hasReady(lane, nowMs));
    },
    hasReady,
    doomed: () => [...doomed].map(([address, cause]) => ({ address, cause })),
    withStatus: statusSet,
    isExhausted() {
      const busy = (['dispatched', 'running', 'parked'] as const).some(
        (s) => statusSet(s).size > 0,
      );
      return !busy && placed === 0 && doomed.size === 0;
    },
  };
}

function linkNodes(steps: readonly StepRecord[]): Map<Address, Node> {
  const nodes = new Map<Address, Node>();
  for (const step of steps) {
    nodes.set(step.address, { step, dependents: [], unmet: 0, place: 'elsewhere' });
  }
  for (const node of nodes.values()) {
    for (const before of node.step.after) {
      const source = nodes.get(before);
      if (source === undefined) continue;
      source.dependents.push(node.step.address);
      node.unmet += 1;
    }
  }
  return nodes;
}

function isRemoval({ action }: StepRecord): boolean {
  return action === 'remove';
}

function isDefeat(node: Node | undefined): boolean {
  const status = node?.step.status;
  return status === 'failed' || status === 'cancelled' || status === 'skipped';
}

function isWaiting(status: StepStatus): boolean {
  return status === 'pending' || status === 'parked';
}

function getOrCreate<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}
