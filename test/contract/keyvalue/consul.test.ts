import { createConsulKeyValue } from '../../../src/keyvalue/consul/consul-keyvalue.ts';
import { consulClient, ownPrefix, removeKeys } from '../../support/consul.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { describeKeyValueContract } from './keyvalue-contract.ts';

describeOver(['CONSUL_URL', 'CONSUL2_URL'], 'keys', ({ CONSUL_URL: url }) => {
  for (const datacenter of [undefined, 'dc2']) {
    describeKeyValueContract(`Consul, ${datacenter ?? 'its own datacenter'}`, async () => {
      const prefix = ownPrefix();
      const open = () =>
        createConsulKeyValue({ client: consulClient({ url, datacenter }), prefix });
      return { open: async () => open(), remove: () => removeKeys({ url, datacenter, prefix }) };
    });
  }
});
