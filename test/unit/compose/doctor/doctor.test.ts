import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runChecks } from '../../../../src/compose/doctor/check.ts';
import { judgeDoubt, judgeFreeBytes } from '../../../../src/compose/doctor/data-folder-checks.ts';
import { loadConfig } from '../../../../src/config/load.ts';
import { BiotopeError } from '../../../../src/model/errors.ts';
import { doubtfulFileSystem } from '../../../../src/platform/file-system.ts';
import { startDriver } from '../../../support/other-driver.ts';
import { openPatientFolder, type PatientFolder } from './patient.ts';

let patient: PatientFolder;
beforeEach(() => {
  patient = openPatientFolder();
});
afterEach(() => patient.remove());

describe('a place where nothing has happened yet', () => {
  it('is found well, and nothing is made in it', async () => {
    const results = await patient.examine();
    expect(results.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(readdirSync(patient.folder)).toEqual([]);
  });
});

describe('a data folder that cannot be made', () => {
  it.runIf(process.platform === 'linux')('is told where no files are kept', async () => {
    const request = { flags: { data: '/proc/biotope/data' } };
    expect(await patient.check('data folder', request)).toMatchObject({
      status: 'failed',
      found: '/proc/biotope/data cannot be made: /proc keeps no files (proc)',
    });
  });

  it('is told below what is no folder', async () => {
    const file = join(patient.folder, 'file');
    await writeFile(file, '');
    expect(
      await patient.check('data folder', { flags: { data: join(file, 'data') } }),
    ).toMatchObject({
      status: 'failed',
      found: `${file}/data cannot be made: ${file} is no folder`,
    });
  });

  it('is the one thing that is told of a file in its place', async () => {
    const file = join(patient.folder, 'file');
    await writeFile(file, '');
    const results = await patient.examine({ flags: { data: file } });
    const sick = results.filter(({ status }) => status === 'failed');
    expect(sick.map(({ name }) => name)).toEqual(['data folder']);
  });
});

describe('a data folder in use', () => {
  it('is found well, with its databases and the key that fits them', async () => {
    await patient.furnish();
    const results = await patient.examine();
    const named = ['data folder', 'store', 'secret store', 'key'];
    const seen = results.filter(({ name }) => named.includes(name));
    expect(seen.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(JSON.stringify(results)).not.toContain('planted');
  });

  it('that others may look into is warned of', async () => {
    await patient.furnish();
    await chmod(patient.paths.folder, 0o755);
    const { status, found, remedy } = await patient.check('data folder');
    expect(status).toBe('warning');
    expect(found).toContain('mode 0755');
    expect(remedy).toContain(`chmod 700 ${patient.paths.folder}`);
  });

  it('that holds files of something else, or is none, fails', async () => {
    await mkdir(patient.paths.folder);
    await writeFile(join(patient.paths.folder, 'thesis.doc'), 'mine');
    expect(await patient.check('data folder')).toMatchObject({
      status: 'failed',
      found: expect.stringContaining('something else'),
    });
    await rm(patient.paths.folder, { recursive: true });
    await writeFile(patient.paths.folder, 'a file');
    expect(await patient.check('data folder')).toMatchObject({
      status: 'failed',
      found: expect.stringContaining('is no folder'),
      remedy: expect.stringContaining('mv '),
    });
  });

  it('on a network or in memory is warned of', () => {
    expect(doubtfulFileSystem(0x6969, 'linux')).toEqual({ name: 'NFS', why: 'network' });
    expect(doubtfulFileSystem(0xef53, 'linux')).toBeUndefined();
    expect(doubtfulFileSystem(0x6969, 'darwin')).toBeUndefined();
    expect(judgeDoubt('/d', { name: 'NFS', why: 'network' })).toMatchObject({ status: 'warning' });
    expect(judgeDoubt('/d', { name: 'tmpfs', why: 'memory' }).found).toContain('a restart ends it');
  });
});

describe('the driver', () => {
  it('of the data folder is named, with what it does', async () => {
    await patient.furnish();
    const child = await startDriver(patient.paths.folder);
    try {
      const { status, found } = await patient.check('driver');
      expect(status).toBe('ok');
      expect(found).toContain(`process ${child.pid} drives it (biotope environment create x`);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('the disk', () => {
  const MIB = 1024 * 1024;

  it('is warned of below 1 GiB, and fails below 100 MiB', () => {
    expect(judgeFreeBytes(1024 * MIB, '/d').status).toBe('ok');
    expect(judgeFreeBytes(1024 * MIB - 1, '/d').status).toBe('warning');
    expect(judgeFreeBytes(100 * MIB, '/d').status).toBe('warning');
    expect(judgeFreeBytes(100 * MIB - 1, '/d')).toMatchObject({
      status: 'failed',
      found: expect.stringContaining('99 MiB'),
      remedy: expect.stringContaining('du '),
    });
  });
});

describe('a broken configuration', () => {
  it('is told whole, and the data folder that it names is looked at all the same', async () => {
    await writeFile(
      join(patient.folder, 'settings.yaml'),
      'dataFolder: ./elsewhere\nlog:\n  level: loud\nterrafrom: {}\n',
    );
    const request = { flags: { config: 'settings.yaml' } };
    const { status, found } = await patient.check('configuration', request);
    expect(status).toBe('failed');
    expect(found).toContain('settings.yaml:3');
    expect(found).toContain('did you mean terraform?');
    const { found: folder } = await patient.check('data folder', request);
    expect(folder).toContain(join(patient.folder, 'elsewhere'));
  });

  it('that cannot even be read leaves what the flags and variables say', async () => {
    const environment = { BIOTOPE_DATA_FOLDER: 'named', BIOTOPE_CONFIG: 'missing.yaml' };
    expect((await patient.check('configuration', { environment })).status).toBe('failed');
    const { found } = await patient.check('data folder', { environment });
    expect(found).toContain(join(patient.folder, 'named'));
  });
});

describe('programs', () => {
  it('that are missing or say nothing are told with where to get them', async () => {
    const environment = { BIOTOPE_TERRAFORM_BINARY: 'no-such-terraform' };
    const { status, found, remedy } = await patient.check('terraform', { environment });
    expect(status).toBe('failed');
    expect(found).toContain('no-such-terraform was not found');
    expect(remedy).toContain('https://developer.hashicorp.com/terraform/install');
  });

  it('that are there are told with version and place', async () => {
    expect((await patient.check('terraform')).found).toMatch(/^Terraform \d+\.\d+\.\d+ \(\/.+\)$/);
    expect((await patient.check('git')).found).toMatch(/^Git \d+\.\d+.* \(\/.+\)$/);
    expect((await patient.check('node')).found).toContain(process.versions.node);
  });
});

describe('the list of checks', () => {
  it('goes on after one that breaks', async () => {
    const { folder, paths } = patient;
    const config = loadConfig({ flags: {}, environment: {}, folder });
    const broken = {
      name: 'broken',
      run: () => {
        throw new Error('it broke');
      },
    };
    const advised = {
      name: 'advised',
      run: () => {
        const message = 'It is gone. Nobody knows why.';
        throw new BiotopeError('STORE_UNAVAILABLE', { message, remedy: 'Look for it.' });
      },
    };
    const bare = {
      name: 'bare',
      run: () => {
        throw new BiotopeError('STORE_UNAVAILABLE', { message: 'It is gone. Nobody knows why.' });
      },
    };
    const results = await runChecks(
      [
        broken,
        advised,
        bare,
        { name: 'next', run: () => ({ status: 'ok', found: 'fine', remedy: null }) },
      ],
      { config, paths, configProblem: null },
    );
    expect(results.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed', 'ok']);
    expect(results[0]?.found).toBe('it broke');
    const found = 'It is gone. Nobody knows why.';
    expect(results[1]).toMatchObject({ found, remedy: 'Look for it.' });
    expect(results[2]).toMatchObject({ found, remedy: 'See docs/errors/STORE_UNAVAILABLE.md.' });
    expect(existsSync(paths.folder)).toBe(false);
  });
});
