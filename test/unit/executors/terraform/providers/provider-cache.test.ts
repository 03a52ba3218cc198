import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { packageHash } from '../../../../../src/executors/terraform/providers/package-hash.ts';
import { createProviderCache } from '../../../../../src/executors/terraform/providers/provider-cache.ts';
import { systemClock } from '../../../../../src/platform/clock.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';

const SOURCE = 'registry.terraform.io/acme/thing';
const PROGRAM = 'terraform-provider-thing_v1.2.3';

let root: string;

beforeEach(() => {
  root = temporaryFolder();
});

const create = (platform: string | null = 'linux_amd64') =>
  createProviderCache({ folder: join(root, 'providers'), clock: systemClock, platform });

const kept = () => join(root, 'providers', SOURCE, '1.2.3', 'linux_amd64');

/** What `init` leaves in a data folder. */
async function install(text = 'program'): Promise<{ data: string; lock: string; hash: string }> {
  const data = await mkdtemp(join(root, 'data-'));
  const folder = join(data, 'providers', SOURCE, '1.2.3', 'linux_amd64');
  await makePackage(folder, text);
  const hash = (await packageHash(folder)) ?? '';
  return { data, hash, lock: lockOf(hash) };
}

async function makePackage(folder: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, PROGRAM), text);
  await chmod(join(folder, PROGRAM), 0o755);
  await writeFile(join(folder, 'LICENSE'), 'free');
}

function lockOf(...hashes: string[]): string {
  const list = hashes.map((hash) => `    "${hash}",\n`).join('');
  return `provider "${SOURCE}" {\n  version = "1.2.3"\n  hashes = [\n${list}  ]\n}\n`;
}

const names = (looked: { source: string }[]) => looked.map(({ source }) => source);

describe('the hash of a package', () => {
  it('is the one that Terraform writes into lock files', async () => {
    const folder = join(root, 'package');
    await makePackage(folder, '#!/bin/sh\nexit 1\n');
    // Counted by Terraform 1.11 for exactly these files.
    expect(await packageHash(folder)).toBe('h1:rfYCtIDXKsLA3SJppjt4+dbc3vy+dJEguN0Xl5B4F+w=');
  });

  it('is none where something is there that is no file', async () => {
    await mkdir(join(root, 'package'));
    await symlink('/dev/null', join(root, 'package/link'));
    expect(await packageHash(join(root, 'package'))).toBeUndefined();
  });
});

describe('a provider package that was used', () => {
  it('is kept with its modes, and found by this process and by another one', async () => {
    const { data, lock } = await install();
    const cache = create();
    expect(names((await cache.look(lock)).missing)).toEqual([SOURCE]);
    await cache.keep(data, lock);
    await rm(data, { recursive: true });
    expect(names((await create().look(lock)).here)).toEqual([SOURCE]);
    expect((await stat(join(kept(), PROGRAM))).mode & 0o777).toBe(0o755);
  });

  it('is not copied where it is ours, and copied where it is a link to somebody else’s', async () => {
    const { data, lock } = await install();
    await create().keep(data, lock);
    const inode = async (file: string) => (await stat(file)).ino;
    const installed = join(data, 'providers', SOURCE, '1.2.3', 'linux_amd64');
    expect(await inode(join(kept(), PROGRAM))).toBe(await inode(join(installed, PROGRAM)));

    await rm(join(root, 'providers'), { recursive: true });
    const mirror = join(root, 'mirror');
    await makePackage(mirror, 'program');
    await rm(installed, { recursive: true });
    await symlink(mirror, installed);
    await create().keep(data, lock);
    expect(await inode(join(kept(), PROGRAM))).not.toBe(await inode(join(mirror, PROGRAM)));
  });

  it('is not kept where it is not what the lock file names', async () => {
    const { data } = await install();
    const cache = create();
    await cache.keep(data, lockOf('h1:AAAA='));
    expect(names((await cache.look(lockOf('h1:AAAA='))).missing)).toEqual([SOURCE]);
    expect(await readdir(join(root, 'providers'))).toEqual([]);
  });

  it('is of no use to a lock file that names another one, or to another platform', async () => {
    const { data, lock } = await install();
    await create().keep(data, lock);
    expect(names((await create().look(lockOf('h1:AAAA=', 'zh:bb'))).missing)).toEqual([SOURCE]);
    expect(names((await create('darwin_arm64').look(lock)).missing)).toEqual([SOURCE]);
    expect(names((await create(null).look(lock)).missing)).toEqual([SOURCE]);
  });

  it('serves a lock file that leaves the hashes open', async () => {
    const { data, lock } = await install();
    await create().keep(data, lock);
    expect(names((await create().look(lockOf())).here)).toEqual([SOURCE]);
  });

  it('that somebody changed is refused, with its name, place and both hashes', async () => {
    const { data, lock, hash } = await install();
    const cache = create();
    await cache.keep(data, lock);
    await cache.look(lock);
    await rm(join(kept(), PROGRAM));
    await writeFile(join(kept(), PROGRAM), 'other');
    const now = await packageHash(kept());
    await expect(cache.look(lock)).rejects.toMatchObject({
      code: 'PROVIDER_DAMAGED',
      facts: {
        provider: SOURCE,
        version: '1.2.3',
        platform: 'linux_amd64',
        place: kept(),
        kept: hash,
        found: now,
      },
    });
    await rm(kept(), { recursive: true });
    expect(names((await cache.look(lock)).missing)).toEqual([SOURCE]);
    await cache.keep((await install()).data, lock);
    expect(names((await cache.look(lock)).here)).toEqual([SOURCE]);
  });

  it('may be put there by hand if it is what the lock file names', async () => {
    const { lock } = await install();
    await makePackage(kept(), 'other');
    expect(names((await create().look(lock)).missing)).toEqual([SOURCE]);
    await makePackage(kept(), 'program');
    expect(names((await create().look(lock)).here)).toEqual([SOURCE]);
    expect(names((await create().look(lockOf())).here)).toEqual([SOURCE]);
  });

  it('leaves no draft of a killed process for longer than a day', async () => {
    const { data, lock } = await install();
    const drafts = [join(root, 'providers/.new-old'), join(root, 'providers/.new-young')];
    for (const draft of drafts) await makePackage(draft, 'program');
    const longAgo = new Date(Date.now() - 25 * 3_600_000);
    await utimes(drafts[0] ?? '', longAgo, longAgo);
    await create().keep(data, lock);
    expect((await readdir(join(root, 'providers'))).sort()).toEqual([
      '.new-young',
      'registry.terraform.io',
    ]);
  });

  it('is described with all that is needed to find it again', async () => {
    const { lock, hash } = await install();
    const cache = create();
    const [missing] = (await cache.look(lock)).missing;
    if (missing === undefined) throw new Error('it is there');
    expect(cache.describe(missing)).toBe(
      `${SOURCE} 1.2.3 for linux_amd64, ${hash}: would be in ${kept()}`,
    );
  });
});
