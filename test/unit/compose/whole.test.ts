import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dataPaths } from '../../../src/compose/data-folder.ts';
import { putHandover } from '../../../src/compose/seat/handover.ts';
import { startWhole, type Whole } from '../../../src/compose/whole.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { createEmbeddedSecrets } from '../../../src/secrets/embedded/embedded-secrets.ts';
import type { Secrets } from '../../../src/secrets/secrets.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { publishDirectly, resource, template } from '../../support/templates.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
let store: Store;
let secrets: Secrets;
let ledger: ReturnType<typeof createLedger>;
let whole: Whole;

beforeEach(async () => {
  folder = temporaryFolder();
  store = createSqliteStore({ path: ':memory:', clock: systemClock });
  const paths = dataPaths(folder);
  secrets = createEmbeddedSecrets({ path: paths.secrets, keyFile: paths.secretKey });
  ledger = createLedger();
  const config = configSchema.parse({ dataFolder: folder });
  whole = await startWhole({ config, paths, store, secrets, ...ledger, log: silentLogger });
  await publishDirectly(store, template('1.0.0', [resource('slow')]));
});
afterEach(async () => {
  await store.close();
  await secrets.close();
});

const identity = (id: string) => ({ source: 'test', id });
const create = (name: string) =>
  ({ type: 'environment.create', data: { name, template: 'sample@1.0.0' } }) as const;

/** Begins a step that ends only when it is stopped. Returns its run. */
async function beginEndless(): Promise<string> {
  ledger.behave('one/slow[0]', { gate: new Promise(() => {}) });
  const answer = await whole.engine.submit(create('one'), identity('begin'));
  await vi.waitUntil(() => ledger.effects.length > 0);
  return answer.outcome === 'accepted' ? (answer.runId ?? '') : '';
}

const handOver = (command: Parameters<typeof putHandover>[1]['command'], id: string) =>
  putHandover({ store, secrets, clock: systemClock }, { command, identity: identity(id) });

describe('a whole that is stopping', () => {
  it('takes a cancellation for the step it still waits for', async () => {
    const run = await beginEndless();
    const stopped = whole.stop(new AbortController().signal);
    await handOver({ type: 'run.cancel', data: { run } }, 'cancel');
    await stopped;
    const [step] = await store.find('steps', { where: { runId: run } });
    expect(step?.value.status).toBe('cancelled');
    expect((await store.find('handovers')).length).toBe(0);
  });

  it('accepts a new run and leaves it in its line', async () => {
    const run = await beginEndless();
    const stopped = whole.stop(new AbortController().signal);
    await handOver(create('two'), 'second');
    await vi.waitUntil(async () => (await store.find('handovers')).length === 0);
    await handOver({ type: 'run.cancel', data: { run } }, 'cancel');
    await stopped;
    const [second] = await store.find('runs', { where: { environment: 'two' } });
    expect(second?.value.status).toBe('queued');
  });
});
