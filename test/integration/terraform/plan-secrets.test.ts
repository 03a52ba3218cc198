import { mkdir, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SecretValue } from '../../../src/platform/secret-value.ts';
import { openRig, priorOf, type Rig } from '../../fixtures/terraform/rig.ts';

const MODULE = `
variable "v" {
  type      = string
  sensitive = true
}

resource "terraform_data" "object" {
  input = { v = var.v, n = 1 }
}

resource "terraform_data" "list" {
  input = [var.v, "plain"]
}

resource "terraform_data" "clear" {
  input = { v = nonsensitive(var.v), deep = jsonencode({ list = [nonsensitive(var.v)] }) }
}

output "v" {
  value     = var.v
  sensitive = true
}
`;

/** With what JSON writes otherwise, twice. */
const OLD = 'canary-old-"1"<&>-secret';
const NEW = 'canary-new-"2"<&>-secret';

let rig: Rig;

beforeEach(async () => {
  rig = await openRig({ 'm/main.tf': MODULE });
});

afterEach(() => rig.close());

const spec = (v: string) => ({ module: './m', variables: { v: new SecretValue(v) } });

it('a plan tells neither the secret in force nor the new one, wherever a module puts them', async () => {
  const applied = await rig.executor.apply(rig.context({ spec: spec(OLD) }));
  const context = { prior: priorOf(applied), priorSecrets: [OLD] };
  const { changes } = await rig.executor.plan(rig.context({ spec: spec(NEW), ...context }));
  expect(changes.map(({ subject }) => subject)).toEqual([
    'terraform_data.clear',
    'terraform_data.list',
    'terraform_data.object',
  ]);
  expect(changes.flatMap(({ lines }) => lines)).toContain(
    'output: {"n":1,"v":"[redacted]"} -> known after deploy',
  );
  const { differences } = await rig.executor.inspect(rig.context({ spec: spec(NEW), ...context }));
  expect(differences).not.toEqual([]);
  expect(JSON.stringify([changes, differences, rig.said])).not.toMatch(/canary|secret/);
});

it('a plan tells no secret of the state, even where the secret itself is gone', async () => {
  const applied = await rig.executor.apply(rig.context({ spec: spec(OLD) }));
  const prior = priorOf(applied);
  const { changes } = await rig.executor.plan(rig.context({ spec: spec(NEW), prior }));
  expect(JSON.stringify(changes)).not.toMatch(/canary|secret/);
});

it('a plan tells nothing of a variable that only the module calls sensitive', async () => {
  await rm(rig.path('bundle/m'), { recursive: true });
  await mkdir(rig.path('bundle/m'));
  const clear = 'resource "terraform_data" "x" {\n  input = [nonsensitive(var.v)]\n}';
  const variable = 'variable "v" {\n  type      = string\n  sensitive = true\n}';
  await writeFile(rig.path('bundle/m/main.tf'), `${variable}\n${clear}\n`);
  const plain = (v: string) => ({ module: './m', variables: { v } });
  const applied = await rig.executor.apply(rig.context({ spec: plain(OLD) }));
  const prior = { ...priorOf(applied), spec: plain(OLD) };
  const { changes } = await rig.executor.plan(rig.context({ spec: plain(NEW), prior }));
  expect(changes).toHaveLength(1);
  expect(JSON.stringify(changes)).not.toMatch(/canary|secret/);
});
