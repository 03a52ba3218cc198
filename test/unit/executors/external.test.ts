import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createExternalExecutor } from '../../../src/executors/external/external.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createNetworkProbe } from '../../../src/probe/network/network-probe.ts';
import { stepContext } from './step.ts';

const executor = createExternalExecutor({
  probe: createNetworkProbe(),
  clock: systemClock,
  probeTimeoutMs: 2_000,
});

/** Answers 503 the first times, then 200. */
async function service(refusals: number): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.writeHead(asked > refusals ? 200 : 503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/health`, asked: () => asked };
}

function specFor(target: string, timeoutSeconds: number) {
  const endpoint = { kind: 'http', target, expectStatus: [], timeoutSeconds, intervalSeconds: 0.1 };
  return { name: 'payments-api', outputs: { url: target }, endpoints: [endpoint] };
}

describe('what others own', () => {
  it('is waited for, and tells the outputs that the template knows of it', async () => {
    const { url, asked } = await service(2);
    const context = stepContext({ spec: specFor(url, 10) });
    const { outputs, record } = await executor.apply(context);
    expect({ outputs, record }).toEqual({ outputs: { url }, record: { name: 'payments-api' } });
    expect(asked()).toBe(3);
    expect(context.said.at(-1)).toMatch(/200/);
  });

  it('that stays silent fails the step, and says whose it is', async () => {
    const { url } = await service(1_000);
    const context = stepContext({ spec: specFor(url, 1) });
    await expect(executor.apply(context)).rejects.toMatchObject({
      kind: 'failed',
      failure: {
        code: 'EXTERNAL_SILENT',
        message: expect.stringContaining('payments-api, which others own, did not answer'),
      },
    });
  });

  it('is neither silent nor missing where nobody can say', async () => {
    const blind = createExternalExecutor({
      probe: async () => ({ alive: false, away: 'consul', detail: 'Consul does not answer' }),
      clock: systemClock,
      probeTimeoutMs: 2_000,
    });
    const context = stepContext({ spec: specFor('consul:///payments?passing=1', 1) });
    for (const asked of [blind.apply(context), blind.inspect(context)]) {
      await expect(asked).rejects.toMatchObject({
        retryable: true,
        failure: { code: 'SYSTEM_UNAVAILABLE', system: 'consul' },
      });
    }
  });

  it('is only looked at by an inspection, and not at all by a removal', async () => {
    const { url, asked } = await service(1);
    const context = stepContext({ spec: specFor(url, 10) });
    expect(await executor.inspect(context)).toMatchObject({ finding: 'partial' });
    expect(await executor.inspect(context)).toMatchObject({ finding: 'present', differences: [] });
    await executor.destroy(context);
    expect(asked()).toBe(2);
    expect((await executor.plan(context)).changes).toEqual([]);
  });
});
