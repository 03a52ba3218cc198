import { describe, expect, it } from 'vitest';
import { readTree } from '../../../../src/catalog/git/tree.ts';
import { DEFAULT_LIMITS } from '../../../../src/model/limits.ts';

const OBJECT = 'a'.repeat(40);

function read(entries: readonly string[], limits = {}) {
  const listed = entries.map((entry) => `${entry}\0`).join('');
  const { files, problems } = readTree(listed, { ...DEFAULT_LIMITS, ...limits });
  return {
    files: files.map(({ path, executable }) => (executable ? `${path}*` : path)),
    problems: problems.map(({ file, message }) => `${file}: ${message}`),
  };
}

const file = (path: string, mode = '100644', size = 1) =>
  `${mode} blob ${OBJECT} ${String(size).padStart(7)}\t${path}`;
const folder = (path: string) => `040000 tree ${OBJECT}       -\t${path}`;

describe('the tree of a commit', () => {
  it('has the files that a folder would have, and none that tools leave behind', () => {
    const entries = [
      file('template.yaml'),
      folder('bin'),
      file('bin/start', '100755'),
      file('a/old', '100664'),
      file('a b'),
      folder('node_modules'),
      file('node_modules/x/index.js'),
      file('module/terraform.tfstate'),
      file('.terraform/x'),
      file('.git/config'),
    ];
    expect(read(entries)).toEqual({
      files: ['template.yaml', 'bin/start*', 'a/old', 'a b'],
      problems: [],
    });
  });

  it.each(['../x', 'a/../x', './x', '/x', 'a//x', '.GIT/config', 'a/.Git/hooks/x'])(
    'never holds %s, also where Git itself did not object',
    (path) => {
      const { problems } = read([file(path)]);
      expect(problems).toEqual([expect.stringContaining(': a file cannot have this name')]);
    },
  );

  it('holds no links, no submodules, no names that cannot be written', () => {
    const submodule = `160000 commit ${OBJECT}       -\tsub`;
    const deep = Array.from({ length: 70 }, () => 'd').join('/');
    expect(
      read([file('link', '120000'), submodule, file('a\u0007'), file('a\uFFFD'), file(deep)]),
    ).toMatchObject({
      problems: [
        'link: symbolic links are not taken',
        'sub: submodules are not taken',
        'a?: a file cannot have this name',
        expect.stringContaining('a file cannot have this name'),
        expect.stringContaining('nested deeper than'),
      ],
    });
  });

  it('keeps within the limits before a byte of it is read', () => {
    const three = [file('a', '100644', 400), file('b', '100644', 400), file('c', '100644', 400)];
    expect(read(three, { bundleBytesMax: 1_000 }).problems).toEqual([
      'c: with this file the folder is larger than a template may be (limits.bundleBytesMax)',
    ]);
    expect(read(three, { bundleFilesMax: 2 }).problems).toEqual([
      '.: the folder holds more than 2 files',
    ]);
  });

  it('holds nothing twice, in whatever case or composition of letters', () => {
    expect(read([file('a'), file('a')]).problems).toHaveLength(1);
    expect(read([file('Caf\u00e9'), file('cafe\u0301')]).problems).toHaveLength(1);
    expect(read([file('a/x'), file('A/y')]).problems).toHaveLength(1);
    expect(read([file('a'), file('a/x')]).problems).toHaveLength(1);
    expect(read([file('a/x'), file('a/y'), file('b/x')]).problems).toEqual([]);
  });
});
