import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ownPrefix, removeKeys } from '../support/consul.ts';
import { postgresData } from '../support/postgres.ts';
import { describeOver } from '../support/services/describe-over.ts';
import { vaultCorner } from '../support/vault/corner.ts';
import { vaultRoot } from '../support/vault/root.ts';
import { eventually, type Place } from './support/place.ts';
import { startServer } from './support/server.ts';
import { blindTemplate } from './support/templates.ts';
import { ask, begin, createBrokerPlace, ended, startWorker } from './support/workers.ts';

const SERVICES = [
  'RABBITMQ_URL',
  'POSTGRES_URL',
  'CONSUL_URL',
  'VAULT_URL',
  'VAULT_ROOT_TOKEN',
] as const;

const dataIn = (place: Place, name: string): Place => ({
  ...place,
  dataFolder: join(place.folder, name),
});

describeOver(SERVICES, 'a worker that shares no folder with the servers', (addresses) => {
  /** Two servers on one store, and a worker, each with a data folder of its own. */
  async function apart() {
    const root = vaultRoot({ url: addresses.VAULT_URL, token: addresses.VAULT_ROOT_TOKEN });
    const [corner, data] = [await vaultCorner(root), postgresData(addresses.POSTGRES_URL)];
    const keys = { url: addresses.CONSUL_URL, prefix: ownPrefix() };
    onTestFinished(async () => {
      await corner.remove();
      await data.remove();
      await removeKeys(keys);
    });
    const place = createBrokerPlace(addresses.RABBITMQ_URL, {
      BIOTOPE_POSTGRES_URL: data.url,
      BIOTOPE_POSTGRES_SCHEMA: data.schema,
      BIOTOPE_CONSUL_URL: keys.url,
      BIOTOPE_CONSUL_PREFIX: keys.prefix,
      BIOTOPE_VAULT_URL: root.url,
      BIOTOPE_VAULT_TOKEN: await corner.newToken(),
      BIOTOPE_VAULT_MOUNT: corner.mount,
    });
    const one = await startServer(dataIn(place, 'one'));
    const two = await startServer(dataIn(place, 'two'));
    const atWork = dataIn(place, 'worker');
    const worker = await startWorker(atWork, { servers: [one, two] });
    return { place, one, two, atWork, worker };
  }

  it('builds with Terraform, secrets, keys and programs', async () => {
    const { one, two, atWork } = await apart();
    expect(await ended(two, await begin(one, 'hello'))).toMatchObject({ status: 'succeeded' });
    expect(await ask(two.url, '/api/v1/environments/demo')).toMatchObject({ status: 'ok' });
    // Nothing of a store, of secrets or of keys is kept where it works.
    for (const file of ['store.db', 'secrets.db', 'secret.key', 'keyvalue.db']) {
      expect(existsSync(join(atWork.dataFolder, file))).toBe(false);
    }
  });

  it('has its report recorded by the server that is left', async () => {
    const { place, one, two, worker } = await apart();
    const template = blindTemplate(place);
    place.write('switches/hold', '');
    await place.run('template', 'publish', template, '--server', one.url);
    const run = await begin(one, 'blind');
    const journal = join(place.folder, 'switches/journal');
    await eventually(() => existsSync(journal));
    one.process.child.kill('SIGKILL');
    await one.process.end;
    rmSync(join(place.folder, 'switches/hold'));
    await worker.says('a step is reported');
    expect(await ended(two, run)).toMatchObject({ status: 'succeeded' });
    expect(readFileSync(journal, 'utf8').match(/begins/g)).toHaveLength(1);
    expect(await ask(two.url, `${run}/steps/blind`)).toMatchObject({ claims: 1 });
  });
});
