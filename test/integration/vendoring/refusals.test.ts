import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRepository } from '../../support/repository.ts';
import { callText, moduleText, openRig, type Rig, templateOf } from './rig.ts';

const SPEC = '{ module: ./net, variables: { name: a } }';
const repository = (rig: Rig, name = 'r.git') => createRepository(join(rig.server.root, name));
const git = (rig: Rig, rest = '') => `git::https://${rig.server.host}/r.git${rest}`;
const calling = (source: string, version?: string) => ({
  'template.yaml': templateOf('1.0.0', SPEC),
  'net/main.tf': moduleText('net', callText(source, version)),
});

async function problemsOf(rig: Rig, files: Record<string, string>): Promise<string[]> {
  const { problems, template } = await rig.check(files);
  expect(template).toBeNull();
  await expect(rig.publish(files)).rejects.toMatchObject({ code: 'TEMPLATE_INVALID' });
  expect(await rig.biotope.store.find('templates', { where: { name: 'vendored' } })).toEqual([]);
  return problems.map(({ file, line, path, message }) => `${file}:${line} ${path}: ${message}`);
}

describe('a module that cannot be taken is a problem in its place', () => {
  it('where its host is not allowed', async () => {
    const rig = await openRig();
    expect(await problemsOf(rig, calling('github.com/org/repo'))).toEqual([
      expect.stringMatching(
        /^template\.yaml:5 resources\[0\]\.with\.module: net\/main\.tf: module "inner": Nothing may be fetched from github\.com/,
      ),
    ]);
    expect(await problemsOf(rig, calling('registry.terraform.io/a/b/c', '1.0.0'))).toEqual([
      expect.stringContaining('Modules may not be taken from registry.terraform.io'),
    ]);
    expect(rig.server.requests).toEqual([]);
  });

  it('everywhere where it is named', async () => {
    const rig = await openRig();
    const folders = ['a', 'b', 'a'].map((folder) => `{ module: github.com/org/repo//${folder} }`);
    expect(await problemsOf(rig, { 'template.yaml': templateOf('1.0.0', ...folders) })).toEqual(
      [5, 6, 7].map((line) => expect.stringMatching(`^template.yaml:${line} .* Nothing may be`)),
    );
  });

  it('where a registry leads to a host that is not allowed, or to no repository', async () => {
    const rig = await openRig();
    rig.modules['a/b/c'] = {
      '1.0.0': 'git::https://github.com/org/repo?ref=v1',
      '2.0.0': 'https://example.org/b.zip?token=secret',
      '3.0.0': '../../archive.rar',
      '4.0.0': 'https://example.org/b.tar.gz?token=secret',
    };
    const source = `${rig.server.host}/a/b/c`;
    expect(await problemsOf(rig, calling(source, '1.0.0'))).toEqual([
      expect.stringContaining('Nothing may be fetched from github.com'),
    ]);
    for (const version of ['2.0.0', '3.0.0']) {
      const [problem] = await problemsOf(rig, calling(source, version));
      expect(problem).toContain('which is neither a Git repository nor a .tar.gz');
      expect(problem).not.toContain('secret');
    }
    const [problem] = await problemsOf(rig, calling(source, '4.0.0'));
    expect(problem).toContain('may not be taken from example.org');
    expect(problem).not.toContain('secret');
  });

  it('where there is no such module, version, branch or folder', async () => {
    const rig = await openRig();
    const { commit } = repository(rig);
    commit({ 'modules/small/main.tf': moduleText('small') });
    rig.modules['a/b/c'] = { '1.0.0': git(rig), '1.1.0': git(rig) };
    const { host } = rig.server;
    const message = async (source: string, version?: string) =>
      (await problemsOf(rig, calling(source, version)))[0];
    expect(await message(`${host}/a/b/d`)).toContain(`${host} has no module a/b/d`);
    expect(await message(`${host}/a/b/c`, '~> 2.0')).toContain(
      'no version of module a/b/c that fits "~> 2.0". It has, among others, 1.1.0, 1.0.0',
    );
    expect(await message(git(rig, '?ref=v9'))).toContain('has no branch and no tag v9');
    expect(await message(git(rig, '//modules/smal'))).toContain('Did you mean "modules/small"?');
    expect(await message(git(rig))).toContain('itself holds no .tf files');
    expect(await message(git(rig).replace('r.git', 'none.git'))).toContain('no repository');
  });

  it('where it leaves its package', async () => {
    const rig = await openRig();
    repository(rig).commit({ 'main.tf': moduleText('x', callText('../../../secrets')) });
    const files = { ...calling(git(rig)), 'secrets/main.tf': moduleText('own') };
    expect(await problemsOf(rig, files)).toEqual([
      expect.stringContaining('module "inner" leaves its package (../../../secrets)'),
    ]);
  });

  it('where a module that it takes itself cannot be taken', async () => {
    const rig = await openRig();
    const { commit } = repository(rig);
    commit({ 'main.tf': moduleText('x', callText('github.com/org/repo')) });
    expect(await problemsOf(rig, calling(git(rig)))).toEqual([
      expect.stringMatching(/main\.tf: module "inner": Nothing may be fetched from github\.com/),
    ]);
    commit({ 'main.tf': moduleText('x', callText('/srv/module')) });
    expect(await problemsOf(rig, calling(git(rig)))).toEqual([
      expect.stringContaining('is a path of one machine'),
    ]);
  });

  it('where a part of it is no file of its own', async () => {
    const rig = await openRig();
    const { blob, tree, commitTree } = repository(rig);
    const main = blob(moduleText('x'));
    const link = blob('../../etc/passwd');
    commitTree(
      'main',
      tree([
        { mode: '100644', name: 'main.tf', object: main },
        { mode: '120000', name: 'more.tf', object: link },
      ]),
    );
    expect(await problemsOf(rig, calling(git(rig)))).toEqual([
      expect.stringContaining('more.tf: symbolic links are not taken'),
    ]);
  });

  it('where its files would be too much', async () => {
    const rig = await openRig({ limits: { bundleFilesMax: 20 } });
    const files = Array.from({ length: 30 }, (_, at) => [`docs/${at}.md`, 'text']);
    repository(rig).commit({ 'main.tf': moduleText('x'), ...Object.fromEntries(files) });
    await expect(rig.publish(calling(git(rig)))).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('limits.bundleFilesMax'),
    });
  });
});

describe('what is not taken of a module', () => {
  it('is told: links, submodules, and lock files, which hold for a whole and not for a part', async () => {
    const rig = await openRig();
    const { blob, tree, commitTree } = repository(rig);
    const text = blob(moduleText('x'));
    commitTree(
      'main',
      tree([
        { mode: '100644', name: '.terraform.lock.hcl', object: text },
        { mode: '120000', name: 'latest', object: blob('docs') },
        { mode: '100644', name: 'main.tf', object: text },
        { mode: '160000', name: 'vendor', object: 'a'.repeat(40) },
      ]),
    );
    const { record } = await rig.publish(calling(git(rig)));
    const folder = record.vendored?.modules[0]?.folder;
    const paths = Object.keys(await rig.filesOf(record));
    expect(paths.filter((path) => path.startsWith(`${folder}/`))).toEqual([`${folder}/main.tf`]);
    expect(rig.notices).toContainEqual({
      kind: 'left-out',
      parts: [
        expect.stringMatching(/^latest of .*: symbolic links are not taken$/),
        expect.stringMatching(/^vendor of .*: submodules are not taken$/),
      ],
    });
  });
});

describe('where a module cannot be had now', () => {
  it('a template is valid as far as can be seen, and not published', async () => {
    const rig = await openRig();
    const files = calling(git(rig).replace(rig.server.host, '127.0.0.1:1'));
    const config = { gitHosts: ['127.0.0.1:1'], registryHosts: ['127.0.0.1:1'] };
    Object.assign(rig.biotope.config.catalog, config);
    const check = await rig.check(files);
    expect(check.template).not.toBeNull();
    expect(check.unchecked).toEqual([expect.stringContaining('127.0.0.1:1')]);
    expect(rig.notices).toContainEqual({ kind: 'unchecked', reasons: check.unchecked });
    await expect(rig.publish(files)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      message: expect.stringContaining('nothing was published'),
    });
    const registry = calling('127.0.0.1:1/a/b/c', '1.0.0');
    await expect(rig.publish(registry)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    expect(await rig.biotope.store.find('templates', { where: { name: 'vendored' } })).toEqual([]);
  });

  it('what is wrong elsewhere is told all the same', async () => {
    const rig = await openRig();
    Object.assign(rig.biotope.config.catalog, { gitHosts: ['127.0.0.1:1'] });
    const away = '{ module: "git::https://127.0.0.1:1/r.git", variables: { name: a } }';
    const wrong = `{ module: "git::https://github.com/a/b.git" }`;
    const check = await rig.check({ 'template.yaml': templateOf('1.0.0', away, wrong) });
    expect(check.unchecked).toHaveLength(1);
    expect(check.problems).toMatchObject([{ line: 6 }]);
  });

  it('because of how this machine is set up, that is told and not taken for the module’s fault', async () => {
    const rig = await openRig();
    vi.stubEnv('SSL_CERT_FILE', '/nowhere/site.pem');
    const files = calling(`${rig.server.host}/a/b/c`, '1.0.0');
    for (const work of [rig.check(files), rig.publish(files)]) {
      await expect(work).rejects.toMatchObject({
        code: 'CONFIGURATION_INVALID',
        message: expect.stringContaining('SSL_CERT_FILE'),
      });
    }
    expect(rig.server.requests).toEqual([]);
  });

  it('because it all takes too long, it is given up', async () => {
    const rig = await openRig();
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => {
      silent.close();
    });
    const host = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    Object.assign(rig.biotope.config.catalog, { registryHosts: [host], gitTimeoutMs: 50 });
    await expect(rig.publish(calling(`${host}/a/b/c`, '1.0.0'))).rejects.toMatchObject({
      code: 'SOURCE_TIMEOUT',
      message: expect.stringContaining('took longer than 0.2 s in all'),
    });
  });
});
