import { readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExecutorError } from '../../../src/executors/executor.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { mirrorConfiguration, offerThing, THING } from '../../fixtures/terraform/mirror.ts';
import { openRig, type Rig } from '../../fixtures/terraform/rig.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let mirror: string;
let rig: Rig;

const NESTED = `${THING}module "inner" {\n  source = "./inner"\n}\n`;

beforeEach(async () => {
  mirror = temporaryFolder();
  const files = { 'one/main.tf': THING, 'two/main.tf': NESTED, 'two/inner/main.tf': '# empty\n' };
  await offerThing(mirror);
  rig = await openRig(files, { cliConfigFile: await mirrorConfiguration(mirror) });
});

afterEach(async () => {
  await rig.close();
});

const inits = () => rig.said.filter((line) => line === 'terraform init').length;

/** Our provider is none, so Terraform fails when it starts it: after all that is tested here. */
async function apply(module: string, record: JsonObject | null = null): Promise<Failed> {
  const prior = { spec: {}, record, outputs: {}, state: null };
  const error = await rig.executor
    .apply(rig.context({ spec: { module }, prior }))
    .catch((reason: unknown) => reason);
  if (!(error instanceof ExecutorError)) throw new Error('a provider that is none was started');
  return { record: error.left?.record ?? {}, detail: error.failure.detail ?? '' };
}

interface Failed {
  record: JsonObject;
  detail: string;
}

describe('a module with a provider', () => {
  it('has the provider’s version and checksums recorded, and keeps to them', async () => {
    const { record } = await apply('./one');
    expect(record).toMatchObject({
      providers: ['registry.terraform.io/acme/thing 1.2.3'],
      lockFile: expect.stringContaining('h1:'),
    });
    expect((await apply('./one', record)).record).toEqual(record);
    expect(inits()).toBe(1);
  });

  it('begins with the versions that other modules have who ask for the same providers', async () => {
    const { record } = await apply('./one');
    expect((await apply('./two')).record?.lockFile).toEqual(record?.lockFile);
    expect(inits()).toBe(2);
  });

  it('is found under the lock file it was given and under the one that init wrote', async () => {
    await apply('./one');
    const prepared = rig.path('data/terraform/prepared');
    const names = await readdir(prepared);
    const targets = await Promise.all(
      names.map((name) => readlink(join(prepared, name)).catch(() => undefined)),
    );
    const links = targets.filter((target) => target !== undefined);
    expect(links).toHaveLength(1);
    expect(names).toEqual(expect.arrayContaining(links));
  });

  it('says which provider is missing where there is none to be had', async () => {
    await rm(join(mirror, 'registry.terraform.io'), { recursive: true });
    const { record, detail } = await apply('./one');
    expect(detail).toContain('acme/thing');
    expect(record).toEqual({});
  });

  it('is applied with the versions that its author locked', async () => {
    const locked = 'provider "registry.terraform.io/acme/thing" {\n  version = "9.9.9"\n}\n';
    await writeFile(rig.path('bundle/one/.terraform.lock.hcl'), locked);
    expect((await apply('./one')).detail).toContain('9.9.9');
  });
});
