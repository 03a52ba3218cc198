import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { describeOver } from '../support/services/describe-over.ts';
import { startOpenBao } from '../support/services/openbao.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { vaultCorner } from '../support/vault/corner.ts';
import { vaultRoot } from '../support/vault/root.ts';
import { createPlace, eventually, type Place } from './support/place.ts';

let place: Place;
afterEach(() => place.leave());

/** Writes down what Terraform and its commands have in their environment. */
const SPY = `
variable "spy" { type = string }
resource "terraform_data" "spy" {
  provisioner "local-exec" { command = "env > \${var.spy}" }
}`;

const MODULE = `
terraform {
  required_providers {
    vault = { source = "hashicorp/vault" }
  }
}
provider "vault" {}
variable "mount" { type = string }
resource "vault_kv_secret_v2" "made" {
  mount     = var.mount
  name      = "made/by-terraform"
  data_json = jsonencode({ user = "shop" })
}
${SPY}`;

function writeTemplate(named: string, module: string, lines: string[]): string {
  const folder = join(place.folder, named);
  mkdirSync(join(folder, 'm'), { recursive: true });
  writeFileSync(join(folder, 'm', 'main.tf'), module);
  writeFileSync(
    join(folder, 'template.yaml'),
    `apiVersion: biotope/v1
kind: Template
metadata: { name: ${named}, version: 1.0.0, description: For a test }
parameters: { type: object, properties: { mount: { type: string }, spy: { type: string } } }
resources:
${lines.map((line) => `  ${line}`).join('\n')}
`,
  );
  return folder;
}

function variablesIn(file: string): Map<string, string> {
  const lines = readFileSync(file, 'utf8').split('\n');
  return new Map(lines.map((line) => [line.split('=')[0] ?? '', line.replace(/^[^=]*=/, '')]));
}

/** Every file below, as bytes that may be text. */
function textsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'));
}

describeOver(
  ['VAULT_URL', 'VAULT_ROOT_TOKEN', 'TERRAFORM_PROVIDERS'],
  'Terraform with the provider for Vault',
  ({ VAULT_URL: url, VAULT_ROOT_TOKEN: rootToken, TERRAFORM_PROVIDERS: cliConfigFile }) => {
    const root = vaultRoot({ url, token: rootToken });

    async function prepare() {
      const corner = await vaultCorner(root);
      const policy = `made-${randomUUID()}`;
      const capabilities = 'capabilities = ["create", "read", "update", "delete"]';
      await root.ask('PUT', `sys/policies/acl/${policy}`, {
        policy: `
          path "${corner.mount}/data/made/*" { ${capabilities} }
          path "${corner.mount}/metadata/made/*" { ${capabilities} }`,
      });
      const parent = `parent-${randomUUID()}`;
      await root.ask('PUT', `sys/policies/acl/${parent}`, {
        policy: 'path "auth/token/create" { capabilities = ["create", "update"] }',
      });
      onTestFinished(async () => {
        await root.ask('DELETE', `sys/policies/acl/${policy}`);
        await root.ask('DELETE', `sys/policies/acl/${parent}`);
        await corner.remove();
      });
      const token = await corner.newToken({ policies: [corner.policy, policy, parent] });
      return { mount: corner.mount, policy, token };
    }

    it('gives it a token of its own, which nobody else sees and which ends with the step', async () => {
      const { mount, policy, token } = await prepare();
      const spies = temporaryFolder();
      place = createPlace({
        BIOTOPE_VAULT_URL: url,
        BIOTOPE_VAULT_TOKEN: token,
        BIOTOPE_VAULT_MOUNT: mount,
        BIOTOPE_VAULT_CHILD_TOKENS_POLICIES: policy,
        BIOTOPE_TERRAFORM_CLI_CONFIG_FILE: cliConfigFile,
        BIOTOPE_LOG_LEVEL: 'debug',
      });
      const template = writeTemplate('spied', MODULE, [
        '- id: with-token',
        '  executor: terraform',
        '  with:',
        '    module: ./m',
        '    credentials: [VAULT_TOKEN]',
        '    variables: { mount: "${parameters.mount}", spy: "${parameters.spy}/with" }',
        '- id: without',
        '  executor: terraform',
        '  with:',
        '    module: ./n',
        '    variables: { spy: "${parameters.spy}/without" }',
      ]);
      mkdirSync(join(template, 'n'));
      writeFileSync(join(template, 'n', 'main.tf'), SPY);
      expect(await place.run('template', 'publish', template)).toMatchObject({ code: 0 });
      const given = ['-p', `mount=${mount}`, '-p', `spy=${spies}`];
      const made = await place.run(
        'environment',
        'create',
        'shop',
        '--template',
        'spied',
        ...given,
      );
      expect(made).toMatchObject({ code: 0 });

      const seen = variablesIn(join(spies, 'with'));
      const child = seen.get('VAULT_TOKEN') ?? '';
      expect(child).not.toBe('');
      expect(child).not.toBe(token);
      expect(seen.get('VAULT_ADDR')).toBe(url);
      const others = [...variablesIn(join(spies, 'without')).keys()];
      expect(others.filter((name) => name.includes('VAULT'))).toEqual([]);
      // Terraform did its work with it, and now it is none any more.
      const { data } = await root.ask('GET', `${mount}/data/made/by-terraform`);
      expect(data.data).toEqual({ user: 'shop' });
      expect(await root.askAs(child, 'GET', 'auth/token/lookup-self')).toBe(403);

      const log = await place.run('run', 'logs', 'shop');
      const told = [made, log].map(({ stdout, stderr }) => `${stdout}${stderr}`);
      for (const text of [...told, ...textsBelow(place.dataFolder)]) {
        expect(text.includes(child)).toBe(false);
        expect(text.includes(token)).toBe(false);
      }

      // A plan, and the removal, need a token each.
      expect(await place.run('environment', 'plan', 'shop')).toMatchObject({ code: 0 });
      expect(await place.run('environment', 'destroy', 'shop', '--yes')).toMatchObject({ code: 0 });
      expect(await root.askAs(rootToken, 'GET', `${mount}/data/made/by-terraform`)).toBe(404);
    });
  },
);

describe('a Vault that is sealed in the middle of a run', () => {
  it('makes the steps wait that need it, until it is unsealed', async () => {
    const server = await startOpenBao({ folder: temporaryFolder() });
    onTestFinished(() => server.stop());
    place = createPlace({
      BIOTOPE_VAULT_URL: server.url,
      BIOTOPE_VAULT_TOKEN: server.rootToken,
      BIOTOPE_BREAKER_PROBE_EVERY_MS: '200',
      BIOTOPE_COMMAND_PASS_ENVIRONMENT: 'GATE',
      GATE: join(temporaryFolder(), 'open'),
    });
    const gate = place.env.GATE ?? '';
    const template = writeTemplate('sealed', '', [
      '- id: gate',
      '  executor: command',
      '  with: { create: [sh, -c, "until [ -e $GATE ]; do sleep 0.05; done"], destroy: ["true"] }',
      '- id: password',
      '  executor: vault-secret',
      '  dependsOn: [gate]',
      '  with: { path: "shop/db", generate: { password: { length: 20 } } }',
    ]);
    expect(await place.run('template', 'publish', template)).toMatchObject({ code: 0 });
    const building = place.start('environment', 'create', 'shop', '--template', 'sealed');
    await building.says('gate');
    await server.seal();
    writeFileSync(gate, '');
    await eventually(async () => {
      const { document } = await place.json('run', 'show', 'shop');
      return JSON.stringify(document).includes('"parked"');
    });
    await server.unseal();
    expect(await building.end).toMatchObject({ code: 0 });
    const { document } = await place.json('run', 'show', 'shop');
    const step = document.steps.find(({ address }: { address: string }) =>
      address.startsWith('password'),
    );
    expect(step).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(existsSync(gate)).toBe(true);
  });
});
