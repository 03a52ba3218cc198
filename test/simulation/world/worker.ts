import type { Finding } from '../../../src/model/drift.ts';
import type { ClaimReference, Grant, Order, Report } from '../../../src/model/order.ts';
import { sleep } from '../../../src/platform/clock.ts';
import { failure } from '../../support/records.ts';
import { claimOf } from '../../support/worker-side.ts';
import type { Chronicle } from '../model/chronicle.ts';
import type { Dealings } from '../model/claims.ts';
import type { EffectOrder } from '../model/order.ts';
import type { SealedStates } from '../model/sealed.ts';
import type { Chance } from './chance.ts';
import { type Cloud, canonical, type Hold } from './cloud.ts';
import type { DeskLine } from './desk-line.ts';
import { type Fate, fateOf, WELL } from './fate.ts';
import { createHindrances } from './hindrances.ts';
import { nameOf } from './network.ts';
import type { Outages } from './outages.ts';
import type { Process } from './process.ts';
import { createRemains, stateOf } from './remains.ts';
import type { Weather } from './weather.ts';

export interface WorkerWorld {
  chance: Chance;
  weather: Weather;
  cloud: Cloud;
  outages: Outages;
  chronicle: Chronicle;
  dealings: Dealings;
  order: EffectOrder;
  sealed: SealedStates;
  desk: DeskLine;
  /** Whether a record of the resource is there: nothing may be made without. */
  isRecorded(order: Order): boolean;
}

/** A claimed step in hand. */
interface Work {
  order: Order;
  grant: Grant;
  claim: ClaimReference;
  hold: Hold;
  key: string;
  /** Until when nobody else can have been given the step, as far as the worker knows. */
  safeUntilMs: number;
}

type Beat = 'go-on' | 'cancel' | 'stop';

const FIRST_MS = 5_000;
const SECOND_MS = 3_000;
const HANG_MS = 120_000;
const BEAT_MS = 5_000;
/** From a little less than a lease to long after it. */
const LATE_FROM_MS = 13_000;
const LATE_MORE_MS = 27_000;
/** An action leaves nothing but what it returns. */
const DEED = { record: null, parts: [], sealedState: null };

const isLooking = ({ operation }: Order) => operation === 'inspect' || operation === 'look';

const isAct = ({ operation }: Order) => operation === 'act';

/** Of the lease; the rest is for the way there. */
const SAFE_PART = 11 / 12;

/** A worker that fails, hangs, falls silent, answers late and answers twice, as chance will have it. */
export function createWorker(process: Process, name: string, world: WorkerWorld) {
  const { chance, weather, cloud, chronicle, dealings, sealed, desk } = world;
  const { clock } = process;
  const remains = createRemains(world);
  const hindrances = createHindrances({ ...world, remains });
  const note = (what: () => string) => chronicle.note(name, what);

  async function handle(order: Order): Promise<void> {
    await sleep(clock, chance.below(300));
    if (chance.in100(weather.mishaps / 8)) return note(() => `drops the order ${nameOf(order)}`);
    const askedAtMs = clock.nowMs();
    const grant = await desk.claim(order, name);
    if (grant === undefined) return note(() => `is not granted ${nameOf(order)}`);
    dealings.granted(name, order, grant.claimToken);
    note(() => `is granted ${nameOf(order)}`);
    const work = openWork(order, grant, askedAtMs);
    // It may have been long on its way.
    if ((await sure(work, 'go-on')) === 'stop') return note(() => `lets go of ${work.key} at once`);
    try {
      sealed.given(work.key, grant.prior?.sealedState ?? null);
      begin(work);
      if (isLooking(order)) await inspect(work);
      else await perform(work, fateOf(chance, weather, work.key));
    } finally {
      cloud.end(work.hold);
    }
  }

  function openWork(order: Order, grant: Grant, askedAtMs: number): Work {
    const key = `${order.environment}/${isAct(order) ? `${order.runId}/` : ''}${grant.identity}`;
    const work: Work = {
      order,
      grant,
      claim: claimOf(order, grant),
      key,
      safeUntilMs: askedAtMs + grant.leaseMs * SAFE_PART,
      hold: { key, operation: order.operation, worker: name, believes: () => believes(work) },
    };
    return work;
  }

  /** A worker whose time is up asks again before it goes on: see `sure`. */
  function believes({ safeUntilMs }: Work): boolean {
    return !process.isDead && clock.nowMs() < safeUntilMs;
  }

  function begin({ order, hold }: Work): void {
    cloud.begin(hold);
    if (isLooking(order) || isAct(order)) return;
    if (!world.isRecorded(order)) {
      chronicle.complain(`${nameOf(order)} begins, and nothing is recorded of it`);
    }
    world.order.begin(order);
  }

  async function beat(work: Work): Promise<Beat> {
    const askedAtMs = clock.nowMs();
    const answer = await desk.heartbeat(work.claim);
    if (answer === undefined) return believes(work) ? 'go-on' : 'stop';
    if (answer !== 'stop') work.safeUntilMs = askedAtMs + work.grant.leaseMs * SAFE_PART;
    return answer;
  }

  /** Works on for a while, and tells now and then that it is there. */
  async function work(on: Work, durationMs: number): Promise<Beat> {
    for (let leftMs = durationMs; leftMs > 0; leftMs -= BEAT_MS) {
      await sleep(clock, Math.min(leftMs, BEAT_MS));
      if (leftMs < BEAT_MS && chance.in100(85)) continue;
      const answer = await sure(on, await beat(on));
      if (answer !== 'go-on') return answer;
    }
    return sure(on, 'go-on');
  }

  /** An answer that took longer than the lease is worth nothing: another one is asked for. */
  async function sure(on: Work, answer: Beat): Promise<Beat> {
    let last = answer;
    while (last !== 'stop' && !believes(on)) last = await beat(on);
    return last;
  }

  async function perform(on: Work, fate: Fate): Promise<void> {
    note(() => `works on ${nameOf(on.order)}: ${fate}`);
    if (fate === 'frozen') await dawdle();
    const isWell = WELL.includes(fate);
    const answer = await work(on, chance.below(fate === 'hangs' ? HANG_MS : FIRST_MS));
    if (answer === 'stop') return letGo(on);
    const hindered = hindrances.beforeEffect(on, fate);
    if (hindered !== undefined) return report(on, hindered);
    if (!isAct(on.order) && (isWell || chance.in100(60))) cloud.halve(on.key);
    await end(on, fate, answer);
  }

  const dawdle = () => sleep(clock, LATE_FROM_MS + chance.below(LATE_MORE_MS));

  /** Its claim is lost, as far as it knows. What some tell all the same must not count. */
  async function letGo(on: Work): Promise<void> {
    note(() => `lets go of ${on.key}`);
    if (!chance.in100(40)) return;
    await checkpoint(on);
    await report(on, defeat(on, 'fails'));
  }

  function secondHalf(on: Work, asked: Beat): Promise<Beat> {
    return asked === 'cancel' ? sure(on, asked) : work(on, chance.below(SECOND_MS));
  }

  async function end(on: Work, fate: Fate, asked: Beat): Promise<void> {
    if (chance.in100(10)) await checkpoint(on);
    const answer = await secondHalf(on, asked);
    if (answer === 'stop') return letGo(on);
    if (answer === 'cancel' && chance.in100(70)) {
      return report(on, { kind: 'cancelled', remains: remains.of(on) });
    }
    await finish(on, fate);
  }

  async function finish(on: Work, fate: Fate): Promise<void> {
    const away = hindrances.cutOff(on);
    if (away !== undefined) return report(on, away);
    const isWell = WELL.includes(fate);
    if (isWell || chance.in100(30)) complete(on);
    if (fate === 'vanishes') return note(() => `vanishes from ${on.key}`);
    await tell(on, isWell ? success(on) : defeat(on, fate), fate);
  }

  function complete({ order, grant, key }: Work): void {
    const { operation, runId, address } = order;
    const isForeign = cloud.get(key)?.isForeign === true;
    if (operation === 'act') cloud.act(`${runId}/${address}`);
    else if (operation !== 'destroy') {
      cloud.make(key, { spec: grant.spec, operation, stepId: `${runId}/${address}` });
    } else if (!isForeign) cloud.remove(key);
  }

  async function checkpoint(on: Work): Promise<void> {
    // A program leaves none.
    if (isAct(on.order)) return;
    const state = remains.nextState(on);
    const answer = await desk.checkpoint(on.claim, state);
    note(() => `checkpoints ${state} of ${on.key}: ${answer ?? 'no answer'}`);
    if (answer !== undefined) sealed.answer(on.key, state, answer === 'kept');
  }

  function success(on: Work): Report {
    const { order, grant, key } = on;
    if (order.operation === 'destroy') return { kind: 'destroyed' };
    if (isAct(order)) return { kind: 'applied', ...DEED, outputs: { did: order.runId } };
    return { kind: 'applied', outputs: outputsOf(key, grant), ...remains.something(on) };
  }

  function outputsOf(key: string, { executor, spec }: Grant) {
    if (executor === 'external') return { ...(spec.outputs as object) };
    return { ...cloud.get(key)?.outputs };
  }

  function defeat(on: Work, fate: Fate): Report {
    const facts = { remains: remains.of(on) };
    if (fate === 'unclear') return { kind: 'unknown', failure: failure('killed'), remains: null };
    if (fate === 'hangs') {
      const timeout = failure('it took too long', { code: 'STEP_TIMEOUT' });
      return { kind: 'failed', failure: timeout, retryable: false, ...facts };
    }
    if (fate === 'stopped') return { kind: 'cancelled', ...facts };
    return { kind: 'failed', failure: failure('no'), retryable: fate === 'fails', ...facts };
  }

  async function inspect(on: Work): Promise<void> {
    if (chance.in100(weather.mishaps / 6)) return note(() => `vanishes from ${on.key}`);
    if ((await work(on, chance.below(2_000))) === 'stop') return;
    if (chance.in100(weather.mishaps / 4)) {
      const what = failure('no route');
      return report(on, { kind: 'failed', failure: what, retryable: true, remains: null });
    }
    await tellWhatIsThere(on);
  }

  async function tellWhatIsThere(on: Work): Promise<void> {
    const away = hindrances.cutOff(on);
    if (away !== undefined) return report(on, away);
    const { key, grant } = on;
    const thing = remains.isOurs(key) ? cloud.get(key) : undefined;
    const isSame = thing?.spec === canonical(grant.spec);
    const finding = thing === undefined ? 'absent' : isSame ? 'present' : 'partial';
    note(() => `finds ${key} ${finding}`);
    const isUnclear = chance.in100(weather.mishaps / 8);
    if (on.order.operation === 'look') return report(on, lookReport(finding, isUnclear));
    const outputs = outputsOf(key, grant);
    await report(on, {
      kind: 'inspected',
      finding,
      differences: [],
      outputs,
      ...remains.of(on),
    });
  }

  async function tell(on: Work, what: Report, fate: Fate): Promise<void> {
    if (fate === 'late') {
      cloud.end(on.hold);
      await dawdle();
    }
    await report(on, what);
    if (fate !== 'twice') return;
    await report(on, what);
    await report(on, { kind: 'failed', failure: failure('again'), retryable: true, remains: null });
  }

  /** Once it is brought, the worker has let go, whatever the answer is. */
  async function report({ claim, hold, key }: Work, what: Report): Promise<void> {
    cloud.end(hold);
    dealings.reported(claim.claimToken);
    const answer = await desk.report(claim, what);
    const state = stateOf(what);
    if (answer !== undefined && state !== null) sealed.answer(key, state, answer === 'recorded');
    note(() => `reports ${what.kind} of ${key}: ${answer ?? 'no answer'}`);
  }

  return { handle };
}

/** Some cannot tell, and a look of these has failed. */
function lookReport(finding: Finding, isUnclear: boolean): Report {
  if (isUnclear) return { kind: 'unknown', failure: failure('no telling'), remains: null };
  return { kind: 'looked', finding, differences: [] };
}
