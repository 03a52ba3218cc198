import { describe, expect, it } from 'vitest';
import {
  packageKey,
  type RemoteSource,
  readModuleSource,
} from '../../../../../src/executors/terraform/modules/module-source.ts';

const git = (url: string, ref: string | null = null, path = '') => ({
  kind: 'git',
  host: new URL(url).host,
  url,
  ref,
  path,
});
const registry = (address: string, host: string | null = null, path = '') => ({
  kind: 'registry',
  host,
  address,
  path,
});

describe('the place of a module', () => {
  it.each([
    ['./modules/x', { kind: 'local' }],
    ['..', { kind: 'local' }],
    ['terraform-aws-modules/vpc/aws', registry('terraform-aws-modules/vpc/aws')],
    [
      'registry.example.org:8443/acme/db/aws//modules/small',
      registry('acme/db/aws', 'registry.example.org:8443', 'modules/small'),
    ],
    ['git::https://example.org/a/r.git', git('https://example.org/a/r.git')],
    [
      'git::https://example.org/a/r.git//sub/folder?ref=v1.2.0',
      git('https://example.org/a/r.git', 'v1.2.0', 'sub/folder'),
    ],
    [
      'git::ssh://git@example.org/a/r.git?ref=feature%2Fx&depth=1',
      git('ssh://git@example.org/a/r.git', 'feature/x'),
    ],
    ['git::https://Example.org/a/r.git?depth=1', git('https://example.org/a/r.git')],
    ['git@example.org:a/r.git//sub?ref=v1', git('ssh://git@example.org/a/r.git', 'v1', 'sub')],
    ['git::git@example.org:a/r.git', git('ssh://git@example.org/a/r.git')],
    ['github.com/a/r//sub?ref=v1', git('https://github.com/a/r.git', 'v1', 'sub')],
    ['github.com/a/r.git', git('https://github.com/a/r.git')],
    ['bitbucket.org/a/r', git('https://bitbucket.org/a/r.git')],
  ])('%s is understood', (text, expected) => {
    expect(readModuleSource(text)).toEqual(expected);
  });

  it.each([
    ['file:///srv/module', 'path of one machine'],
    ['/srv/module', 'path of one machine'],
    ['git::file:///srv/r.git', 'not read by https or ssh'],
    ['git::http://example.org/r.git', 'not read by https or ssh'],
    ['git::ext::sh -c id', 'not read by https or ssh'],
    ['git::https://user:word@example.org/r.git', 'holds credentials'],
    ['git::https://token@example.org/r.git', 'holds credentials'],
    ['git::ssh://git:word@example.org/r.git', 'holds credentials'],
    ['git::https://example.org/r.git?ref=v1&sshkey=abc', 'more than a ref'],
    ['git::https://example.org/r.git?ref=--upload-pack', 'no branch, tag or commit'],
    ['git::https://example.org/a%0ahost=evil/r.git', 'no repository'],
    ['git::ssh://-oProxyCommand=x/a/r.git', 'not read by https or ssh'],
    ['git::https://example.org/r.git//a"b', 'cannot be in its repository'],
    ['git::https://example.org/r.git//../../etc', 'cannot be in its repository'],
    ['acme/db/aws//../other', 'cannot be in its package'],
    ['acme/db/aws//a" b', 'cannot be in its package'],
    ['git::https://example.org/r.git//%{if true}x', 'an expression'],
    ['https://example.org/module.zip', 'archive'],
    ['s3::https://s3.amazonaws.com/b/module.zip', 'fetched by s3'],
    ['hg::https://example.org/r', 'fetched by hg'],
    ['${var.source}', 'expression'],
    ['modules/database', 'no place of a module'],
    ['', 'no place of a module'],
    ['a'.repeat(2_000), 'too long'],
  ])('%s is refused', (text, reason) => {
    expect(readModuleSource(text)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining(reason),
    });
  });

  it.each([
    ['https://example.org/a/r.git//sub?ref=v1', 'git::https://example.org/a/r.git//sub?ref=v1'],
    ['gitlab.com/group/project', 'git::https://gitlab.com/group/project.git'],
  ])('%s is refused with the way to write it', (text, better) => {
    expect(readModuleSource(text)).toMatchObject({
      suggestion: expect.stringContaining(better),
    });
  });

  it('names one package for all of its folders, and another one for another version', () => {
    const key = (text: string, version: string | null = null) =>
      packageKey(readModuleSource(text) as RemoteSource, version);
    expect(key('github.com/a/r//x?ref=v1')).toBe(key('git::https://github.com/a/r.git//y?ref=v1'));
    expect(key('github.com/a/r?ref=v1')).not.toBe(key('github.com/a/r?ref=v2'));
    expect(key('a/b/c//x', '~> 1.0')).toBe(key('a/b/c', '~> 1.0'));
    expect(key('a/b/c', '~> 1.0')).not.toBe(key('a/b/c', '~> 2.0'));
  });
});
