import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { moduleText, openRig, type Rig, templateOf } from './rig.ts';

const LONG = `${'a-long-name-'.repeat(8)}/${'another-'.repeat(8)}.txt`;

/** As the program `tar` makes it, in one of its formats. */
function archiveOf(files: Record<string, string>, format = 'gnu'): Buffer {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    if (text.startsWith('->')) symlinkSync(text.slice(2), join(folder, path));
    else writeFileSync(join(folder, path), text);
  }
  return execFileSync('tar', [`--format=${format}`, '-czf', '-', '-C', folder, '.']);
}

const digestOf = (bytes: Uint8Array) =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Publishes a template whose module the registry keeps there. */
async function publishFrom(rig: Rig, location: string, more = '') {
  rig.modules['a/b/c'] = { '1.0.0': location };
  const module = `${rig.server.host}/a/b/c${more}`;
  const spec = `{ module: ${module}, variables: { name: a } }`;
  const { record } = await rig.publish({ 'template.yaml': templateOf('1.0.0', spec) });
  return { record, files: await rig.filesOf(record) };
}

describe('a module that its registry keeps in an archive', () => {
  it.each(['gnu', 'pax', 'ustar', 'v7'])(
    'is taken of a .tar.gz of the format %s',
    async (format) => {
      const rig = await openRig();
      const long = format === 'v7' ? 'short.txt' : LONG;
      const bytes = archiveOf({ 'main.tf': moduleText('one'), [long]: 'long' }, format);
      rig.archives['/c.tgz?token=secret'] = bytes;
      const { record, files } = await publishFrom(rig, '/c.tgz?token=secret&archive=tar.gz');
      const [module] = record.vendored?.modules ?? [];
      expect(module).toMatchObject({
        url: `https://${rig.server.host}/c.tgz`,
        commit: digestOf(bytes),
        version: '1.0.0',
      });
      expect(files[`${module?.folder}/main.tf`]).toBe(moduleText('one'));
      expect(files[`${module?.folder}/${long}`]).toBe('long');
      expect(JSON.stringify(record)).not.toContain('secret');
    },
  );

  it('is found below the one folder at the top, and where a redirect leads', async () => {
    const rig = await openRig();
    rig.archives['/there'] = archiveOf({ 'repo-abc/modules/x/main.tf': moduleText('x') });
    rig.archives['/c?ref=1'] = '/there';
    const { record, files } = await publishFrom(
      rig,
      `https://${rig.server.host}/c//*?archive=tgz&ref=1`,
      '//modules/x',
    );
    const folder = record.vendored?.modules[0]?.folder;
    expect(files[`${folder}/repo-abc/modules/x/main.tf`]).toBe(moduleText('x'));
  });

  it('is refused where it is not what is said of it, damaged, or leads out', async () => {
    const rig = await openRig();
    const good = archiveOf({ 'main.tf': moduleText('x') });
    const failed = async (bytes: Uint8Array, query = '') => {
      rig.archives['/c.tgz'] = bytes;
      const error: unknown = await publishFrom(rig, `/c.tgz${query}`).catch((one: unknown) => one);
      return JSON.stringify((error as { facts?: unknown }).facts);
    };
    expect(await failed(good, `?checksum=sha256:${'0'.repeat(64)}`)).toContain('checksum');
    expect(await failed(Buffer.from('no archive'))).toContain('is no .tar.gz');
    expect(await failed(archiveOf({ 'main.tf': '->../../etc/passwd' }))).toContain('no .tf files');
    expect(await failed(archiveOf({ 'main.tf': moduleText('x'), 'b/x': '' }), '//*')).toContain(
      'has not one folder at its top',
    );
    rig.archives['/c.tgz'] = 'https://example.org/c.tgz';
    await expect(publishFrom(rig, '/c.tgz')).rejects.toMatchObject({ code: 'TEMPLATE_INVALID' });
    rig.archives['/d.tgz'] = good;
    await publishFrom(rig, `/d.tgz?checksum=${digestOf(good)}`);
  });

  it('is refused where it is too much, packed or unpacked', async () => {
    const rig = await openRig({ limits: { repositoryBytesMax: 100_000 } });
    rig.archives['/c.tgz'] = archiveOf({ 'main.tf': ' '.repeat(200_000) });
    await expect(publishFrom(rig, '/c.tgz')).rejects.toMatchObject({
      detail: expect.stringContaining('limits.repositoryBytesMax'),
    });
  });

  it('is refused where it is too much with all the others', async () => {
    const rig = await openRig({ limits: { repositoryBytesMax: 25_000 } });
    const archive = archiveOf({ 'main.tf': `${moduleText('x')}# ${' '.repeat(15_000)}` });
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    for (const name of names) {
      rig.archives[`/${name}.tgz`] = archive;
      rig.modules[`a/${name}/c`] = { '1.0.0': `/${name}.tgz` };
    }
    const specs = (some: string[]) =>
      some.map((name) => `{ module: ${rig.server.host}/a/${name}/c, variables: { name: a } }`);
    await rig.publish({ 'template.yaml': templateOf('1.0.0', ...specs(names.slice(0, 5))) });
    await expect(
      rig.publish({ 'template.yaml': templateOf('2.0.0', ...specs(names)) }),
    ).rejects.toMatchObject({ detail: expect.stringContaining('more than 100000 bytes in all') });
  });
});
