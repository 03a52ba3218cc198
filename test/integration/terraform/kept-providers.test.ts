import { appendFile, mkdir, readdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExecutorError, type Left, type Prior } from '../../../src/executors/executor.ts';
import {
  mirrorConfiguration,
  offerThing,
  platformHere,
  realMirror,
  THING,
} from '../../fixtures/terraform/mirror.ts';
import { openRig, priorOf, type Rig } from '../../fixtures/terraform/rig.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const RANDOM = `
terraform {
  required_providers {
    random = {
      source = "hashicorp/random"
    }
  }
}

resource "random_pet" "made" {}

output "name" {
  value = random_pet.made.id
}
`;

let mirror: string;
let rig: Rig;

beforeEach(async () => {
  mirror = temporaryFolder();
  await offerThing(mirror);
  const files = {
    'one/main.tf': THING,
    'nested/main.tf': `${THING}\nmodule "inner" {\n  source = "./inner"\n}\n`,
    'nested/inner/main.tf': '# empty\n',
  };
  rig = await openRig(files, { cliConfigFile: await mirrorConfiguration(mirror) });
});

afterEach(async () => {
  await rig.close();
});

const kept = () =>
  rig.path('data/providers/registry.terraform.io/acme/thing/1.2.3', platformHere());

/** Our provider is none, so Terraform fails when it starts it: after all that is tested here. */
async function fail(module: string, prior: Prior | null = null): Promise<ExecutorError> {
  const context = rig.context({ spec: { module }, prior });
  const error = await rig.executor.apply(context).catch((reason: unknown) => reason);
  if (error instanceof ExecutorError) return error;
  throw new Error('a provider that is none was started');
}

function forgetPrepared(): Promise<void> {
  return rm(rig.path('data/terraform/prepared'), { recursive: true });
}

/** Where the one prepared folder has a provider from. */
async function installed(name: string): Promise<string> {
  const folder = rig.path('data/terraform/prepared');
  const entries = await readdir(folder, { withFileTypes: true });
  const prepared = entries.find((entry) => entry.isDirectory())?.name ?? '';
  const place = `data/providers/registry.terraform.io/acme/${name}/1.2.3/${platformHere()}`;
  return readlink(join(folder, prepared, place));
}

/** Started, and so fetched before. */
const STARTED = /plugin|Unrecognized remote|failed to (?:instantiate|load|read)|schema/i;

describe('a provider that was used once', () => {
  it('is used again where it is not to be had any more', async () => {
    const { left } = await fail('./one');
    await rm(join(mirror, 'registry.terraform.io'), { recursive: true });
    await forgetPrepared();
    const again = await fail('./one', priorOf(left));
    expect(again.failure.detail).toMatch(STARTED);
    expect(again.left?.record).toEqual(left?.record);
  });

  it('serves other modules that name it in their lock file', async () => {
    const { left } = await fail('./one');
    await rm(join(mirror, 'registry.terraform.io'), { recursive: true });
    const again = await fail('./nested', priorOf(left));
    expect(again.failure.detail).toMatch(STARTED);
  });

  it('is asked for where the site says if a module needs more than its lock file names', async () => {
    const { left } = await fail('./one');
    await rig.write('one/more.tf', 'resource "other_thing" "more" {}\n');
    const again = await fail('./one', priorOf(left));
    expect(again.failure.detail).toContain('hashicorp/other');
  });

  it('is not fetched again where another one has to be', async () => {
    const { left } = await fail('./one');
    await forgetPrepared();
    await offerThing(mirror, { name: 'other' });
    const both = THING.replace(
      'thing = {',
      'other = {\n      source = "acme/other"\n    }\n    thing = {',
    );
    await rig.write('one/main.tf', both);
    const again = await fail('./one', priorOf(left));
    expect(again.failure.detail).toMatch(STARTED);
    expect(await installed('thing')).toBe(kept());
    expect(await installed('other')).toContain(mirror);
  });

  it('is not run once somebody changed it, and everything is said of it', async () => {
    const { left } = await fail('./one');
    await forgetPrepared();
    await fail('./one', priorOf(left));
    // Terraform itself notices, and asks for what was prepared to be prepared again.
    await appendFile(join(kept(), 'terraform-provider-thing_v1.2.3'), '# and more\n');
    const again = await fail('./one', priorOf(left));
    expect(again.failure.code).toBe('PROVIDER_DAMAGED');
    expect(again.failure.message).toContain('registry.terraform.io/acme/thing 1.2.3');
    expect(again.failure.message).toContain(platformHere());
    expect(again.failure.message).toContain(`Remove ${kept()}`);
  });

  it('that is gone on both sides is named with version, platform, hash and place', async () => {
    const { left } = await fail('./one');
    await rm(join(mirror, 'registry.terraform.io'), { recursive: true });
    await rm(kept(), { recursive: true });
    const again = await fail('./one', priorOf(left));
    expect(again.failure.code).toBe('PROVIDER_UNAVAILABLE');
    expect(again.failure.message).toContain('registry.terraform.io/acme/thing 1.2.3');
    expect(again.failure.detail).toMatch(/for \w+_\w+, h1:\S+=: would be in /);
    expect(again.failure.detail).toContain(kept());
  });

  it('can be put back by hand', async () => {
    const { left } = await fail('./one');
    await rm(rig.path('data/providers'), { recursive: true });
    await rm(rig.path('data/terraform'), { recursive: true });
    await rm(join(mirror, 'registry.terraform.io'), { recursive: true });
    await mkdir(rig.path('data/providers'), { recursive: true });
    await offerThing(rig.path('data/providers'));
    const again = await fail('./one', priorOf(left));
    expect(again.failure.detail).toMatch(STARTED);
  });

  it('is kept as a mirror that Terraform itself can use', async () => {
    await fail('./one');
    const cliConfigFile = await mirrorConfiguration(rig.path('data/providers'));
    const other = await openRig({ 'one/main.tf': THING }, { cliConfigFile });
    try {
      const error: unknown = await other.executor
        .apply(other.context({ spec: { module: './one' } }))
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ failure: { detail: expect.stringMatching(STARTED) } });
    } finally {
      await other.close();
    }
  });

  it('leaves nothing half-done beside it', async () => {
    await fail('./one');
    expect(await readdir(rig.path('data/providers'))).toEqual(['registry.terraform.io']);
  });
});

describe('what was made with a real provider', () => {
  it('is changed and destroyed when the provider is nowhere else to be had', async ({ skip }) => {
    const real = realMirror();
    if (real === null) skip('TERRAFORM_TEST_MIRROR names no mirror with hashicorp/random');
    const settings = { cliConfigFile: await mirrorConfiguration(real ?? '', mirror) };
    const first = await openRig({ 'pet/main.tf': RANDOM }, settings);
    try {
      const spec = { module: './pet' };
      const applied: Left = await first.executor.apply(first.context({ spec }));
      await rm(first.path('data/terraform'), { recursive: true });
      // Nothing is to be had from a mirror that is empty.
      await mirrorConfiguration(join(mirror, 'gone'), mirror);
      const prior = priorOf(applied);
      expect(await first.executor.inspect(first.context({ spec, prior }))).toMatchObject({
        finding: 'present',
      });
      await first.executor.destroy(first.context({ spec, prior }));
    } finally {
      await first.close();
    }
  });
});
