import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { dataPaths } from '../../../src/compose/data-folder.ts';
import type { Prior } from '../../../src/executors/executor.ts';
import type { RemoteBackend } from '../../../src/executors/terraform/backend.ts';
import {
  CHAIN,
  exists,
  openRig,
  priorOf,
  type Rig,
  textOf,
  until,
} from '../../fixtures/terraform/rig.ts';
import { ownPrefix, removeKeys } from '../../support/consul.ts';
import { startConsul } from '../../support/services/consul.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const TOKEN = 'canary-backend-token-9Xw2';

describeOver(['CONSUL_URL'], "Terraform's consul backend", ({ CONSUL_URL: url }) => {
  let rig: Rig;
  let path: string;
  let backend: RemoteBackend;

  beforeEach(async () => {
    path = ownPrefix();
    const { host } = new URL(url);
    backend = { type: 'consul', path, arguments: { address: host, scheme: 'http', lock: true } };
    rig = await openRig(CHAIN, { backend });
  });

  afterEach(async () => {
    await removeKeys({ url, prefix: path });
    await rig.close();
  });

  const stateKey = () => `${url}/v1/kv/${path}/shop/thing.0`;

  async function stateInConsul(): Promise<{ serial: number; resources: unknown[] } | undefined> {
    const response = await fetch(`${stateKey()}?raw`);
    return response.ok ? JSON.parse(await response.text()) : undefined;
  }

  const line = (name: string) => `echo ${name} >> ${rig.path('made')}`;
  const spec = (revision = '1', second = 'true') => ({
    module: './modules/chain',
    variables: {
      revision,
      scripts: [line('first'), `${second} && ${line('second')}`, line('third')],
    },
  });
  const apply = (prior: Prior | null, revision?: string) =>
    rig.executor.apply(rig.context({ spec: spec(revision), prior }));

  it('keeps the state of a resource from its beginning to its end', async () => {
    const made = await apply(null);
    expect(made.outputs).toEqual({ revision: '1' });
    expect((await stateInConsul())?.resources).toHaveLength(3);
    expect(made.parts).toHaveLength(3);

    const prior = { ...priorOf(made), spec: spec() };
    const changed = await apply(prior, '2');
    expect(changed.outputs).toEqual({ revision: '2' });
    const context = rig.context({
      spec: spec('2'),
      prior: { ...priorOf(changed), spec: spec('2') },
    });
    expect(await rig.executor.inspect(context)).toMatchObject({ finding: 'present' });
    await rig.executor.destroy(context);
    expect((await stateInConsul())?.resources).toEqual([]);
    expect(await textOf(rig.path('work/terraform.tfstate'))).toBe('');
  });

  it('stays that of a resource whatever is configured later, and one without stays without', async () => {
    const remote = await apply(null);
    const local = await openRig(CHAIN);
    try {
      const context = local.context({ spec: spec('2'), prior: priorOf(remote) });
      expect((await local.executor.apply(context)).outputs).toEqual({ revision: '2' });
      expect((await stateInConsul())?.resources).toHaveLength(3);

      const own = await local.executor.apply(local.context({ spec: spec() }));
      const before = await stateInConsul();
      const later = rig.context({ spec: spec('3'), prior: priorOf(own) });
      expect((await rig.executor.apply(later)).outputs).toEqual({ revision: '3' });
      expect(await stateInConsul()).toEqual(before);
    } finally {
      await local.close();
    }
  });

  it('believes the backend where somebody moved its state on, and refuses a foreign one', async () => {
    const made = await apply(null);
    const state = JSON.parse(await (await fetch(`${stateKey()}?raw`)).text());
    const put = (changed: object) =>
      fetch(stateKey(), { method: 'PUT', body: JSON.stringify({ ...state, ...changed }) });
    await put({ serial: state.serial + 5, resources: [] });
    const context = rig.context({ spec: spec(), prior: priorOf(made) });
    expect(await rig.executor.inspect(context)).toMatchObject({ finding: 'absent' });
    await put({ lineage: 'another-one' });
    await expect(rig.executor.inspect(context)).rejects.toMatchObject({
      failure: { message: expect.stringContaining('of another origin') },
    });
  });

  it('gets the newest state back where it was lost there', async () => {
    const made = await apply(null);
    await fetch(stateKey(), { method: 'DELETE' });
    const context = rig.context({ spec: spec(), prior: priorOf(made) });
    expect(await rig.executor.inspect(context)).toMatchObject({ finding: 'present' });
    expect((await stateInConsul())?.resources).toHaveLength(3);
    expect(rig.said.join('\n')).toContain('it was brought there');
  });

  it('is logged in to by the environment alone', async () => {
    const settings = { backend, backendVariables: () => ({ CONSUL_HTTP_TOKEN: TOKEN }) };
    const withToken = await openRig(CHAIN, settings);
    try {
      const seen = withToken.path('seen');
      const scripts = [`echo "$CONSUL_HTTP_TOKEN" > ${seen}`, 'true', 'true'];
      const asked = { module: './modules/chain', variables: { scripts } };
      const made = await withToken.executor.apply(withToken.context({ spec: asked }));
      expect(await readFile(seen, 'utf8')).toContain(TOKEN);
      expect(JSON.stringify(made.record)).not.toContain(TOKEN);
      expect(withToken.said.join('\n')).not.toContain(TOKEN);
    } finally {
      await withToken.close();
    }
  });

  describe('a Terraform that is killed in the middle', () => {
    it('leaves a lock that ends by itself, and what it was creating is told, not made again', async () => {
      const begun = `touch ${rig.path('begun')} && sleep 60`;
      const src = new URL('../../../src/', import.meta.url).href;
      const file = rig.path('worker.mjs');
      const asked = spec('1', begun);
      await writeFile(
        file,
        `
        import { createTerraformExecutor } from '${src}executors/terraform/terraform.ts';
        import { systemClock } from '${src}platform/clock.ts';
        const settings = { host: { PATH: process.env.PATH }, backend: ${JSON.stringify(backend)} };
        const folders = ${JSON.stringify(dataPaths(rig.path('data')))};
        const executor = createTerraformExecutor({ clock: systemClock, folders, settings });
        await executor.apply({
          ...${JSON.stringify({ ...rig.context({ spec: asked }), signal: null })},
          signal: new AbortController().signal,
          confirm: async () => {}, log: () => {}, progress: () => {}, checkpoint: async () => {},
          redact: (text) => text,
        });`,
      );
      const worker = spawn(process.execPath, [file], { stdio: 'ignore' });
      await until(() => exists(rig.path('begun')));
      const pid = JSON.parse(await textOf(rig.path('work/terraform.pid'))).pid;
      worker.kill('SIGKILL');
      process.kill(pid, 'SIGKILL');

      const retry = rig.executor.apply(rig.context({ spec: spec() }));
      await expect(retry).rejects.toMatchObject({
        kind: 'undeterminable',
        failure: { code: 'RESOURCE_UNKNOWN', message: expect.stringContaining('second') },
      });
      // A person has looked: what is recorded is decided on, and the next one goes on.
      const left = await retry.catch((error) => error.left);
      const made = await rig.executor.apply(rig.context({ spec: spec(), prior: priorOf(left) }));
      expect(made.outputs).toEqual({ revision: '1' });
      expect((await stateInConsul())?.resources).toHaveLength(3);
    }, 180_000);
  });
});

describeOver(['CONSUL_URL'], 'a Consul that goes away during an apply', () => {
  it('gets the state that was made meanwhile once it is back', async () => {
    const consul = await startConsul({ folder: temporaryFolder() });
    onTestFinished(() => consul.stop());
    const { host } = new URL(consul.url);
    const block = { address: host, scheme: 'http', lock: true };
    const rig = await openRig(CHAIN, {
      backend: { type: 'consul', path: 'states', arguments: block },
    });
    onTestFinished(() => rig.close());
    const wait = `touch ${rig.path('begun')} && while [ ! -e ${rig.path('go')} ]; do sleep 0.1; done`;
    const spec = {
      module: './modules/chain',
      variables: { scripts: ['true', wait, `echo third >> ${rig.path('made')}`] },
    };
    const applied = rig.executor.apply(rig.context({ spec })).catch((error) => error);
    await until(() => exists(rig.path('begun')));
    await consul.stop();
    await writeFile(rig.path('go'), '');
    const failure = await applied;
    expect(failure).toMatchObject({ kind: 'undeterminable' });
    expect(await textOf(rig.path('made'))).toBe('third\n');

    await consul.start();
    const context = rig.context({ spec, prior: { ...priorOf(failure.left), spec } });
    expect(await rig.executor.inspect(context)).toMatchObject({ finding: 'present' });
    const state = await (await fetch(`${consul.url}/v1/kv/states/shop/thing.0?raw`)).text();
    expect(JSON.parse(state).resources).toHaveLength(3);
    expect(await textOf(rig.path('made'))).toBe('third\n');
  }, 180_000);
});
