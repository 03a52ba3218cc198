import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type HandoverTaker,
  putHandover,
  takeHandovers,
} from '../../../../src/compose/seat/handover.ts';
import type { CommandIdentity } from '../../../../src/engine/engine.ts';
import { BiotopeError } from '../../../../src/model/errors.ts';
import { systemClock } from '../../../../src/platform/clock.ts';
import { silentLogger } from '../../../../src/platform/logger.ts';
import { createEmbeddedSecrets } from '../../../../src/secrets/embedded/embedded-secrets.ts';
import type { Secrets } from '../../../../src/secrets/secrets.ts';
import { createSqliteStore } from '../../../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../../src/store/store.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const CANARY = 'canary-8d1c';
const command = {
  type: 'environment.create',
  data: { name: 'demo', template: 'hello', parameters: { key: CANARY } },
} as const;

let folder: string;
let store: Store;
let secrets: Secrets;
let taker: HandoverTaker | undefined;
let submitted: { name: unknown; identity: CommandIdentity }[];

beforeEach(() => {
  folder = temporaryFolder();
  store = createSqliteStore({ path: ':memory:', clock: systemClock });
  secrets = createEmbeddedSecrets({
    path: join(folder, 'secrets.db'),
    keyFile: join(folder, 'secret.key'),
  });
  submitted = [];
  taker = undefined;
});
afterEach(async () => {
  await taker?.stop();
  await store.close();
  await secrets.close();
});

function drive(refusals = 0) {
  let refusalsLeft = refusals;
  const submit: Parameters<typeof takeHandovers>[0]['engine']['submit'] = async (
    given,
    identity,
  ) => {
    refusalsLeft -= 1;
    if (refusalsLeft >= 0) throw new BiotopeError('STORE_UNAVAILABLE', { message: 'away' });
    submitted.push({ name: 'name' in given.data ? given.data.name : undefined, identity });
    return { outcome: 'accepted', runId: 'r1', repeated: false };
  };
  taker = takeHandovers({
    store,
    secrets,
    engine: { submit },
    clock: systemClock,
    log: silentLogger,
  });
}

async function allTaken(): Promise<void> {
  while ((await store.find('handovers')).length > 0) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

const put = (id: string) =>
  putHandover({ store, secrets, clock: systemClock }, { command, identity: { source: 'cli', id } });

describe('a handed-over command', () => {
  it('is submitted under its own id and removed, also if it lay there before', async () => {
    await put('one');
    drive();
    await put('two');
    await allTaken();
    expect(submitted).toEqual([
      { name: 'demo', identity: { source: 'cli', id: 'one' } },
      { name: 'demo', identity: { source: 'cli', id: 'two' } },
    ]);
    await taker?.stop();
    expect([...(taker?.runIds ?? [])]).toEqual(['r1']);
  });

  it('lies in the store sealed', async () => {
    await put('one');
    expect(JSON.stringify(await store.find('handovers'))).not.toContain(CANARY);
  });

  it('is tried again when it could not be submitted', async () => {
    await put('one');
    drive(1);
    await allTaken();
    expect(submitted).toHaveLength(1);
  });

  it('that nobody can read is dropped, and holds nobody up', async () => {
    const value = { id: 'broken', sealed: 'nonsense', handedOverAtMs: 0 };
    await store.commit({
      scope: '@handovers',
      expect: [],
      writes: [{ kind: 'put', collection: 'handovers', key: 'broken', value }],
      events: [],
    });
    await put('one');
    drive();
    await allTaken();
    expect(submitted.map(({ identity }) => identity.id)).toEqual(['one']);
  });
});
