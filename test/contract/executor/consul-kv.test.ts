import { onTestFinished } from 'vitest';
import { createConsulKvExecutor } from '../../../src/executors/consul-kv/consul-kv.ts';
import { consulKvDefinition } from '../../../src/executors/consul-kv/definition.ts';
import { createConsulKeyValue } from '../../../src/keyvalue/consul/consul-keyvalue.ts';
import { createEmbeddedKeyValue } from '../../../src/keyvalue/embedded/embedded-keyvalue.ts';
import type { KeyValue } from '../../../src/keyvalue/keyvalue.ts';
import { SecretValue } from '../../../src/platform/secret-value.ts';
import { consulClient, ownPrefix, removeKeys } from '../../support/consul.ts';
import { createSealing } from '../../support/sealing.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { describeExecutorContract } from './executor-contract.ts';
import type { ExecutorSubject } from './life.ts';

const SECRET = 'canary-kv-7Yp3';
const EXISTING = { url: 'http://old', flags: '{"beta":true}', theirs: 'x' };

describeExecutorContract('consul-kv, embedded', () =>
  createSubject(createEmbeddedKeyValue({ path: ':memory:', sealing: createSealing() })),
);

describeOver(['CONSUL_URL'], 'the same over Consul', ({ CONSUL_URL: url }) => {
  describeExecutorContract('consul-kv, in Consul', () => {
    const prefix = ownPrefix();
    onTestFinished(() => removeKeys({ url, prefix }));
    return createSubject(createConsulKeyValue({ client: consulClient({ url }), prefix }));
  });
});

async function createSubject(keyValue: KeyValue): Promise<ExecutorSubject> {
  onTestFinished(() => keyValue.close());
  await keyValue.apply([
    { kind: 'set', key: 'shop/web/other', value: 'of somebody else', revision: 0 },
  ]);
  let theirs: Awaited<ReturnType<typeof world>> = [];
  const world = async () =>
    (await keyValue.list('')).map(({ key, value, revision }) => ({ key, value, revision }));
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
    world,
    damage: async () => {
      const key = 'shop/web/url';
      const revision = (await keyValue.get(key))?.revision ?? 0;
      await keyValue.apply([{ kind: 'set', key, value: 'changed by hand', revision }]);
    },
    adoption: {
      how: {},
      spec: {
        prefix: 'shop/old',
        entries: { url: 'http://db', flags: { beta: true }, size: 3 },
        secretEntries: { password: new SecretValue(SECRET) },
      },
      prepare: async () => {
        for (const [key, value] of Object.entries(EXISTING)) {
          const change = { kind: 'set', key: `shop/old/${key}`, value, revision: 0 } as const;
          await keyValue.apply([change]);
        }
        theirs = (await world()).filter(({ key }) => /\/(?:theirs|other)$/.test(key));
      },
      rest: async () => theirs,
    },
  };
}
