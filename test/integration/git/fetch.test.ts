import { describe, expect, it } from 'vitest';
import { expectNothingLeft, openRig, TEMPLATE } from './rig.ts';

const FOLDER = {
  'templates/web/template.yaml': TEMPLATE['template.yaml'],
  'templates/web/bin/start': '#!/bin/sh\n',
  'templates/web/modules/db/main.tf': 'resource "terraform_data" "db" {}\r\n',
  'README.md': 'Not of the template',
};

describe('a template from a Git repository', () => {
  it('is the files of its folder at the default branch, with the commit they come from', async () => {
    const rig = await openRig();
    const commit = rig.repository.commit(FOLDER);
    const fetched = await rig.fetch(`${rig.address}//templates/web`);
    expect(fetched.files).toEqual({
      'bin/start*': '#!/bin/sh\n',
      'modules/db/main.tf': 'resource "terraform_data" "db" {}\r\n',
      'template.yaml': TEMPLATE['template.yaml'],
    });
    const url = `https://${rig.server.host}/shop.git`;
    expect(fetched.commit).toBe(commit);
    expect(fetched.source).toEqual({ url, path: 'templates/web', ref: null });
    expect(fetched.label).toBe(`git::${url}//templates/web`);
    expectNothingLeft(rig);
  });

  it('may be the whole repository', async () => {
    const rig = await openRig();
    rig.repository.commit(TEMPLATE);
    expect(Object.keys((await rig.fetch(rig.address)).files)).toEqual(['template.yaml']);
  });

  it('is taken from a branch, a tag with or without a note, or a commit', async () => {
    const rig = await openRig();
    const { git, commit } = rig.repository;
    const first = commit({ ...TEMPLATE, at: 'first' });
    git('tag', 'v1.0.0');
    const second = commit({ at: 'second' });
    git('tag', '--annotate', '-m', 'A note', 'v2.0.0');
    git('checkout', '--quiet', '-b', 'feature/x');
    const third = commit({ at: 'third' });
    git('checkout', '--quiet', 'main');
    const at = async (ref: string) => {
      const { files, commit } = await rig.fetch(`${rig.address}?ref=${ref}`);
      return [files.at, commit];
    };
    expect(await at('v1.0.0')).toEqual(['first', first]);
    expect(await at('v2.0.0')).toEqual(['second', second]);
    expect(await at('refs/tags/v2.0.0')).toEqual(['second', second]);
    expect(await at('feature/x')).toEqual(['third', third]);
    expect(await at('feature%2Fx')).toEqual(['third', third]);
    expect(await at(first)).toEqual(['first', first]);
  });

  it('is fetched without the history behind it', async () => {
    const rig = await openRig();
    rig.repository.commit({ ...TEMPLATE, big: randomText(600_000) });
    rig.repository.commit({ big: 'small now' });
    const limits = { repositoryBytesMax: 100_000 };
    const { files } = await rig.fetch(rig.address, { config: { limits } });
    expect(files.big).toBe('small now');
  });
});

describe('what is not there', () => {
  it('is said with the branch or tag that was probably meant', async () => {
    const rig = await openRig();
    rig.repository.commit(TEMPLATE);
    rig.repository.git('tag', 'v1.2.0');
    await expect(rig.fetch(`${rig.address}?ref=v1.2.1`)).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: expect.stringContaining('Did you mean "v1.2.0"?'),
    });
    await expect(rig.fetch(`${rig.address}?ref=0123abcd`)).rejects.toMatchObject({
      message: expect.stringContaining('all 40 digits'),
    });
    expectNothingLeft(rig);
  });

  it('is not guessed where a branch and a tag have one name', async () => {
    const rig = await openRig();
    rig.repository.commit(TEMPLATE);
    rig.repository.git('tag', 'both');
    rig.repository.git('branch', 'both');
    await expect(rig.fetch(`${rig.address}?ref=both`)).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: expect.stringContaining('refs/tags/both or ?ref=refs/heads/both'),
    });
    expect((await rig.fetch(`${rig.address}?ref=refs/heads/both`)).commit).toHaveLength(40);
  });

  it('may be a commit, a default branch or anything at all', async () => {
    const rig = await openRig();
    await expect(rig.fetch(rig.address)).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: expect.stringContaining('no default branch'),
    });
    rig.repository.commit(TEMPLATE);
    await expect(rig.fetch(`${rig.address}?ref=${'1'.repeat(40)}`)).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: expect.stringContaining('has no commit 1111'),
    });
    const tree = rig.repository.git('rev-parse', 'HEAD^{tree}');
    await expect(rig.fetch(`${rig.address}?ref=${tree}`)).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: expect.stringContaining('is no commit'),
    });
    expectNothingLeft(rig);
  });

  it('may be the folder: those that hold templates are named', async () => {
    const rig = await openRig();
    rig.repository.commit(FOLDER);
    await expect(rig.fetch(`${rig.address}//templates/wob`)).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: expect.stringContaining('Did you mean "templates/web"?'),
    });
    await expect(rig.fetch(`${rig.address}//elsewhere`)).rejects.toMatchObject({
      message: expect.stringContaining('Templates are in: templates/web.'),
    });
    await expect(rig.fetch(`${rig.address}//README.md`)).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
    });
  });

  it('may be the repository', async () => {
    const rig = await openRig();
    await expect(rig.fetch(`git::https://${rig.server.host}/other.git`)).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: expect.stringContaining('There is no repository'),
    });
    expectNothingLeft(rig);
  });
});

function randomText(characters: number): string {
  let seed = 1;
  return Array.from({ length: characters }, () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return String.fromCharCode(33 + (seed % 90));
  }).join('');
}
