import { expect, it, onTestFinished } from 'vitest';
import { ownPrefix, removeKeys } from '../../support/consul.ts';
import { serve } from '../../support/served.ts';
import { describeOver } from '../../support/services/describe-over.ts';

describeOver(
  ['CONSUL_URL'],
  'a server that is told to keep states in Consul',
  ({ CONSUL_URL: url }) => {
    it('makes, changes and removes an environment, and no other key is left', async () => {
      const path = ownPrefix();
      onTestFinished(() => removeKeys({ url, prefix: path }));
      const { send, ended } = await serve({
        environment: {
          BIOTOPE_TERRAFORM_BACKEND_TYPE: 'consul',
          BIOTOPE_TERRAFORM_BACKEND_URL: url,
          BIOTOPE_TERRAFORM_BACKEND_PATH: path,
        },
      });
      const perform = async (type: string, data: object) => {
        const { body } = await send('/api/v1/commands', { type, data });
        expect(await ended(body.run.id)).toMatchObject({ status: 'succeeded' });
      };
      const state = async () =>
        JSON.parse(await (await fetch(`${url}/v1/kv/${path}/shop/site.0?raw`)).text());

      await perform('environment.create', { name: 'shop', template: 'hello' });
      const before = await state();
      expect(before.resources).not.toEqual([]);
      await perform('environment.update', { name: 'shop', parameters: { greeting: 'Hi' } });
      expect((await state()).serial).toBeGreaterThan(before.serial);
      await perform('environment.destroy', { name: 'shop' });
      expect((await state()).resources).toEqual([]);
      const keys = await fetch(`${url}/v1/kv/${path}/?keys`);
      const names: string[] = await keys.json();
      expect(names.filter((name) => !name.includes('.lock'))).toEqual([`${path}/shop/site.0`]);
    }, 120_000);
  },
);
