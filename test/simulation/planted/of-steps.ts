import type { Order } from '../../../src/model/order.ts';
import { stepKey } from '../../../src/model/step.ts';
import type { PlantedBug } from './planted.ts';
import { findingOthers, rewriting, rewritingPuts } from './rewrite.ts';

/** Faults in how steps are ordered, claimed and reported. */
export const OF_STEPS: PlantedBug[] = [
  {
    name: 'action-changes-environment',
    says: 'An action that does not succeed makes its environment a failed one.',
    caughtAs: /was changed by the action/,
    store: (store) =>
      rewritingPuts(store, 'environments', (environment, { writes }) => {
        const hasFailed = writes.some(
          (write) =>
            write.kind === 'put' &&
            write.collection === 'runs' &&
            write.value.kind === 'action' &&
            write.value.status === 'failed',
        );
        return hasFailed ? { ...environment, status: 'failed' } : environment;
      }),
  },
  {
    name: 'drift-unseen',
    says: 'What has drifted is told to be as it was built.',
    caughtAs: /is spoilt, and .* has not seen it/,
    store: (store) =>
      rewritingPuts(store, 'steps', (step) =>
        step.result === 'drifted' ? { ...step, result: 'unchanged' } : step,
      ),
  },
  {
    name: 'healed-unasked',
    says: 'What has drifted is healed, whatever was asked for.',
    caughtAs: /was changed by the reconcile/,
    store: (store) =>
      rewritingPuts(store, 'steps', (step) =>
        step.action === 'look' && step.drift
          ? { ...step, drift: { ...step.drift, heal: true } }
          : step,
      ),
  },
  {
    name: 'blind-repeat',
    says: 'A step of unknown outcome is begun again without a look.',
    caughtAs: /without a look first/,
    store: (store) =>
      rewritingPuts(store, 'steps', (step) =>
        step.status === 'unknown' && step.claim === null ? { ...step, status: 'pending' } : step,
      ),
  },
  {
    name: 'reverse-order-broken',
    says: 'Removals do not wait for what depends on them.',
    caughtAs: /is removed before/,
    store: (store) => findingOthers(store, 'resources', (record) => ({ ...record, dependsOn: [] })),
  },
  {
    name: 'dispatched-too-early',
    says: 'A resource is built without waiting for what it needs.',
    caughtAs: /is built before/,
    store: (store) =>
      rewritingPuts(store, 'steps', (step) =>
        step.action === 'remove' ? step : { ...step, after: [] },
      ),
  },
  {
    name: 'failure-forgotten',
    says: 'A step that failed counts as done.',
    caughtAs: /is built before|succeeded|after a success/,
    store: (store) =>
      rewritingPuts(store, 'steps', (step) =>
        step.status === 'failed' ? { ...step, status: 'succeeded', result: 'created' } : step,
      ),
  },
  {
    name: 'stale-claim-accepted',
    says: 'A report counts, whosever claim it is of.',
    caughtAs: /a report was recorded that nobody brought|before its lease|without a look/,
    desk: (desk, { records }) => ({
      ...desk,
      report: (claim, report) => {
        const step = records.get('steps', stepKey(claim.runId, claim.address));
        const claimToken = step?.claim?.token ?? claim.claimToken;
        return desk.report({ ...claim, claimToken }, report);
      },
    }),
  },
  {
    name: 'order-of-the-past-accepted',
    says: 'Nobody looks for which attempt, operation and epoch an order was given.',
    caughtAs: /is granted, and the claim is of/,
    desk: (desk, { records }) => ({
      ...desk,
      claim: async (order, worker) => {
        const step = records.get('steps', stepKey(order.runId, order.address));
        const run = records.get('runs', order.runId);
        if (step === undefined || run === undefined) return desk.claim(order, worker);
        const { attempt, operation } = step;
        const now: Order = { ...order, attempt, operation, runEpoch: run.epoch };
        return desk.claim(now, worker);
      },
    }),
  },
  {
    name: 'two-claims',
    says: 'A claim is no compare-and-set: two workers who ask at the same time both get it.',
    caughtAs: /begins \w+ of .* while|before its lease|nobody had reported/,
    store: (store) =>
      rewriting(store, (transaction) =>
        transaction.events.some(({ type }) => type === 'step.running')
          ? { ...transaction, expect: [] }
          : transaction,
      ),
  },
  {
    name: 'report-recorded-twice',
    says: 'A report that comes again is recorded again.',
    caughtAs: /tells of a change that was none/,
    store: (store) => ({
      ...store,
      async commit(transaction) {
        const committed = await store.commit(transaction);
        const isReport = transaction.events.some(({ type }) => type === 'step.succeeded');
        if (isReport) await store.commit({ ...transaction, expect: [] });
        return committed;
      },
    }),
  },
  {
    name: 'late-checkpoint-accepted',
    says: 'A state that an executor kept counts, whosever claim it was brought for.',
    caughtAs: /was brought for a claim of the past|a worker is given the state/,
    desk: (desk, { records }) => ({
      ...desk,
      checkpoint: (claim, state) => {
        const step = records.get('steps', stepKey(claim.runId, claim.address));
        return desk.checkpoint({ ...claim, claimToken: step?.claim?.token ?? '' }, state);
      },
    }),
  },
  {
    name: 'lost-claim-never-told',
    says: 'A worker whose claim is lost is told to go on.',
    caughtAs: /begins \w+ of .* while|is over, and .* is at/,
    desk: (desk) => ({
      ...desk,
      heartbeat: async (claim) => {
        const answer = await desk.heartbeat(claim);
        return answer === 'stop' ? 'go-on' : answer;
      },
    }),
  },
  {
    name: 'claim-taken-from-another',
    says: 'Whoever asks for a claim takes back the one that another worker was granted.',
    caughtAs: /begins \w+ of .* while|is over, and .* is at/,
    desk: (desk) => {
      const granted = new Map<string, string[]>();
      return {
        ...desk,
        async claim(order, worker, attempt) {
          const known = granted.get(stepKey(order.runId, order.address)) ?? [];
          const { token = '', givenUp = [] } = attempt ?? {};
          const more = { token, givenUp: [...givenUp, ...known] };
          const grant = await desk.claim(order, worker, more);
          if (grant !== undefined) known.push(grant.claimToken);
          granted.set(stepKey(order.runId, order.address), known);
          return grant;
        },
      };
    },
  },
  {
    name: 'lost-order-never-resent',
    says: 'An order that was sent once is not sent again.',
    caughtAs: /for ever/,
    bus: (bus, { sent }) => ({
      ...bus,
      async sendOrder(order) {
        const { runId, address, operation, attempt, runEpoch } = order;
        const name = JSON.stringify([runId, address, operation, attempt, runEpoch]);
        if (!sent.has(name)) await bus.sendOrder(order);
        sent.add(name);
      },
    }),
  },
  {
    name: 'effect-before-record',
    says: 'Nothing is recorded of a resource before its executor begins.',
    caughtAs: /nothing is recorded of it/,
    store: (store) =>
      rewriting(
        rewritingPuts(store, 'resources', (record, { events }) =>
          events.some(({ type, address }) => type === 'step.running' && address === record.address)
            ? undefined
            : record,
        ),
        // Otherwise the engine, which believes that it has written it, would never get any further.
        ({ expect, ...rest }) => ({
          ...rest,
          expect: expect.filter(({ collection }) => collection !== 'resources'),
        }),
      ),
  },
  {
    name: 'parked-for-a-time',
    says: 'A step that waits for a system is let go when some time has passed.',
    caughtAs: /was let go before a probe/,
    systems: (systems) => ({ ...systems, isAway: () => false, probesPassed: () => null }),
  },
  {
    name: 'parked-step-forgotten',
    says: 'Whoever takes a run up does not know that its step waits for a system.',
    caughtAs: /for ever/,
    store: (store) => findingOthers(store, 'steps', (step) => ({ ...step, parked: null })),
  },
  {
    name: 'attempt-lost-to-outage',
    says: 'An attempt that met a system that was away counts.',
    caughtAs: /lost an attempt to a system/,
    store: (store) =>
      rewritingPuts(store, 'steps', (step) =>
        step.status === 'parked' && step.parkings !== undefined
          ? { ...step, attempt: step.attempt + 1 }
          : step,
      ),
  },
  {
    name: 'claim-given-up-early',
    says: 'The silence of a worker counts before its lease has ended.',
    caughtAs: /gave up the claim .* before its lease had ended|begins \w+ of .* while/,
    store: (store) =>
      findingOthers(store, 'steps', (step) =>
        step.claim === null ? step : { ...step, claim: { ...step.claim, expiresAtMs: 0 } },
      ),
  },
];
