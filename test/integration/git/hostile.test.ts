import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { isBiotopeError } from '../../../src/model/errors.ts';
import type { RawEntry } from '../../support/repository.ts';
import { expectNothingLeft, openRig, type Rig, TEMPLATE } from './rig.ts';

/** What is refused about the content, by file. */
async function problemsOf(rig: Rig, source = rig.address, config = {}): Promise<string[]> {
  try {
    await rig.fetch(source, { config });
  } catch (error) {
    if (!isBiotopeError(error, 'TEMPLATE_INVALID')) throw error;
    const { problems } = error.facts as { problems: { file: string; message: string }[] };
    return problems.map(({ file, message }) => `${file}: ${message}`);
  } finally {
    expectNothingLeft(rig);
  }
  throw new Error('it was taken');
}

/** A branch whose tree holds a template and what else is given. */
function branchWith(rig: Rig, ...entries: RawEntry[]): string {
  const { repository } = rig;
  const template = repository.blob(TEMPLATE['template.yaml']);
  const all = [...entries, { mode: '100644' as const, name: 'template.yaml', object: template }];
  const sorted = all.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  repository.commitTree('hostile', repository.tree(sorted));
  return `${rig.address}?ref=hostile`;
}

describe('a hostile repository', () => {
  it('cannot lead out of itself with symbolic links', async () => {
    const rig = await openRig();
    const out = {
      mode: '120000' as const,
      name: 'out',
      object: rig.repository.blob('/etc/passwd'),
    };
    const up = { mode: '120000' as const, name: 'up', object: rig.repository.blob('../..') };
    expect(await problemsOf(rig, branchWith(rig, out, up))).toEqual([
      'out: symbolic links are not taken',
      'up: symbolic links are not taken',
    ]);
    await expect(rig.fetch(`${rig.address}//up/x?ref=hostile`)).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
    });
  });

  it.each(['..', '.git', '.GIT', '.', 'git~1'])('cannot name a folder %s', async (name) => {
    const rig = await openRig();
    const inner = rig.repository.tree([
      { mode: '100644', name: 'config', object: rig.repository.blob('x') },
    ]);
    const source = branchWith(rig, { mode: '40000', name, object: inner });
    await expect(rig.fetch(source)).rejects.toMatchObject({ code: 'SOURCE_REFUSED' });
    expectNothingLeft(rig);
  });

  it('cannot name a file with a path', async () => {
    const rig = await openRig();
    const object = rig.repository.blob('x');
    const source = branchWith(rig, { mode: '100644', name: '../../escaped', object });
    await expect(rig.fetch(source)).rejects.toMatchObject({ code: 'SOURCE_REFUSED' });
    expectNothingLeft(rig);
  });

  it('cannot bring submodules, nor have one of its .gitmodules fetched', async () => {
    const rig = await openRig();
    const modules = rig.repository.blob(
      `[submodule "x"]\n\tpath = x\n\turl = https://${rig.server.host}/other.git\n`,
    );
    const source = branchWith(
      rig,
      { mode: '100644', name: '.gitmodules', object: modules },
      { mode: '160000', name: 'x', object: '1'.repeat(40) },
    );
    expect(await problemsOf(rig, source)).toEqual(['x: submodules are not taken']);
    expect(rig.server.requests.filter((request) => request.includes('other.git'))).toEqual([]);
    const bad = rig.repository.blob('[submodule "x"]\n\tpath = x\n\turl = --upload-pack=./run\n');
    await expect(
      rig.fetch(branchWith(rig, { mode: '100644', name: '.gitmodules', object: bad })),
    ).rejects.toMatchObject({ code: 'SOURCE_REFUSED' });
  });

  it('runs nothing: no hooks, filters, credential helpers or programs of its own', async () => {
    const rig = await openRig();
    const mark = join(rig.temporary, 'ran');
    const hook = `#!/bin/sh\ntouch ${mark}\n`;
    rig.repository.commit({
      ...TEMPLATE,
      '.gitattributes': '* filter=evil diff=evil merge=evil text eol=crlf ident\n',
      '.gitconfig': `[filter "evil"]\n\tsmudge = touch ${mark}\n[core]\n\tfsmonitor = touch ${mark}\n`,
      '.lfsconfig': '[lfs]\n\turl = https://example.org\n',
      'bin/post-checkout': hook,
      'text.txt': '$Id$\n',
    });
    const { files } = await rig.fetch(rig.address);
    expect(files['text.txt']).toBe('$Id$\n');
    expect(files['bin/post-checkout*']).toBe(hook);
    expectNothingLeft(rig);
  });

  it('cannot have files that are one and the same on another system', async () => {
    const rig = await openRig();
    const object = rig.repository.blob('x');
    const folder = rig.repository.tree([{ mode: '100644', name: 'main.tf', object }]);
    const file = (name: string) => ({ mode: '100644' as const, name, object });
    const source = branchWith(rig, file('Main.tf'), file('main.tf'), file('MODULE'), {
      mode: '40000',
      name: 'module',
      object: folder,
    });
    expect(await problemsOf(rig, source)).toEqual([
      'main.tf: elsewhere this is the same as the file Main.tf',
      'module/main.tf: elsewhere this is the same as the file MODULE',
    ]);
  });

  it('cannot have names that a terminal or another system reads otherwise', async () => {
    const rig = await openRig();
    const object = rig.repository.blob('x');
    const file = (name: string) => ({ mode: '100644' as const, name, object });
    const source = branchWith(rig, file('a\\b'), file('a\u001b[2Jb'));
    expect(await problemsOf(rig, source)).toEqual([
      'a?[2Jb: a file cannot have this name',
      'a\\b: a file cannot have this name',
    ]);
  });
});

describe('a repository that is too large', () => {
  it('is not read where one file, all together or their number are beyond the limits', async () => {
    const rig = await openRig();
    rig.repository.commit({ ...TEMPLATE, huge: 'x'.repeat(500_000) });
    const tooLarge =
      'huge: with this file the folder is larger than a template may be (limits.bundleBytesMax)';
    const small = { limits: { bundleBytesMax: 100_000 } };
    expect(await problemsOf(rig, rig.address, small)).toEqual([tooLarge]);
    expect(await problemsOf(rig, rig.address, { limits: { bundleFilesMax: 1 } })).toEqual([
      '.: the folder holds more than 1 files',
    ]);
  });

  it('is not even fetched to its end', async () => {
    const rig = await openRig();
    const random = () => crypto.getRandomValues(new Uint8Array(20_000));
    rig.repository.commit({ 'x/1': random(), 'x/2': random(), 'x/3': random() });
    rig.repository.commit({ 'templates/web/template.yaml': TEMPLATE['template.yaml'] });
    const source = `${rig.address}//templates/web`;
    await expect(
      rig.fetch(source, { config: { limits: { repositoryBytesMax: 30_000 } } }),
    ).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('limits.repositoryBytesMax'),
    });
    expectNothingLeft(rig);
    expect((await rig.fetch(source)).commit).not.toBeNull();
  });

  it('keeps nothing in Git LFS that would be published as a pointer', async () => {
    const rig = await openRig();
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 9\n`;
    rig.repository.commit({ ...TEMPLATE, 'image.bin': pointer });
    expect(await problemsOf(rig)).toEqual([
      'image.bin: the file is kept in Git LFS, which is not fetched',
    ]);
  });
});

describe('what the user configured for Git', () => {
  it('is not run and leads nowhere else, but for what logs in', async () => {
    const rig = await openRig({ login: 'ada:pass-word' });
    rig.repository.commit({ ...TEMPLATE, '.gitattributes': '* filter=own\n' });
    const mark = join(rig.temporary, 'ran');
    const asked = join(rig.server.root, 'asked');
    const hooks = join(rig.server.root, 'hooks');
    for (const folder of [hooks, join(hooks, 'hooks')]) {
      mkdirSync(folder, { recursive: true });
      const hook = join(folder, 'reference-transaction');
      writeFileSync(hook, `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    }
    const program = `touch ${mark}; cat`;
    vi.stubEnv('HOME', rig.server.root);
    const file = join(rig.server.root, '.gitconfig');
    writeFileSync(
      file,
      [
        `[filter "own"]\nsmudge = "${program}"\nprocess = "${program}"\nrequired = true`,
        `[core]\nhooksPath = ${hooks}\nfsmonitor = "${program}"\nsshCommand = "${program}"`,
        `[init]\ntemplateDir = ${hooks}`,
        `[url "https://${rig.server.host}/elsewhere/"]\ninsteadOf = https://${rig.server.host}/`,
        `[url "ext::sh -c touch% ${mark} "]\ninsteadOf = "https://"`,
        '[protocol "ext"]\nallow = always',
        '[http]\nfollowRedirects = true',
        `[credential]\nhelper = "!touch ${asked}; echo username=ada; echo password=pass-word; true"`,
      ].join('\n'),
    );
    expect((await rig.fetch(rig.address)).commit).toHaveLength(40);
    expect(existsSync(asked)).toBe(true);
    expectNothingLeft(rig);
  });
});
