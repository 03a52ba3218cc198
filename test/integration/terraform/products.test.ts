import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataPaths } from '../../../src/compose/data-folder.ts';
import { ExecutorError, type Left } from '../../../src/executors/executor.ts';
import { checkTerraform } from '../../../src/executors/terraform/program/check-terraform.ts';
import type { TerraformSettings } from '../../../src/executors/terraform/settings.ts';
import { createTerraformExecutor } from '../../../src/executors/terraform/terraform.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { hostWithoutConfiguration } from '../../fixtures/terraform/bundle.ts';
import { mirrorConfiguration, offerThing } from '../../fixtures/terraform/mirror.ts';
import { isThere } from '../../fixtures/terraform/programs.ts';
import { CHAIN, openRig, priorOf, type Rig } from '../../fixtures/terraform/rig.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const HOSTS = { terraform: 'registry.terraform.io', tofu: 'registry.opentofu.org' } as const;
type Binary = keyof typeof HOSTS;

const PLAIN = `
resource "terraform_data" "made" {
  input = "made"
}

output "made" {
  value = terraform_data.made.output
}
`;
const PROVIDED = `
terraform {
  required_providers {
    thing = {
      source = "acme/thing"
    }
  }
}
${PLAIN}`;

let rig: Rig;
let mirror: string;

beforeEach(async () => {
  mirror = temporaryFolder();
  rig = await openRig({ ...CHAIN, 'plain/main.tf': PLAIN, 'provided/main.tf': PROVIDED });
});

afterEach(async () => {
  await rig.close();
});

async function executorOf(binary: Binary) {
  const cliConfigFile = await mirrorConfiguration(mirror);
  const settings: Partial<TerraformSettings> = {
    binary,
    host: hostWithoutConfiguration(),
    cliConfigFile,
  };
  return createTerraformExecutor({
    clock: systemClock,
    folders: dataPaths(rig.path('data')),
    settings,
  });
}

/** Our provider is none, so it fails when it is started: what it left tells what was chosen. */
async function choose(binary: Binary, left: Left | null): Promise<Left> {
  const executor = await executorOf(binary);
  const context = rig.context({ spec: { module: './provided' }, prior: priorOf(left) });
  const error = await executor.apply(context).catch((reason: unknown) => reason);
  if (!(error instanceof ExecutorError)) throw new Error('a provider that is none was started');
  if (error.left?.record) return error.left;
  throw error;
}

const needsTofu = (skip: (condition: boolean, note: string) => void) =>
  skip(!isThere('tofu'), 'tofu is not on the PATH');

describe('the two products', () => {
  const host = hostWithoutConfiguration();

  it('are told apart by what they answer', async ({ skip }) => {
    needsTofu(skip);
    const ask = (binary: string) => checkTerraform({ binary, host, toolsFolder: null });
    expect(await ask('tofu')).toMatchObject({ product: 'opentofu' });
    expect(await ask('terraform')).toMatchObject({ product: 'terraform' });
  });
});

describe('OpenTofu that is killed', () => {
  beforeEach(({ skip }) => needsTofu(skip));

  it('tells nobody that it made what its state does not know yet', async () => {
    const scripts = ['true', 'kill -9 $PPID', 'true'];
    const spec = { module: './modules/chain', variables: { scripts } };
    const executor = await executorOf('tofu');
    const error = await executor.apply(rig.context({ spec })).catch((reason: unknown) => reason);
    if (!(error instanceof ExecutorError)) throw new Error('it was not killed');
    expect(error.kind).toBe('undeterminable');
    expect(error.failure.message).toContain('OpenTofu was ended by SIGKILL');
    expect(error.failure.message).toContain('terraform_data.first, terraform_data.second');
  });
});

describe('a state that OpenTofu wrote', () => {
  it('makes Terraform ask for nothing of OpenTofu’s registry', async () => {
    await offerThing(mirror, { host: HOSTS.terraform, version: '1.2.3' });
    const state = {
      version: 4,
      terraform_version: '1.11.6',
      serial: 3,
      lineage: 'of-tofu',
      resources: [
        {
          mode: 'managed',
          type: 'thing_made',
          name: 'made',
          provider: `provider["${HOSTS.tofu}/acme/thing"]`,
          instances: [{ schema_version: 0, attributes: { id: '1' } }],
        },
      ],
    };
    const bytes = new TextEncoder().encode(JSON.stringify(state));
    const left = await choose('terraform', { record: null, parts: [], state: bytes });
    expect(left.record).toMatchObject({ providers: [`${HOSTS.terraform}/acme/thing 1.2.3`] });
  });
});

describe.each([
  ['terraform', 'tofu'],
  ['tofu', 'terraform'],
] as const)('what %s made', (first, second) => {
  beforeEach(({ skip }) => needsTofu(skip));

  it(`is found complete, changed and destroyed by ${second}`, async () => {
    const spec = { module: './plain' };
    const applied = await (await executorOf(first)).apply(rig.context({ spec }));
    const executor = await executorOf(second);
    const context = rig.context({ spec, prior: priorOf(applied) });
    expect(await executor.inspect(context)).toMatchObject({ finding: 'present', differences: [] });
    const again = await executor.apply(context);
    expect(again.outputs).toEqual(applied.outputs);
    await executor.destroy(rig.context({ spec, prior: priorOf(again) }));
    expect(await readdir(rig.path('work'))).toEqual([]);
  });

  it(`keeps its provider versions under ${second}, each from its own registry`, async () => {
    await offerThing(mirror, { host: HOSTS[first], version: '1.2.3' });
    const made = await choose(first, null);
    expect(made.record).toMatchObject({ providers: [`${HOSTS[first]}/acme/thing 1.2.3`] });
    for (const version of ['1.2.3', '2.0.0']) {
      await offerThing(mirror, { host: HOSTS.terraform, version });
      await offerThing(mirror, { host: HOSTS.tofu, version });
    }
    const gone = await choose(second, made);
    expect(gone.record).toMatchObject({ providers: [`${HOSTS[second]}/acme/thing 1.2.3`] });
    const back = await choose(first, gone);
    expect(back.record).toMatchObject({ providers: [`${HOSTS[first]}/acme/thing 1.2.3`] });
  });

  it(`says which version ${second} cannot get`, async () => {
    await offerThing(mirror, { host: HOSTS[first], version: '1.2.3' });
    const made = await choose(first, null);
    await offerThing(mirror, { host: HOSTS[second], version: '2.0.0' });
    const error = await choose(second, made).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ failure: { code: 'PROVIDER_UNAVAILABLE' } });
    expect(JSON.stringify(error)).toContain('acme/thing');
    expect(JSON.stringify(error)).toContain('1.2.3');
  });
});
