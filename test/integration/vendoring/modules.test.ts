import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createRepository } from '../../support/repository.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { callText, moduleText, openRig, type Rig, templateOf } from './rig.ts';

const repository = (rig: Rig, name: string) => createRepository(join(rig.server.root, name));
const urlOf = (rig: Rig, name: string) => `https://${rig.server.host}/${name}`;
const create = { type: 'environment.create', data: { name: 'e', template: 'vendored' } } as const;

async function outputsOf({ biotope }: Rig) {
  const resources = await biotope.store.find('resources', { where: { environment: 'e' } });
  return resources.map(({ value }) => value.outputs);
}

describe('a module from Git that a resource names', () => {
  it('is brought into the bundle at its commit, and built and destroyed from there', async () => {
    const rig = await openRig();
    const { commit, git } = repository(rig, 'net.git');
    const first = commit({ 'modules/net/main.tf': moduleText('one'), 'README.md': 'hello' });
    git('tag', 'v1');
    const url = urlOf(rig, 'net.git');
    const spec = `{ module: "git::${url}//modules/net?ref=v1", variables: { name: a } }`;
    const { record } = await rig.publish({ 'template.yaml': templateOf('1.0.0', spec) });
    expect(record.vendored).toMatchObject({ modules: [{ url, commit: first, version: null }] });
    const folder = record.vendored?.modules[0]?.folder ?? '';
    expect(Object.keys(await rig.filesOf(record)).sort()).toEqual(
      [`${folder}/modules/net/main.tf`, '.biotope/modules.json', 'template.yaml'].sort(),
    );

    // What the tag becomes, and whether there is such a host, means nothing any more.
    commit({ 'modules/net/main.tf': moduleText('two') });
    git('tag', '--force', 'v1');
    const asked = rig.server.requests.length;
    expect(await rig.run(create)).toMatchObject({ status: 'succeeded' });
    expect(await outputsOf(rig)).toEqual([{ said: 'a one' }]);
    const destroy = { type: 'environment.destroy', data: { name: 'e' } } as const;
    expect(await rig.run(destroy)).toMatchObject({ status: 'succeeded' });
    expect(rig.server.requests).toHaveLength(asked);
  });

  it('is fetched once for each version of the template, and changes nothing where it is the same', async () => {
    const rig = await openRig();
    const { commit } = repository(rig, 'net.git');
    commit({ 'main.tf': moduleText('one') });
    const spec = `{ module: "git::${urlOf(rig, 'net.git')}", variables: { name: a } }`;
    const first = await rig.publish({ 'template.yaml': templateOf('1.0.0', spec) });
    await rig.run(create);
    const asked = rig.server.requests.length;
    const again = await rig.publish({ 'template.yaml': templateOf('1.0.0', spec) });
    expect(again).toEqual({ record: first.record, isNew: false });
    const other = rig.publish({ 'template.yaml': `${templateOf('1.0.0', spec)}# other\n` });
    await expect(other).rejects.toMatchObject({ code: 'TEMPLATE_EXISTS' });
    expect(rig.server.requests).toHaveLength(asked);

    const same = commit({});
    const second = await rig.publish({ 'template.yaml': templateOf('1.1.0', spec) });
    expect(second.record.vendored?.modules).toMatchObject([{ commit: same }]);
    const update = (version: string) =>
      ({
        type: 'environment.update',
        data: { name: 'e', template: `vendored@${version}` },
      }) as const;
    const actions = async (version: string) => {
      const plan = await rig.biotope.plan({
        command: update(version),
        withDifferences: false,
        signal: new AbortController().signal,
      });
      return plan.resources.map(({ action }) => action);
    };
    expect(await actions('1.1.0')).toEqual(['leave']);
    commit({ 'main.tf': moduleText('two') });
    await rig.publish({ 'template.yaml': templateOf('1.2.0', spec) });
    expect(await actions('1.2.0')).toEqual(['change']);
  });
});

describe('modules from a registry and from Git that a local module calls', () => {
  async function openNested() {
    const rig = await openRig();
    const deep = repository(rig, 'deep.git');
    deep.commit({ 'main.tf': moduleText('deep') });
    const registered = repository(rig, 'terraform-acme-vpc.git');
    const deepCall = callText(`git::${urlOf(rig, 'deep.git')}?ref=main`);
    registered.commit({
      'main.tf': moduleText('5.1', callText('./modules/part')),
      'modules/part/main.tf': moduleText('part', callText('../shared')),
      'modules/shared/main.tf': moduleText('shared', deepCall),
      'examples/small/main.tf': callText('../..'),
    });
    registered.git('tag', 'v5.1.0');
    registered.commit({ 'main.tf': moduleText('6.0') });
    registered.git('tag', 'v6.0.0');
    const at = (tag: string) => `git::${urlOf(rig, 'terraform-acme-vpc.git')}?ref=${tag}`;
    rig.modules['acme/vpc/aws'] = {
      '5.0.0': at('v5.0.0'),
      '6.0.0': at('v6.0.0'),
      '5.1.0': at('v5.1.0'),
    };
    const source = `${rig.server.host}/acme/vpc/aws`;
    return { rig, source };
  }

  const said = '\noutput "all" {\n  value = module.inner.said\n}\n';

  it('are all brought in, and everybody finds them in the bundle', async () => {
    const { rig, source } = await openNested();
    const files = {
      'template.yaml': templateOf('1.0.0', '{ module: ./net, variables: { name: a } }'),
      'net/main.tf': moduleText('net', callText(source, '~> 5.0') + said),
      'net/more.tf.json': JSON.stringify({
        module: { json: { source: `git::${urlOf(rig, 'deep.git')}?ref=main`, name: 'j' } },
      }),
    };
    const { record } = await rig.publish(files);
    expect(record.vendored?.modules).toMatchObject([
      { source: `${source} ~> 5.0`, version: '5.1.0' },
      { source: `${urlOf(rig, 'deep.git')}?ref=main`, version: null },
    ]);
    const kept = await rig.filesOf(record);
    expect(Object.keys(kept).filter((path) => path.endsWith('.tf'))).toHaveLength(6);
    expect(kept['net/main.tf']?.split('\n')).toHaveLength(files['net/main.tf'].split('\n').length);
    for (const [path, text] of Object.entries(kept)) {
      if (/\.tf(?:\.json)?$/.test(path)) expect(text).not.toContain(rig.server.host);
    }
    const asked = rig.server.requests.length;
    expect(await rig.run(create)).toMatchObject({ status: 'succeeded' });
    expect(await outputsOf(rig)).toEqual([{ said: 'a net', all: 'a 5.1' }]);
    expect(rig.server.requests).toHaveLength(asked);
  });

  it('are looked for at a registry that is asked once where its modules are', async () => {
    const { rig, source } = await openNested();
    rig.modules['acme/other/aws'] = rig.modules['acme/vpc/aws'] ?? {};
    const specs = [source, source.replace('vpc', 'other')].map(
      (module) => `{ module: ${module}, version: 6.0.0, variables: { name: a } }`,
    );
    await rig.publish({ 'template.yaml': templateOf('1.0.0', ...specs) });
    const asked = rig.server.requests.filter((request) => request.includes('.well-known'));
    expect(asked).toEqual(['GET /.well-known/terraform.json']);
  });

  it('are those that Terraform itself would take', async () => {
    const { rig, source } = await openNested();
    const main = moduleText('net', callText(source, '>= 5.0.0, != 5.0.0'));
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'main.tf'), main);
    const env = { PATH: process.env.PATH, HOME: folder, SSL_CERT_FILE: rig.server.certificate };
    await promisify(execFile)('terraform', ['get'], {
      cwd: folder,
      env: { ...env, GIT_SSL_CAINFO: rig.server.certificate, CHECKPOINT_DISABLE: '1' },
    });
    const manifest = JSON.parse(
      readFileSync(join(folder, '.terraform/modules/modules.json'), 'utf8'),
    );
    const taken = new Map<string, { Version?: string; Dir: string }>(
      manifest.Modules.map((module: { Key: string }) => [module.Key, module]),
    );
    const template = templateOf('1.0.0', '{ module: ./net, variables: { name: a } }');
    const { record } = await rig.publish({ 'template.yaml': template, 'net/main.tf': main });
    const [first] = record.vendored?.modules ?? [];
    expect(first?.version).toBe(taken.get('inner')?.Version);
    expect((await rig.filesOf(record))[`${first?.folder}/main.tf`]).toBe(
      readFileSync(join(folder, taken.get('inner')?.Dir ?? '', 'main.tf'), 'utf8'),
    );
  });

  it('may be named by a resource itself, with variables and outputs checked in their place', async () => {
    const { rig, source } = await openNested();
    const spec = (more: string) => `{ module: ${source}, version: "~> 5.0", ${more} }`;
    const wrong = await rig.check({
      'template.yaml': templateOf('1.0.0', spec('variables: { nme: a }')),
    });
    expect(wrong.problems).toMatchObject([
      { line: 5, message: 'The module needs the variable name (string).' },
      { line: 5, message: 'The module has no variable nme.', suggestion: 'Did you mean "name"?' },
    ]);
    const outputs = 'outputs: { x: "${resources.r0.outputs.sad}" }\n';
    const template = templateOf('1.0.0', spec('variables: { name: a }'));
    expect((await rig.check({ 'template.yaml': template + outputs })).problems).toMatchObject([
      { line: 6, suggestion: 'Did you mean "said"?' },
    ]);
    await rig.publish({ 'template.yaml': template });
    expect(await rig.run(create)).toMatchObject({ status: 'succeeded' });
    expect(await outputsOf(rig)).toEqual([{ said: 'a 5.1' }]);
  });
});
