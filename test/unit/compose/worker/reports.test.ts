import { expect, test } from 'vitest';
import { handOverTo } from '../../../../src/compose/worker/reports.ts';
import { BiotopeError } from '../../../../src/model/errors.ts';
import type { Report, WorkerReport } from '../../../../src/model/order.ts';
import { silentLogger } from '../../../../src/platform/logger.ts';

const claim = {
  runId: 'run-1',
  environment: 'shop',
  address: 'web[0]',
  claimToken: 'token-1',
  orderToken: 'order-1',
};

function openBus(send: () => Promise<void> = async () => {}) {
  const sent: WorkerReport[] = [];
  const sendReport = async (report: WorkerReport) => {
    await send();
    sent.push(report);
  };
  return { sent, handOver: handOverTo({ sendReport }, silentLogger) };
}

const done: Report = { kind: 'destroyed' };

test('a report goes over the bus, with the token of its order beside it', async () => {
  const { sent, handOver } = openBus();
  expect(await handOver(claim, done)).toBe(true);
  const { orderToken, ...own } = claim;
  expect(sent).toEqual([{ claim: own, report: done, orderToken }]);
});

test('one that is too large for a broker does not', async () => {
  const { sent, handOver } = openBus();
  const remains = { record: null, parts: [], sealedState: 'x'.repeat(8 * 1024 * 1024) };
  expect(await handOver(claim, { kind: 'cancelled', remains })).toBe(false);
  expect(sent).toEqual([]);
});

test('nor does one that no broker takes now', async () => {
  const away = new BiotopeError('BUS_UNAVAILABLE', { message: 'away' });
  const { handOver } = openBus(() => Promise.reject(away));
  expect(await handOver(claim, done)).toBe(false);
});

test('what else is wrong with a bus is told', async () => {
  const { handOver } = openBus(() => Promise.reject(new Error('odd')));
  await expect(handOver(claim, done)).rejects.toThrow('odd');
});
