import type { Config } from '../../config/schema.ts';
import { createConsulKeyValue } from '../../keyvalue/consul/consul-keyvalue.ts';
import { isBiotopeError } from '../../model/errors.ts';
import type { ConsulClient } from '../../platform/consul/client.ts';
import { silentLogger } from '../../platform/logger.ts';
import { openConsul } from '../consul.ts';
import { type Check, failed, ok, skipped, warning } from './check.ts';

/** It answers, has a leader, and its token may keep keys. */
export const consulCheck: Check = {
  name: 'Consul',
  run: async ({ config }) => {
    const client = await openConsul({ config, log: silentLogger });
    if (client === undefined) return skipped('keys are kept in the data folder');
    try {
      await client.askLeader();
      return await judge(client, config);
    } finally {
      client.close();
    }
  },
};

async function judge(client: ConsulClient, { consul }: Config) {
  const { prefix, url } = consul;
  const place = new URL(url ?? '').origin;
  const lacks = await missingRight(client, prefix);
  if (lacks === null) return ok(`${place} has a leader, and the token may keep keys`);
  const found = `${place} has a leader. ${lacks}`;
  if (prefix !== '') return failed(found, RIGHTS);
  const remedy =
    'Name in consul.prefix what it may write, or give it the rights in docs/consul.md.';
  return warning(`${found} It may be enough for single prefixes.`, remedy);
}

const RIGHTS = 'Give it the rights that docs/consul.md lists.';

/** Asks for a change that can never be made: the right to make it is looked at first. */
async function missingRight(client: ConsulClient, prefix: string): Promise<string | null> {
  const keyValue = createConsulKeyValue({ client, prefix });
  try {
    await keyValue.list('_biotope-doctor');
    await keyValue.apply([{ kind: 'set', key: '_biotope-doctor', value: '', revision: 1 }]);
  } catch (error) {
    if (isBiotopeError(error, 'KEY_CONFLICT')) return null;
    if (isBiotopeError(error, 'SYSTEM_FORBIDDEN')) return error.what;
    throw error;
  }
  return null;
}
