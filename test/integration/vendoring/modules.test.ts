import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRepository } from '../../support/repository.ts';
import { moduleText, openRig, type Rig, templateOf } from './rig.ts';

const repository = (rig: Rig, name: string) => createRepository(join(rig.server.root, name));

describe('a module from Git that a resource names', () => {
  it('is brought into the bundle at its commit, and built, changed and destroyed from there', async () => {
    const rig = await openRig();
    const { commit, git } = repository(rig, 'net.git');
    const first = commit({ 'modules/net/main.tf': moduleText('one'), 'README.md': 'hello' });
    git('tag', 'v1');
    const url = `https://${rig.server.host}/net.git`;
    const spec = `{ module: "git::${url}//modules/net?ref=v1", variables: { name: a } }`;
    const { record } = await rig.publish({ 'template.yaml': templateOf('1.0.0', spec) });
    expect(record.vendored).toMatchObject({ modules: [{ url, commit: first, version: null }] });
    const folder = record.vendored?.modules[0]?.folder ?? '';
    expect(Object.keys(await rig.filesOf(record))).toEqual(
      [`${folder}/modules/net/main.tf`, '.biotope/modules.json', 'template.yaml'].sort(),
    );

    // What the tag becomes, and whether there is such a host, means nothing any more.
    commit({ 'modules/net/main.tf': moduleText('two') });
    git('tag', '--force', 'v1');
    const asked = rig.server.requests.length;
    const create = {
      type: 'environment.create',
      data: { name: 'e', template: 'vendored' },
    } as const;
    expect(await rig.run(create)).toMatchObject({ status: 'succeeded' });
    const resource = (await rig.biotope.store.find('resources')).map(({ value }) => value)[0];
    expect(resource?.outputs).toEqual({ said: 'a one' });
    expect(rig.server.requests).toHaveLength(asked);
    const destroy = { type: 'environment.destroy', data: { name: 'e' } } as const;
    expect(await rig.run(destroy)).toMatchObject({ status: 'succeeded' });
  });
});
