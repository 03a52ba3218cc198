import { describe, expect, test } from 'vitest';
import { accessTokens, bearer, tokenOf } from '../../support/callers.ts';
import { type FoundRoute, watchRoutes } from '../../support/routes-of.ts';
import { type Served, serve } from '../../support/served.ts';

/** Names that stand nowhere else, so that any trace of them is one too many. */
const OWN = { name: 'own-tulip', tag: 'tulips' };
const OTHER = { name: 'other-zebra', tag: 'zebras' };

const CALLERS = accessTokens([
  { name: 'admin', role: 'admin' },
  { name: 'limited', role: 'operator', environments: { tags: [OWN.tag, 'more'] } },
  { name: 'owner', role: 'admin', environments: { tags: [OWN.tag] } },
]);

const [ADMIN, LIMITED, OWNER] = ['admin', 'limited', 'owner'].map((name) => bearer(tokenOf(name)));

interface Scene {
  served: Served;
  routes: FoundRoute[];
  runs: Record<string, string>;
  command(type: string, data: object, headers?: object): ReturnType<Served['send']>;
}

async function scene(): Promise<Scene> {
  const routes = watchRoutes();
  const served = await serve({ environment: CALLERS });
  const command: Scene['command'] = (type, data, headers = LIMITED) =>
    served.send('/api/v1/commands', { type, data }, { ...headers });
  const runs: Record<string, string> = {};
  for (const { name, tag } of [OWN, OTHER]) {
    const data = { name, template: 'hello@1.0.0', tags: [tag], description: `of ${tag}` };
    const { body } = await command('environment.create', data, ADMIN);
    runs[name] = body.run.id;
    await settled(served, body.run.id);
  }
  return { served, routes, runs, command };
}

async function settled({ ask }: Served, run: string): Promise<void> {
  for (;;) {
    const { body } = await ask(`/api/v1/runs/${run}`, { headers: { ...ADMIN } });
    if (body.finishedAt !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A route with the things of one environment in its place. */
function pathOf(url: string, environment: string, run: string | undefined): string {
  const words: Record<string, string> = {
    name: environment,
    environment,
    run: run ?? '',
    resource: 'password',
    step: 'password',
    template: 'hello@1.0.0',
    code: 'INTERNAL',
  };
  return url.replaceAll(/:(\w+)/g, (_, word: string) => words[word] ?? 'nothing');
}

/** Only a run that had to be approved has one. */
const SELDOM_THERE = '/api/v1/runs/:run/plan';

const isThere = (url: string) => IS_OF_ONE.test(url) && url !== SELDOM_THERE;

const IS_OF_ONE = /:(?:name|environment|run)\b/;

describe('somebody who is limited to environments with a tag', () => {
  test('sees on every route what is theirs, and no trace of what is not', async () => {
    const { served, routes, runs } = await scene();
    const reading = routes.filter(({ method, url }) => method === 'GET' && !url.includes('*'));
    expect(reading.filter(({ url }) => IS_OF_ONE.test(url)).length).toBeGreaterThan(8);
    const marks = [OTHER.name, OTHER.tag, runs[OTHER.name] ?? ''];
    for (const { url } of reading) {
      const query = url.endsWith('/search') ? '?q=of' : '';
      const own = await served.ask(`${pathOf(url, OWN.name, runs[OWN.name])}${query}`, {
        headers: { ...LIMITED },
      });
      if (isThere(url)) expect(own, url).toMatchObject({ status: 200 });
      const text = JSON.stringify(own.body);
      for (const mark of marks) expect(text, url).not.toContain(mark);
      if (!IS_OF_ONE.test(url)) continue;
      const path = pathOf(url, OTHER.name, runs[OTHER.name]);
      const other = await served.ask(path, { headers: { ...LIMITED } });
      expect(other, url).toMatchObject({ status: 404 });
      const nothing = await served.ask(pathOf(url, 'nowhere', 'nowhere'), {
        headers: { ...LIMITED },
      });
      expect(other.body.code, url).toBe(nothing.body.code);
    }
  });

  test('finds what is theirs in lists, searches and events', async () => {
    const { served, runs } = await scene();
    const ask = async (path: string) => (await served.ask(path, { headers: { ...LIMITED } })).body;
    const names = (items: { name: string }[]) => items.map(({ name }) => name);
    expect(names((await ask('/api/v1/environments')).items)).toEqual([OWN.name]);
    expect((await ask('/api/v1/runs?limit=1')).items).toMatchObject([{ id: runs[OWN.name] }]);
    expect((await ask('/api/v1/resources')).items).toHaveLength(4);
    expect(JSON.stringify(await ask('/api/v1/search?q=tulips'))).toContain(OWN.name);
    expect(JSON.stringify(await ask('/api/v1/search?q=zebras'))).not.toContain(OTHER.name);
    const { items } = await ask('/api/v1/events');
    expect(items.length).toBeGreaterThan(5);
  });

  test('changes what is theirs, and nothing else', async () => {
    const { command, runs } = await scene();
    const never = { plannedDestructionAt: null };
    expect(await command('environment.extend', { name: OWN.name, ...never })).toMatchObject({
      status: 202,
    });
    for (const [type, data] of [
      ['environment.extend', { name: OTHER.name, ...never }],
      ['environment.update', { name: OTHER.name, tags: [OWN.tag] }],
      ['environment.destroy', { name: OTHER.name }],
      ['run.retry', { run: runs[OTHER.name] }],
      ['run.cancel', { run: runs[OTHER.name] }],
    ] as const) {
      expect(await command(type, data), type).toMatchObject({ status: 404 });
      expect(await command(type, data, OWNER), type).toMatchObject({ status: 404 });
    }
  });

  test('makes environments with one of their tags alone, and does not take it away', async () => {
    const { command } = await scene();
    const create = { name: 'new', template: 'hello@1.0.0' };
    const forbidden = { status: 403, body: { code: 'FORBIDDEN' } };
    expect(await command('environment.create', create)).toMatchObject(forbidden);
    const tagged = { ...create, tags: [OTHER.tag] };
    expect(await command('environment.create', tagged)).toMatchObject(forbidden);
    const own = { ...create, tags: [OTHER.tag, 'more'] };
    expect(await command('environment.create', own)).toMatchObject({ status: 202 });
    const without = { name: OWN.name, tags: [OTHER.tag] };
    expect(await command('environment.update', without)).toMatchObject(forbidden);
    const emptied = { name: OWN.name, tags: [] };
    expect(await command('environment.update', emptied, OWNER)).toMatchObject(forbidden);
  });

  test('gets no history with a name that was somebody else’s', async () => {
    const { served, command } = await scene();
    const gone = await command('environment.destroy', { name: OTHER.name }, ADMIN);
    await settled(served, gone.body.run.id);
    const again = { name: OTHER.name, template: 'hello@1.0.0', tags: [OWN.tag] };
    expect(await command('environment.create', again)).toMatchObject({ status: 403 });
  });
});
