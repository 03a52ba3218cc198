import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createOrderTokens } from '../../../../src/engine/desk/order-tokens.ts';
import type { Order } from '../../../../src/model/order.ts';
import { createEmbeddedSecrets } from '../../../../src/secrets/embedded/embedded-secrets.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const ORDER: Order = {
  runId: 'run-1',
  environment: 'shop',
  address: 'web[0]',
  pool: 'default',
  operation: 'apply',
  attempt: 1,
  runEpoch: 2,
  clusterEpoch: 3,
};

function open() {
  const folder = temporaryFolder();
  const secrets = createEmbeddedSecrets({ path: ':memory:', keyFile: join(folder, 'key') });
  onTestFinished(() => secrets.close());
  return { secrets, tokens: createOrderTokens({ secrets }) };
}

test('the token of an order tells the order, and all who share the secrets know it', async () => {
  const { secrets, tokens } = open();
  const token = await tokens.sign(ORDER);
  expect(await tokens.read(token)).toEqual({ ...ORDER, token });
  const replica = createOrderTokens({ secrets });
  expect(await replica.read(token)).toEqual({ ...ORDER, token });
  expect(await replica.sign(ORDER)).toBe(token);
});

test('one of others, or one that was changed, tells nothing', async () => {
  const [ours, theirs] = [open(), open()];
  const token = await ours.tokens.sign(ORDER);
  expect(await ours.tokens.read(await theirs.tokens.sign(ORDER))).toBeUndefined();
  const other = await ours.tokens.sign({ ...ORDER, address: 'web[1]' });
  const [, , seal] = token.split('.');
  const mixed = [...other.split('.').slice(0, 2), seal].join('.');
  const shortened = token.slice(0, -1);
  for (const text of [mixed, shortened, '', 'order..', `${token}0`, ` ${token}`]) {
    expect(await ours.tokens.read(text)).toBeUndefined();
  }
});

test.each(['runId', 'environment', 'address', 'pool', 'operation'] as const)(
  'orders that differ in %s have different tokens',
  async (name) => {
    const { tokens } = open();
    const other = { ...ORDER, [name]: name === 'operation' ? 'destroy' : 'other' };
    expect(await tokens.sign(other)).not.toBe(await tokens.sign(ORDER));
  },
);

test.each(['attempt', 'runEpoch', 'clusterEpoch'] as const)(
  'orders that differ in %s have different tokens',
  async (name) => {
    const { tokens } = open();
    expect(await tokens.sign({ ...ORDER, [name]: 9 })).not.toBe(await tokens.sign(ORDER));
  },
);
