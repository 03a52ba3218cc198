import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { secretText } from '../../../../src/model/secret.ts';
import { systemClock } from '../../../../src/platform/clock.ts';
import { readDependencies } from '../../../../src/presentation/usecases/resource/dependencies.ts';
import { listResources } from '../../../../src/presentation/usecases/resource/list-resources.ts';
import { viewResource } from '../../../../src/presentation/usecases/resource/view-resource.ts';
import { searchRecords } from '../../../../src/presentation/usecases/search.ts';
import { findResource } from '../../../../src/queries/find-resource.ts';
import { findRun, noStep } from '../../../../src/queries/lookup.ts';
import { createSqliteStore } from '../../../../src/store/sqlite/sqlite-store.ts';
import type { Store, Write } from '../../../../src/store/store.ts';
import { template as templateRecord, transaction } from '../../../support/records.ts';
import { anEnvironment, aResource, aRun, aStep, failure, palette } from '../samples.ts';

let store: Store;

const published = templateRecord({ name: 'hello', version: '1.0.0' });
published.template.groups = [
  { name: 'data', description: '', tags: [], resources: ['db', 'cache'] },
];

const resources = [
  aResource('cache/memory', { tags: ['fast'] }),
  aResource('db', {
    tags: ['fast', 'kept'],
    executor: 'consul-kv',
    spec: { size: 2, password: secretText([{ path: 'p', version: 1, field: 'f' }]) },
  }),
  aResource('web', { dependsOn: ['db[0]'], status: 'failed', description: 'Shows the pages' }),
  aResource('db', { environment: 'other' }),
  ...[0, 1].map((index) =>
    aResource('many', { index, counted: true, address: `many[${index}]`, label: `many[${index}]` }),
  ),
];

beforeEach(async () => {
  store = createSqliteStore({ path: ':memory:', clock: systemClock });
  onTestFinished(() => store.close());
  const writes: Write[] = [
    ...['demo', 'other'].map(
      (name): Write => ({
        kind: 'put',
        collection: 'environments',
        key: name,
        value: anEnvironment({ name, tags: ['fast'] }),
      }),
    ),
    { kind: 'put', collection: 'templates', key: 'hello@1.0.0', value: published },
    ...resources.map(
      (value): Write => ({
        kind: 'put',
        collection: 'resources',
        key: `${value.environment}/${value.address}`,
        value,
      }),
    ),
    { kind: 'put', collection: 'runs', key: 'r1', value: aRun({ status: 'failed' }) },
    {
      kind: 'put',
      collection: 'steps',
      key: 'r1/web[0]',
      value: aStep('web', { status: 'failed', failure }),
    },
  ];
  await store.commit(transaction({ writes }));
});

it('an environment whose name is nearly right is guessed at where a run was to be named', async () => {
  await expect(findRun(store, 'dmeo')).rejects.toMatchObject({
    code: 'RUN_NOT_FOUND',
    message: 'dmeo is neither a run nor an environment with runs. Did you mean "demo"?',
  });
});

describe('a search', () => {
  const lines = async (...words: string[]) =>
    (await searchRecords(store, { words, kinds: undefined, limit: 3 })).lines(palette);

  it('tells kind, name, place, state and why', async () => {
    expect(await lines('page')).toEqual([
      'KIND      NAME      WHERE             STATUS  FOUND                      DESCRIPTION',
      'resource  demo/web  environment demo  failed  description pages (page…)  Shows the pages',
    ]);
    expect(await lines('fast')).toHaveLength(5);
    expect((await lines('fast')).at(-1)).toMatch(/^There is more/);
    expect(await lines('nowhere')).toEqual(['Nothing holds all of these words.']);
  });

  it.each([[['*', '"']], [Array.from({ length: 16 }, (_, at) => `w${at}`)]])(
    'is refused where it cannot be answered: %j',
    async (words) => {
      await expect(lines(...words)).rejects.toMatchObject({ code: 'USAGE' });
    },
  );
});

describe('a list of resources', () => {
  const labels = async (filter: Parameters<typeof listResources>[1], limit = 10) =>
    (await listResources(store, filter, limit)).names;

  it.each([
    [{ executor: 'consul-vk' }, 'is made by "consul-vk". Did you mean "consul-kv"?'],
    [{ tag: ['fats', 'kept'] }, 'has the tag "fats". Did you mean "fast"?'],
    [{ group: 'date' }, 'is of the group "date". Did you mean "data"?'],
    [{ tag: ['zzz'], environment: 'other' }, 'has the tag "zzz".'],
  ])('that holds none tells what may have been meant: %j', async (filter, says) => {
    const none = await listResources(store, filter, 10);
    expect(none.lines(palette)).toEqual(['No such resources.', `None of those looked at ${says}`]);
    const removing = await listResources(store, { status: 'removing', tag: ['fast'] }, 10);
    expect(removing.lines(palette)).toContain('None of those looked at has the tag "fast".');
  });

  it('holds what fits all that is asked for', async () => {
    expect(await labels({})).toHaveLength(6);
    expect(await labels({ environment: 'other' })).toEqual(['other/db']);
    expect(await labels({ tag: ['fast'] })).toEqual(['demo/cache/memory', 'demo/db']);
    expect(await labels({ tag: ['fast', 'kept'] })).toEqual(['demo/db']);
    expect(await labels({ executor: 'consul-kv' })).toEqual(['demo/db']);
    expect(await labels({ status: 'failed' })).toEqual(['demo/web']);
  });

  it("knows a group's members, those of a nested template among them", async () => {
    expect(await labels({ group: 'data' })).toEqual(['demo/cache/memory', 'demo/db', 'other/db']);
    expect(await labels({ group: 'nobody' })).toEqual([]);
  });

  it('says whether there is more', async () => {
    expect((await listResources(store, {}, 5)).document).toMatchObject({ truncated: true });
    expect((await listResources(store, {}, 6)).document).toMatchObject({ truncated: false });
  });
});

describe('a resource', () => {
  it('of a nested template is told where that one is named', async () => {
    await expect(findResource(store, 'demo/cache')).rejects.toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
      message: expect.stringContaining('It is a nested template: behind it are cache/memory.'),
    });
  });

  it('of a nested template is told also where the run has no step of it', () => {
    expect(noStep(aRun(), 'cache', [], ['cache/memory', 'web']).message).toContain(
      'behind it are cache/memory.',
    );
  });

  it('has its steps from before it got another id', async () => {
    const web = { ...aResource('web'), address: 'site[0]', id: 'site', label: 'site' };
    const step = aStep('web', { runId: 'r1' });
    const put = { kind: 'put' as const };
    await store.commit(
      transaction({
        writes: [
          { ...put, collection: 'resources', key: 'demo/site[0]', value: web },
          { ...put, collection: 'runs', key: 'r1', value: aRun() },
          { ...put, collection: 'steps', key: 'r1/web[0]', value: step },
        ],
      }),
    );
    const { document } = await viewResource(store, 'demo/site');
    expect(document).toMatchObject({ steps: [{ label: 'web' }] });
  });

  it('is guessed at where its environment was left out', async () => {
    await expect(findResource(store, 'web')).rejects.toMatchObject({
      message: expect.stringContaining('such as demo/web. Did you mean demo/web?'),
    });
    await expect(findResource(store, 'db')).rejects.toMatchObject({
      message: expect.stringContaining('Did you mean demo/db or other/db?'),
    });
    await expect(findResource(store, 'nowhere')).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('"biotope resource list" shows'),
    });
  });

  it('is found as it is written on a command line', async () => {
    expect((await findResource(store, 'demo/cache/memory')).id).toBe('cache/memory');
    expect((await findResource(store, 'demo/web[0]')).label).toBe('web');
    expect((await findResource(store, 'demo/many[1]')).label).toBe('many[1]');
    // Which one of several is meant has to be said.
    await expect(findResource(store, 'demo/many')).rejects.toThrow(/Did you mean|It has/);
    await expect(findResource(store, 'demo/weg')).rejects.toThrow(/Did you mean "web"/);
    await expect(findResource(store, 'web')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(findResource(store, 'demu/web')).rejects.toThrow(/Did you mean "demo"/);
  });

  it('shows what it needs, what needs it and how its last steps ended', async () => {
    const web = (await viewResource(store, 'demo/web')).lines(palette);
    expect(web).toContain('Needs:');
    expect(web).toContain('  db  ok  consul-kv');
    expect(web).toContain('      Terraform failed. (TERRAFORM_FAILED)');
    const db = (await viewResource(store, 'demo/db')).lines(palette);
    expect(db).toContain('Needed by:');
    expect(db.join('\n')).toMatch(/size += {2}2/);
    expect(db.join('\n')).toMatch(/password += {2}\[redacted\]/);
  });

  it('that nobody uses is not found among what others own', async () => {
    const request = { of: 'external:nobody', direction: 'dependents', limit: 10 } as const;
    await expect(readDependencies(store, request)).rejects.toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
    });
  });
});
