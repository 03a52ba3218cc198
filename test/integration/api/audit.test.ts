import { describe, expect, test } from 'vitest';
import { accessTokens, bearer, tokenOf } from '../../support/callers.ts';
import { type Served, serve } from '../../support/served.ts';

const CALLERS = accessTokens([
  { name: 'admin', role: 'admin' },
  { name: 'builder', role: 'operator' },
  { name: 'reader', role: 'viewer' },
  { name: 'tulips', role: 'admin', environments: { tags: ['tulips'] } },
]);

const CANARY = 'canary-6b1d-not-to-be-seen';

const create = (name: string, more: object = {}) => ({
  type: 'environment.create',
  data: { name, template: 'hello@1.0.0', ...more },
});

const as = (name: string) => bearer(tokenOf(name));

const audit = async ({ ask }: Served, query = '', who = 'admin') =>
  (await ask(`/api/v1/audit${query}`, { headers: as(who) })).body;

describe('the audit log', () => {
  test('tells who looked at secrets, before they are told', async () => {
    const served = await serve({ environment: CALLERS });
    const { body } = await served.send('/api/v1/commands', create('one'), as('admin'));
    for (let is = null; is === null; ) {
      is = (await served.ask(`/api/v1/runs/${body.run.id}`, { headers: as('reader') })).body
        .finishedAt;
    }
    const path = '/api/v1/environments/one/secrets';
    const told = await served.ask(path, { headers: as('builder') });
    expect(told.body.outputs.login).toMatch(/^guest:.{20,}/);
    expect((await served.ask(path, { headers: as('reader') })).status).toBe(403);
    const { items } = await audit(served);
    expect(items).toContainEqual(
      expect.objectContaining({
        actor: 'builder',
        action: 'environment.reveal',
        subject: 'one',
        outcome: 'accepted',
      }),
    );
    expect(JSON.stringify(items)).not.toContain(told.body.outputs.login);
  });

  test('tells who asked for what, by which request, and what became of it', async () => {
    const served = await serve({ environment: CALLERS });
    const headers = { ...as('builder'), 'x-request-id': 'request-7' };
    const { body } = await served.send('/api/v1/commands', create('one'), headers);
    const { items } = await audit(served);
    expect(items).toMatchObject([
      {
        actor: 'builder',
        action: 'environment.create',
        subject: 'one',
        environment: 'one',
        outcome: 'accepted',
        code: null,
        run: body.run.id,
        request: 'request-7',
        detail: { template: 'hello@1.0.0', parameters: [] },
      },
    ]);
  });

  test('tells of what was refused: by the engine, for the role, and at the door', async () => {
    const served = await serve({ environment: CALLERS });
    const destroy = { type: 'environment.destroy', data: { name: 'nobody' } };
    await served.send('/api/v1/commands', destroy, as('builder'));
    const resolve = { type: 'run.resolve', data: { run: 'r', step: 's', as: 'done' } };
    await served.send('/api/v1/commands', resolve, as('builder'));
    await served.send('/api/v1/commands', create('one'), as('reader'));
    await served.send('/api/v1/commands', create('one'), bearer('garbage'));
    await served.send('/api/v1/commands', { type: 'environment.create', data: {} }, as('builder'));
    const { items } = await audit(served);
    const told = items.map(({ actor, action, subject, outcome, code }: Record<string, string>) =>
      [actor, action, subject, outcome, code].join(' | '),
    );
    expect(told.toSorted()).toEqual(
      [
        'address:127.0.0.1 | POST /api/v1/commands |  | refused | UNAUTHENTICATED',
        'builder | environment.create |  | refused | COMMAND_INVALID',
        'builder | environment.destroy | nobody | refused | ENVIRONMENT_NOT_FOUND',
        'builder | run.resolve | r | refused | FORBIDDEN',
        'reader | POST /api/v1/commands |  | refused | FORBIDDEN',
      ].toSorted(),
    );
  });

  test('sums up refusals that are alike instead of filling the disk', async () => {
    const served = await serve({ environment: CALLERS });
    for (let at = 0; at < 50; at += 1) {
      await served.ask('/api/v1/info', { headers: bearer(`wrong-${at}`) });
    }
    expect((await audit(served)).items).toMatchObject([{ code: 'UNAUTHENTICATED', count: 1 }]);
    await served.stop();
    const again = await serve({ environment: CALLERS, folder: served.folder });
    const { items } = await audit(again);
    expect(items.map(({ count }: { count: number }) => count)).toEqual([49, 1]);
  });

  test('is read in pages, newest first, by actor, subject and time', async () => {
    const served = await serve({ environment: CALLERS });
    for (const name of ['one', 'two', 'three']) {
      await served.send('/api/v1/commands', create(name), as('builder'));
    }
    await served.send('/api/v1/commands', create('four'), as('admin'));
    const subjects = ({ items }: { items: { subject: string }[] }) =>
      items.map(({ subject }) => subject);
    const first = await audit(served, '?limit=3');
    expect(subjects(first)).toEqual(['four', 'three', 'two']);
    const rest = await audit(served, `?limit=3&cursor=${first.next}`);
    expect(subjects(rest)).toEqual(['one']);
    expect(rest.next).toBeNull();
    expect(subjects(await audit(served, '?actor=admin'))).toEqual(['four']);
    expect(subjects(await audit(served, '?subject=two'))).toEqual(['two']);
    const { at } = first.items[1];
    expect(subjects(await audit(served, `?until=${at}`))).not.toContain('four');
    expect(subjects(await audit(served, `?since=${at}`))).toEqual(['four', 'three']);
  });

  test('shows who is limited by tags what is theirs alone', async () => {
    const served = await serve({ environment: CALLERS });
    const own = create('own', { tags: ['tulips'] });
    await served.send('/api/v1/commands', own, as('tulips'));
    await served.send('/api/v1/commands', create('other'), as('admin'));
    await served.ask('/api/v1/info');
    expect((await audit(served, '', 'tulips')).items).toMatchObject([{ subject: 'own' }]);
    expect((await audit(served)).items).toHaveLength(3);
  });

  test('tells of a published template, which only who sees everything may publish', async () => {
    const served = await serve({ environment: CALLERS });
    const text = [
      'apiVersion: biotope/v1',
      'kind: Template',
      'metadata: { name: sent, version: 1.0.0 }',
      'resources:',
      '  - id: key',
      '    executor: consul-kv',
      '    with: { prefix: "${environment.name}", entries: { a: b } }',
    ].join('\n');
    const contentBase64 = Buffer.from(text).toString('base64');
    const body = { files: [{ path: 'template.yaml', contentBase64 }] };
    expect(await served.send('/api/v1/templates', body, as('tulips'))).toMatchObject({
      status: 403,
    });
    expect(await served.send('/api/v1/templates', body, as('admin'))).toMatchObject({
      status: 200,
      body: { new: true },
    });
    expect((await audit(served)).items).toMatchObject([
      { actor: 'admin', action: 'template.publish', subject: 'sent@1.0.0', outcome: 'accepted' },
    ]);
  });

  test('holds no token and no value that may be secret', async () => {
    const lines: string[] = [];
    const write = (...said: unknown[]) => lines.push(JSON.stringify(said));
    const log = { debug: write, info: write, warn: write, error: write };
    const served = await serve({ environment: CALLERS, log });
    const body = create('one', { parameters: { greeting: CANARY }, description: CANARY });
    await served.send('/api/v1/commands', body, as('builder'));
    const typo = create('two', { parametres: { greeting: CANARY } });
    await served.send('/api/v1/commands', typo, as('builder'));
    for (const path of ['/api/v1/info', `/api/v1/info?token=${CANARY}`, `/${CANARY}`]) {
      await served.ask(path, { headers: bearer(CANARY) });
    }
    const told = JSON.stringify((await audit(served)).items);
    expect(told).toContain('greeting');
    for (const text of [told, lines.join('\n')]) {
      expect(text).not.toContain(CANARY);
      expect(text).not.toContain(tokenOf('builder'));
    }
  });
});
