import { createConsulKvExecutor } from '../../../src/executors/consul-kv/consul-kv.ts';
import { consulKvDefinition } from '../../../src/executors/consul-kv/definition.ts';
import { createEmbeddedKeyValue } from '../../../src/keyvalue/embedded/embedded-keyvalue.ts';
import { SecretValue } from '../../../src/platform/secret-value.ts';
import { createSealing } from '../../support/sealing.ts';
import { describeExecutorContract } from './executor-contract.ts';

const SECRET = 'canary-kv-7Yp3';

describeExecutorContract('consul-kv', async () => {
  const keyValue = createEmbeddedKeyValue({ path: ':memory:', sealing: createSealing() });
  await keyValue.apply([
    { kind: 'set', key: 'shop/web/other', value: 'of somebody else', revision: 0 },
  ]);
  return {
    definition: consulKvDefinition,
    executor: createConsulKvExecutor({ keyValue }),
    secret: SECRET,
    bundle: { paths: [], read: () => undefined },
    bundleFolder: '',
    first: {
      prefix: 'shop/web',
      entries: { url: 'http://db', 'limits/size': 3, flags: { beta: true } },
      secretEntries: { password: new SecretValue(SECRET) },
    },
    changed: {
      prefix: 'shop/web2',
      entries: { url: 'http://db2', flags: { beta: true } },
      secretEntries: { password: new SecretValue(`${SECRET}-2`) },
    },
    world: async () => {
      const entries = await keyValue.list('');
      return entries.map(({ key, value, revision }) => ({ key, value, revision }));
    },
    damage: async () => {
      const key = 'shop/web/url';
      const revision = (await keyValue.get(key))?.revision ?? 0;
      await keyValue.apply([{ kind: 'set', key, value: 'changed by hand', revision }]);
    },
    close: () => keyValue.close(),
  };
});
