import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Bus } from '../../../src/bus/bus.ts';
import { openAmqp } from '../../../src/compose/amqp.ts';
import { openConsul } from '../../../src/compose/consul.ts';
import { openVault } from '../../../src/compose/vault.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { createConsulRegistry } from '../../../src/registry/consul/consul-registry.ts';
import { removeTopology } from '../../support/amqp.ts';
import { startConsul } from '../../support/services/consul.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { vaultRoot } from '../../support/vault/root.ts';

const SLOWLY = { timeout: 50_000, interval: 200 };

describeOver(
  ['VAULT_URL', 'VAULT_ROOT_TOKEN', 'RABBITMQ_URL', 'RABBITMQ_MANAGEMENT_URL'],
  'credentials that Vault makes',
  (addresses) => {
    const { VAULT_URL: url, VAULT_ROOT_TOKEN: token, RABBITMQ_URL: brokerUrl } = addresses;
    const root = vaultRoot({ url, token });

    /** As a server has it, with a token that may read them and nothing else. */
    async function connected(path: string, settings: Record<string, string>) {
      const policy = `leased-${randomUUID()}`;
      const rule = `path "${path}" { capabilities = ["read"] }`;
      await root.ask('PUT', `sys/policies/acl/${policy}`, { policy: rule });
      onTestFinished(() => root.ask('DELETE', `sys/policies/acl/${policy}`));
      const asked = { policies: [policy], period: '1h' };
      const { auth } = await root.ask('POST', 'auth/token/create-orphan', asked);
      const environment = {
        BIOTOPE_VAULT_URL: url,
        BIOTOPE_VAULT_TOKEN: auth.client_token,
        ...settings,
      };
      const config = loadConfig({ flags: {}, environment, folder: temporaryFolder() });
      const terms = { config, log: silentLogger };
      const vault = await openVault(terms);
      onTestFinished(() => vault?.close());
      return { ...terms, vault };
    }

    async function mounted(type: string, body = {}): Promise<string> {
      const mount = `t${randomUUID()}`;
      await root.ask('POST', `sys/mounts/${mount}`, { type, ...body });
      onTestFinished(() => root.ask('DELETE', `sys/mounts/${mount}`));
      return mount;
    }

    async function brokerUsers(): Promise<string[]> {
      const { username, password } = new URL(brokerUrl);
      const login = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
      const response = await fetch(`${addresses.RABBITMQ_MANAGEMENT_URL}/api/users`, {
        headers: { authorization: login },
      });
      const users = (await response.json()) as { name: string }[];
      return users.map(({ name }) => name).filter((name) => name.startsWith('token-'));
    }

    it('lead to RabbitMQ, and nothing is lost while one user follows another', async () => {
      const mount = await mounted('rabbitmq');
      const { username, password } = new URL(brokerUrl);
      await root.ask('POST', `${mount}/config/connection`, {
        connection_uri: addresses.RABBITMQ_MANAGEMENT_URL,
        username,
        password,
      });
      await root.ask('POST', `${mount}/config/lease`, { ttl: '5s', max_ttl: '9s' });
      const all = { configure: '.*', write: '.*', read: '.*' };
      await root.ask('POST', `${mount}/roles/biotope`, { vhosts: JSON.stringify({ '/': all }) });
      const others = new Set(await brokerUsers());
      const prefix = `test-${randomUUID()}`;
      const path = `${mount}/creds/biotope`;
      const terms = await connected(path, {
        BIOTOPE_AMQP_URL: brokerUrl,
        BIOTOPE_AMQP_PREFIX: prefix,
        BIOTOPE_AMQP_VAULT_PATH: path,
      });
      const bus = await openAmqp({ ...terms, isService: true });
      if (bus === undefined) throw new Error('there is no bus');
      onTestFinished(async () => {
        await bus.close();
        await removeTopology(brokerUrl, prefix);
      });
      const taken = new Set<string>();
      await bus.takeCommands(async ({ messageId }) => {
        taken.add(`${messageId}`);
        return 'done';
      });
      const users = new Set<string>();
      const sent: string[] = [];
      await vi.waitFor(async () => {
        await sendOne(bus, sent);
        for (const name of await brokerUsers()) if (!others.has(name)) users.add(name);
        expect(users.size).toBeGreaterThanOrEqual(4);
      }, SLOWLY);
      await vi.waitFor(() => expect(sent.filter((id) => !taken.has(id))).toEqual([]), SLOWLY);
      expect(sent.length).toBeGreaterThan(20);
      // The first of them is long gone.
      const left = await brokerUsers();
      expect([...users].filter((name) => left.includes(name)).length).toBeLessThan(users.size);
    });

    it('lead to Consul, and others are asked for where they were revoked', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'biotope-consul-'));
      const managementToken = randomUUID();
      const consul = await startConsul({ folder, managementToken });
      onTestFinished(async () => {
        await consul.stop();
        rmSync(folder, { recursive: true, force: true });
      });
      const asRoot = { method: 'PUT', headers: { 'x-consul-token': managementToken } };
      const Rules =
        'key_prefix "shop/" { policy = "write" } service "biotope" { policy = "write" }';
      const body = JSON.stringify({ Name: 'shop', Rules });
      await fetch(`${consul.url}/v1/acl/policy`, { ...asRoot, body });
      const mount = await mounted('consul');
      const access = { address: consul.url.replace('http://', ''), token: managementToken };
      await root.ask('POST', `${mount}/config/access`, access);
      const role = { consul_policies: ['shop'], ttl: '1h' };
      await root.ask('POST', `${mount}/roles/biotope`, role);
      const path = `${mount}/creds/biotope`;
      const terms = await connected(path, {
        BIOTOPE_CONSUL_URL: consul.url,
        BIOTOPE_CONSUL_VAULT_PATH: path,
      });
      const client = await openConsul(terms);
      onTestFinished(() => client?.close());
      const put = (value: string) =>
        client?.ask({ right: 'key "shop/a"' }, (asked, more) =>
          asked.kv.set({ key: 'shop/a', value, ...more }),
        );
      expect(await put('1')).toBe(true);
      if (client === undefined) throw new Error('there is no Consul');
      const settings = { ttlMs: 1_500, forgetAfterMs: 60_000 };
      const registry = createConsulRegistry({
        client,
        clock: systemClock,
        log: silentLogger,
        settings,
      });
      const instance = { id: 'biotope-1', name: 'biotope', host: '127.0.0.1', port: 1, tags: [] };
      const registration = registry.keep({ ...instance, meta: {}, checkUrl: null });
      await vi.waitFor(() => expect(registration.isRegistered()).toBe(true), SLOWLY);
      await root.ask('PUT', `sys/leases/revoke-prefix/${mount}`);
      expect(await put('2')).toBe(true);
      // What the old token registered is registered with the new one.
      expect(registration.isRegistered()).toBe(false);
      await vi.waitFor(() => expect(registration.isRegistered()).toBe(true), SLOWLY);
      await registration.leave();
    });
  },
);

/** As the outbox does: again until the bus has answered for it. */
async function sendOne(bus: Bus, sent: string[]): Promise<void> {
  const messageId = `command-${sent.length}`;
  for (;;) {
    try {
      await bus.sendCommand({ body: Buffer.from('{}'), messageId });
      sent.push(messageId);
      return;
    } catch (error) {
      expect(error).toMatchObject({ code: 'BUS_UNAVAILABLE' });
      await pause(50);
    }
  }
}
