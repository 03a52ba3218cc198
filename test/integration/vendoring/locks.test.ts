import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../../../src/platform/process/find-program.ts';
import { mirrorConfiguration, offerThing, THING } from '../../fixtures/terraform/mirror.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { openRig, templateOf } from './rig.ts';

const LOCK = 'm/.terraform.lock.hcl';
const SPEC = '{ module: ./m }';
const files = (version: string, module = THING) => ({
  'template.yaml': templateOf(version, SPEC),
  'm/main.tf': module,
});
const asking = (constraint: string) =>
  THING.replace('"acme/thing"', `"acme/thing"\n      version = "${constraint}"`);

let mirror: string;
let cliConfigFile: string;

beforeEach(async () => {
  mirror = temporaryFolder();
  await offerThing(mirror);
  cliConfigFile = await mirrorConfiguration(mirror);
});

describe('publishing', () => {
  it('locks the providers of a module, and keeps their packages', async () => {
    const rig = await openRig({ terraform: { cliConfigFile } });
    const { record } = await rig.publish(files('1.0.0'));
    const providers = ['registry.terraform.io/acme/thing 1.2.3'];
    expect(record.vendored).toMatchObject({ modules: [], locks: [{ module: 'm', providers }] });
    expect((await rig.filesOf(record))[LOCK]).toMatch(
      /version = "1\.2\.3"\n {2}hashes = \[\n {4}"h1:/,
    );
    expect(rig.notices).toContainEqual({ kind: 'locking', module: 'm' });
    expect(await rig.publish(files('1.0.0'))).toMatchObject({ isNew: false });

    await rm(join(mirror, 'registry.terraform.io'), { recursive: true });
    const other = { ...files('2.0.0'), 'm/more.tf': 'variable "more" { default = 1 }\n' };
    const { record: later } = await rig.publish(other);
    expect((await rig.filesOf(later))[LOCK]).toBe((await rig.filesOf(record))[LOCK]);
  });

  it('starts no Terraform where no provider is needed', async () => {
    const rig = await openRig({ terraform: { binary: 'no-such-program' } });
    const { record } = await rig.publish(files('1.0.0', 'resource "terraform_data" "x" {}\n'));
    expect(record.vendored).toBeNull();
    await expect(rig.publish(files('2.0.0'))).rejects.toMatchObject({ code: 'TERRAFORM_MISSING' });
  });

  it('stays at the versions of the version before, unless it is told otherwise or they do not fit', async () => {
    const rig = await openRig({ terraform: { cliConfigFile } });
    await rig.publish(files('1.0.0'));
    await offerThing(mirror, { version: '1.3.0' });
    await offerThing(mirror, { version: '2.0.0' });
    const chosen = async (version: string, module: string, upgrade = false) => {
      const { record } = await rig.publish(files(version, module), { upgrade });
      return record.vendored?.locks[0]?.providers[0]?.split(' ')[1];
    };
    expect(await chosen('1.1.0', asking('>= 1.0.0, < 2.0.0'))).toBe('1.2.3');
    expect(await chosen('1.2.0', asking('>= 1.0.0, < 2.0.0'), true)).toBe('1.3.0');
    expect(await chosen('1.3.0', THING)).toBe('1.3.0');
    expect(await chosen('1.4.0', asking('~> 2.0'))).toBe('2.0.0');
  });

  it('leaves an author’s lock file as it is, and completes one that lacks a provider', async () => {
    const rig = await openRig({ terraform: { cliConfigFile } });
    await offerThing(mirror, { version: '1.3.0' });
    const lockText = 'provider "registry.terraform.io/acme/thing" {\n  version = "1.2.3"\n}\n';
    const { record } = await rig.publish({ ...files('1.0.0'), [LOCK]: lockText });
    expect((await rig.filesOf(record))[LOCK]).toBe(lockText);
    expect(record.vendored?.locks).toMatchObject([
      { providers: ['registry.terraform.io/acme/thing 1.2.3'] },
    ]);
    const none = '# nothing yet\n';
    const { record: completed } = await rig.publish({ ...files('2.0.0'), [LOCK]: none });
    expect((await rig.filesOf(completed))[LOCK]).toContain('acme/thing');
  });

  it('says what cannot be had, publishes nothing, and does so without a lock if it is told to', async () => {
    const rig = await openRig({ terraform: { cliConfigFile } });
    await rm(join(mirror, 'registry.terraform.io'), { recursive: true });
    await expect(rig.publish(files('1.0.0'))).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      message: expect.stringContaining('--skip-lock'),
      detail: expect.stringContaining('acme/thing'),
    });
    expect(await rig.biotope.store.find('templates', { where: { name: 'vendored' } })).toEqual([]);
    const { record } = await rig.publish(files('1.0.0'), { skipLock: true });
    expect(record.vendored).toBeNull();
    expect(await rig.filesOf(record)).not.toHaveProperty([LOCK]);
  });

  it('locks one module like the other where they ask for the same', async () => {
    const rig = await openRig({ terraform: { cliConfigFile } });
    const { record } = await rig.publish({
      'template.yaml': templateOf('1.0.0', SPEC, '{ module: ./n }', SPEC),
      'm/main.tf': THING,
      'n/main.tf': asking('~> 1.0'),
    });
    const kept = await rig.filesOf(record);
    expect(kept[LOCK]).toMatch(/"h1:\S+"/);
    expect(kept['n/.terraform.lock.hcl']).toContain(/"h1:\S+"/.exec(kept[LOCK] ?? '')?.[0]);
    expect(record.vendored?.locks.map(({ module }) => module)).toEqual(['m', 'n']);
  });
});

describe('platforms that are named besides this one', () => {
  it('get their hashes from where Terraform asks the registry itself', async () => {
    const binary = join(mirror, 'terraform');
    const real = findProgram('terraform', process.env.PATH) ?? '';
    // Mirrors are not asked for other platforms, and the registry is not to be had here.
    const script = `#!/bin/sh
if [ "$1 $2" = "providers lock" ]; then
  echo "$@" >"${mirror}/asked"
  [ "$4" = "-platform=plan9_amd64" ] && { echo "Error: no such provider package" >&2; exit 1; }
  echo "# locked" >>.terraform.lock.hcl
  exit 0
fi
exec "${real}" "$@"
`;
    await writeFile(binary, script);
    await chmod(binary, 0o755);
    const terraform = { cliConfigFile, binary };
    const lockPlatforms = ['darwin_arm64', 'linux_arm64'];
    const rig = await openRig({ terraform: { ...terraform, lockPlatforms } });
    const { record } = await rig.publish(files('1.0.0'));
    expect(await readFile(join(mirror, 'asked'), 'utf8')).toBe(
      'providers lock -platform=darwin_arm64 -platform=linux_arm64\n',
    );
    expect((await rig.filesOf(record))[LOCK]).toContain('# locked');

    const other = await openRig({
      terraform: { ...terraform, lockPlatforms: ['darwin_arm64', 'plan9_amd64'] },
    });
    await expect(other.publish(files('1.0.0'))).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      message: expect.stringContaining('no such provider package'),
    });
  });
});
