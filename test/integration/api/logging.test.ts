import { expect, test } from 'vitest';
import { createLog } from '../../../src/platform/log.ts';
import { type Served, serve } from '../../support/served.ts';

/** Planted where the log must not repeat it. */
const CANARY = 'canary-5f1d7c0b9a';

interface Line {
  level: string;
  msg: string;
  [fact: string]: unknown;
}

function createListener(level: 'debug' | 'info') {
  const lines: Line[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  return { lines, log: createLog({ level, format: 'json', write }) };
}

async function create(served: Served, data: object = {}) {
  const command = {
    type: 'environment.create',
    data: { name: 'demo', template: 'hello', ...data },
  };
  const { body } = await served.send('/api/v1/commands', command, { 'idempotency-key': 'first' });
  await served.ended(body.run.id);
  return body.run.id;
}

test('the log has one line for each decision, with the names by which it is found', async () => {
  const { lines, log } = createListener('info');
  const served = await serve({ log });
  const run = await create(served);
  const ofRun = lines.filter((line) => line.run === run);
  expect(ofRun.filter(({ msg }) => msg.startsWith('run.')).map(({ msg }) => msg)).toEqual([
    'run.queued',
    'run.planning',
    'run.running',
    'run.succeeded',
  ]);
  expect(ofRun[0]).toMatchObject({ environment: 'demo', source: 'api/local', command: 'first' });
  const ofSite = ofRun.filter(({ step }) => step === 'site');
  expect(ofSite.map(({ msg }) => msg)).toEqual(['step.running', 'step.succeeded']);
  expect(ofSite[1]).toMatchObject({ level: 'info', result: 'created', attempt: 1 });
});

test('a change asked over HTTP is told at info and a read at debug, by route', async () => {
  const { lines, log } = createListener('debug');
  const served = await serve({ log });
  await create(served);
  await served.ask('/api/v1/environments/demo', { headers: { 'x-request-id': 'read-1' } });
  await served.ask('/livez');
  const asked = lines.filter(({ route }) => route !== undefined);
  expect(asked.filter(({ level }) => level === 'info')).toMatchObject([
    { method: 'POST', route: '/api/v1/commands', status: 202 },
  ]);
  expect(asked).toContainEqual(
    expect.objectContaining({
      level: 'debug',
      route: '/api/v1/environments/:name',
      request: 'read-1',
    }),
  );
  expect(asked.map(({ route }) => route)).not.toContain('/livez');
});

test('nothing that was sent is repeated in the log, whatever its level', async () => {
  const { lines, log } = createListener('debug');
  const served = await serve({ log });
  const headers = { authorization: `Bearer ${CANARY}`, cookie: CANARY };
  await create(served, { description: CANARY, parameters: { greeting: CANARY } });
  await served.ask(`/api/v1/environments?tag=${CANARY}`, { headers });
  await served.ask(`/api/v1/search?q=${CANARY}`, { headers });
  await served.ask(`/api/v1/${CANARY}`, { headers });
  const invalid = {
    type: 'environment.create',
    data: { name: 'x', template: 'hello', parameters: { none: CANARY } },
  };
  await served.send('/api/v1/commands', invalid);
  await served.send(`/api/v1/runs/demo/retry`, { [CANARY]: CANARY });
  expect(lines.length).toBeGreaterThan(20);
  expect(JSON.stringify(lines)).not.toContain(CANARY);
});
