import { describe, expect, it } from 'vitest';
import { readSource, requireAllowedHost, sourceText } from '../../../src/catalog/source.ts';
import { isBiotopeError } from '../../../src/model/errors.ts';
import { folderOf } from './folders.ts';

const HUB = 'https://github.com/org/repo.git';

function refusal(text: string): string {
  try {
    return `taken as ${JSON.stringify(readSource(text))}`;
  } catch (error) {
    if (isBiotopeError(error, 'USAGE')) return error.message;
    throw error;
  }
}

describe('where a template comes from', () => {
  it.each(['./shop', 'shop', '/srv/templates/shop', '.', 'a@b', 'C:shop'])(
    'is the folder %s',
    (folder) => {
      expect(readSource(folder)).toEqual({ kind: 'folder', folder });
    },
  );

  it('is a folder if there is one, whatever its name looks like', async () => {
    const folder = await folderOf({ 'git@host:org/x': '' });
    expect(readSource(`${folder}/git@host:org`)).toMatchObject({ kind: 'folder' });
  });

  it.each([
    [`git::${HUB}`, { url: HUB, path: '', ref: null, host: 'github.com' }],
    [`git::${HUB}//a/b?ref=v1.2.0`, { url: HUB, path: 'a/b', ref: 'v1.2.0' }],
    [`git::${HUB}//a%20b/?ref=feature/x`, { path: 'a b', ref: 'feature/x' }],
    ['git::https://GitHub.com/org/repo', { url: 'https://github.com/org/repo' }],
    [
      'git::https://git.example.org:8443/a/b/c.git',
      { url: 'https://git.example.org:8443/a/b/c.git', host: 'git.example.org:8443' },
    ],
    [
      'git::ssh://git@host/~org/repo.git//x',
      { url: 'ssh://git@host/~org/repo.git', path: 'x', host: 'host' },
    ],
  ])('is the repository %s', (text, expected) => {
    const source = readSource(text);
    expect(source).toMatchObject({ kind: 'git', ...expected });
    expect(source.kind === 'git' && readSource(sourceText(source))).toEqual(source);
  });

  it.each([
    ['git@github.com:org/repo.git//x?ref=v1', 'git::ssh://git@github.com/org/repo.git//x?ref=v1'],
    ['git::git@github.com:org/repo.git', 'git::ssh://git@github.com/org/repo.git'],
    [HUB, `git::${HUB}`],
    ['ssh://git@github.com/org/repo.git', 'git::ssh://git@github.com/org/repo.git'],
  ])('is said in the right way instead of %s', (text, right) => {
    expect(refusal(text)).toContain(`Write it as ${right}.`);
  });

  it.each([
    'git::file:///srv/repo.git',
    'git::/srv/repo.git',
    'git::http://github.com/org/repo.git',
    'git::git://github.com/org/repo.git',
    'git::ext::sh -c touch% /tmp/x',
    'ext::sh -c touch% /tmp/x',
    'git::--upload-pack=touch /tmp/x',
    'git::ssh://-oProxyCommand=touch/org/repo.git',
    'git::ssh://-oProxyCommand@host/org/repo.git',
    'git::https://github.com',
    'git::https://github.com/',
    'git::https://github.com/../repo.git',
    'git::https://github.com/%2e%2e/repo.git',
    'git::https://github.com/a%0ahost=evil/repo.git',
    'git::https://github.com/org/repo.git#main',
    `git::${HUB}//../x`,
    `git::${HUB}//a/../../x`,
    `git::${HUB}//%2e%2e/x`,
    `git::${HUB}//a//b`,
    `git::${HUB}//a%2f..`,
    `git::${HUB}//a%zz`,
    `git::${HUB}?depth=1`,
    `git::${HUB}?ref=v1&sshkey=x`,
    `git::${HUB}?ref=`,
    `git::${HUB}?ref=--upload-pack=touch`,
    `git::${HUB}?ref=a..b`,
    `git::${HUB}?ref=a:refs/heads/b`,
    `git::${HUB}?ref=%2Bmain`.replace('%2B', '*'),
    `git::${HUB}?ref=a%20b`,
    `git::${HUB}?ref=a\ud800`,
    `git::${HUB}//a\ud800`,
    `git::${HUB}?ref=${'a'.repeat(300)}`,
    `git::https://github.com/${'a'.repeat(3_000)}`,
  ])('is not %s', (text) => {
    expect(refusal(text)).not.toContain('taken as');
  });

  it.each([
    ['git::http://github.com/org/repo.git', 'Use https'],
    ['git::/srv/templates/shop', 'For a folder leave out "git::"'],
    ['git::./shop', 'For a folder leave out "git::"'],
  ])('is not %s, and says what to write', (text, hint) => {
    expect(refusal(text)).toContain(hint);
  });

  it.each([
    'git::https://token-4711@github.com/org/repo.git',
    'git::https://user:token-4711@github.com/org/repo.git',
    'git::ssh://git:token-4711@github.com/org/repo.git',
    'https://user:token-4711@github.com/org/repo.git',
    'http://user:token-4711@github.com/org/repo.git',
    'git::http://user:token-4711@github.com/org/repo.git',
  ])('holds no credentials, and what is refused does not repeat them', (text) => {
    const message = refusal(text);
    expect(message).not.toContain('taken as');
    expect(message).not.toContain('token-4711');
  });

  it('is a host that configuration names', () => {
    const source = readSource(`git::${HUB}`);
    if (source.kind !== 'git') throw new Error('a repository');
    expect(() => requireAllowedHost(source, ['github.com'])).not.toThrow();
    expect(() => requireAllowedHost(source, ['hub.com', 'github.com:8443'])).toThrow(
      'Nothing may be fetched from github.com: allowed are hub.com, github.com:8443',
    );
  });
});
