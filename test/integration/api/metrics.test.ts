import { describe, expect, test } from 'vitest';
import { type Served, serve } from '../../support/served.ts';

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** The text format of Prometheus, as far as it is used here. */
function samplesIn(text: string): Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] =
        /^([a-z0-9_]+)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
      const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)];
      return {
        name,
        labels: Object.fromEntries(pairs.map(([, key, told]) => [key, told])),
        value: Number(value),
      };
    });
}

async function look({ metricsUrl }: Served) {
  const response = await fetch(`${metricsUrl}/metrics`);
  expect(response.headers.get('content-type')).toContain('text/plain');
  const text = await response.text();
  const samples = samplesIn(text);
  const valueIn = (name: string, labels: Record<string, string> = {}) =>
    samples.find(
      (one) =>
        one.name === name &&
        Object.entries(labels).every(([key, value]) => one.labels[key] === value),
    )?.value;
  return { text, samples, valueIn };
}

async function create(served: Served, name: string): Promise<string> {
  const command = { type: 'environment.create', data: { name, template: 'hello@1.0.0' } };
  const { body } = await served.send('/api/v1/commands', command);
  return body.run.id;
}

describe('metrics', () => {
  test('tell how runs and steps ended, how long they took, and what the store and HTTP did', async () => {
    const served = await serve();
    await served.ended(await create(served, 'demo'));
    const missing = { type: 'environment.destroy', data: { name: 'nobody' } };
    await served.send('/api/v1/commands', missing);
    const { valueIn } = await look(served);
    expect(valueIn('biotope_runs_total', { kind: 'create', outcome: 'succeeded' })).toBe(1);
    expect(valueIn('biotope_run_duration_seconds_count', { kind: 'create' })).toBe(1);
    expect(valueIn('biotope_run_wait_seconds_count', { kind: 'create' })).toBe(1);
    expect(valueIn('biotope_steps_total', { executor: 'terraform', result: 'created' })).toBe(1);
    const took = { executor: 'terraform', action: 'create' };
    expect(valueIn('biotope_step_duration_seconds_count', took)).toBe(1);
    expect(valueIn('biotope_events_total', { type: 'run.queued' })).toBe(1);
    expect(valueIn('biotope_store_commits_total', { outcome: 'committed' })).toBeGreaterThan(3);
    expect(valueIn('biotope_pool_places', { pool: 'default', kind: 'calls' })).toBe(160);
    const posts = { method: 'POST', route: '/api/v1/commands' };
    expect(valueIn('biotope_http_requests_total', { ...posts, status: '2xx' })).toBe(1);
    expect(valueIn('biotope_http_requests_total', { ...posts, status: '4xx' })).toBe(1);
    expect(valueIn('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
  });

  test('count what is under way now, and nothing once it is over', async () => {
    const served = await serve();
    const run = await create(served, 'demo');
    const now = await look(served);
    const underWay = now.samples.filter(({ name }) => name === 'biotope_runs');
    expect(underWay.reduce((sum, { value }) => sum + value, 0)).toBe(1);
    await served.ended(run);
    const then = await look(served);
    expect(then.samples.filter(({ name }) => /^biotope_(?:runs|steps)$/.test(name))).toEqual([]);
    expect(then.valueIn('biotope_worker_steps')).toBe(0);
  });

  test('have labels whose values are known before: no name of anything that was made', async () => {
    const served = await serve();
    const run = await create(served, 'shop-window');
    await served.ended(run);
    for (const path of [
      'environments/shop-window',
      'environments/nobody',
      'no/such/route',
      '%2e%2e',
    ]) {
      await served.ask(`/api/v1/${path}?tag=blue`);
    }
    await served.ask('/api/v1/runs', { method: 'PROPFIND' });
    const { text, samples } = await look(served);
    for (const name of ['shop-window', run, 'nobody', 'such', 'blue', 'PROPFIND', served.folder]) {
      expect(text).not.toContain(name);
    }
    const routes = samples.flatMap(({ labels }) =>
      labels.route === undefined ? [] : [labels.route],
    );
    expect(routes).toEqual(expect.arrayContaining(['/api/v1/environments/:name', 'none']));
  });

  test('are told nowhere where none is configured', async () => {
    const served = await serve({ metricsListen: null });
    expect(served.metricsUrl).toBeUndefined();
  });
});
