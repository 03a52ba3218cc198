import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveValue } from '../../../src/model/expression/evaluate.ts';
import { check, checkText, FIXTURES, folderOf, templateText } from './folders.ts';

describe('the example of the design', () => {
  it('passes, with everything filled in that it leaves out', async () => {
    const { template, problems } = await check(join(FIXTURES, 'web-service'));
    expect(problems).toEqual([]);
    expect(template).toMatchObject({ name: 'web-service', version: '1.2.0', tags: ['web'] });
    const byId = Object.fromEntries((template?.resources ?? []).map((one) => [one.id, one]));
    expect(byId.password).toMatchObject({
      needs: [],
      contentDigest: '',
      pool: 'default',
      count: null,
    });
    expect(byId.database).toMatchObject({ needs: ['password'], retry: null, timeoutSeconds: null });
    expect(byId.settings?.needs).toEqual(['database']);
    expect(byId.web).toMatchObject({
      dependsOn: ['settings'],
      needs: ['settings'],
      count: '${parameters.replicas}',
      protect: false,
      statusEndpoints: [
        {
          kind: 'http',
          target: '${self.outputs.url}/health',
          expectStatus: [],
          timeoutSeconds: 60,
          intervalSeconds: 1,
        },
      ],
    });
    expect(template?.outputs).toEqual([
      { name: 'url', description: '', value: '${resources.web[0].outputs.url}', secret: false },
    ]);
    expect(template?.actions[0]?.app.command).toEqual(['./rotate']);
  });
});

describe('a template that passes', () => {
  it('needs what it depends on and what its texts refer to, sorted, each once, never itself', async () => {
    const { template, problems } = await checkText(
      templateText(
        '1.0.0',
        `  - id: web
    executor: consul-kv
    count: 2
    dependsOn: [settings, settings]
    with: { prefix: "\${resources.store.outputs.prefix}", entries: { i: "\${self.index}" } }
    links: [{ name: admin, url: "http://\${self.outputs.prefix}/\${resources.cache.outputs.prefix}" }]
    statusEndpoints: [{ tcp: "\${resources.settings.outputs.prefix}:1" }]
  - { id: store, executor: consul-kv, with: { prefix: store } }
  - { id: cache, executor: consul-kv, with: { prefix: cache } }
`,
      ),
    );
    expect(problems).toEqual([]);
    const web = template?.resources.find(({ id }) => id === 'web');
    expect(web?.needs).toEqual(['cache', 'settings', 'store']);
    expect(web?.count).toBe(2);
  });

  it('keeps what it says about retries, pools and times, in the units of the model', async () => {
    const { template } = await checkText(
      templateText(
        '1.0.0',
        `    retry: { attemptsMax: 5, initialDelaySeconds: 0.5, delayMaxSeconds: 10 }
    pool: site-a
    timeoutSeconds: 30
    protect: true
outputs: { plain: 3, told: { value: { a: [1] }, description: A thing } }
`,
      ),
    );
    expect(template?.resources[0]).toMatchObject({
      retry: { attemptsMax: 5, initialDelayMs: 500, delayMaxMs: 10_000 },
      pool: 'site-a',
      timeoutSeconds: 30,
      protect: true,
    });
    expect(template?.outputs).toEqual([
      { name: 'plain', description: '', value: 3, secret: false },
      { name: 'told', description: 'A thing', value: { a: [1] }, secret: false },
    ]);
  });

  it('may show secrets in outputs and pass them on where its executors take them', async () => {
    const { problems } = await checkText(`apiVersion: biotope/v1
kind: Template
metadata: { name: small, version: 1.0.0 }
parameters: { type: object, properties: { token: { type: string, writeOnly: true } } }
resources:
  - { id: made, executor: vault-secret, with: { path: a/b, generate: { key: { length: 9 } } } }
  - id: settings
    executor: consul-kv
    with:
      prefix: "\${resources.made.outputs.path}"
      secretEntries: { token: "Bearer \${parameters.token}", key: "\${resources.made.outputs.key}" }
outputs: { token: "\${parameters.token}", all: "\${resources.made.outputs}" }
`);
    expect(problems).toEqual([]);
  });

  it('has a content digest per resource, which changes with its files only', async () => {
    const text = (more: string) => `apiVersion: biotope/v1
kind: Template
metadata: { name: small, version: 1.0.0${more} }
resources:
  - { id: a, executor: command, with: { create: [./bin/a] } }
  - { id: b, executor: command, with: { create: [./bin/b] } }
`;
    const files = { 'template.yaml': text(''), 'bin/a': 'a', 'bin/b': 'b' };
    const digests = async (changed: Record<string, string>) =>
      (await check(await folderOf({ ...files, ...changed }))).template?.resources.map(
        ({ contentDigest }) => contentDigest,
      );
    const before = await digests({});
    expect(await digests({ 'template.yaml': text(', description: other') })).toEqual(before);
    const after = await digests({ 'bin/b': 'other' });
    expect(after?.[0]).toBe(before?.[0]);
    expect(after?.[1]).not.toBe(before?.[1]);
  });

  it('takes aliases that stand for little', async () => {
    const { template } = await checkText(
      templateText(
        '1.0.0',
        '    tags: &tags [a, b]\n  - { id: b, executor: consul-kv, tags: *tags }\n',
      ),
    );
    expect(template?.resources[1]?.tags).toEqual(['a', 'b']);
  });
});

describe('a large template', () => {
  it('of 1,000 resources that hang together is checked whole', async () => {
    const resource = (at: number) =>
      `  - id: r${at}
    executor: consul-kv
    with: { prefix: p, entries: { up: "\${resources.r${at - 1}.outputs.prefix}" } }
    dependsOn: [r${Math.floor(at / 2)}]
`;
    const many = Array.from({ length: 999 }, (_, at) => resource(at + 1)).join('');
    const text = templateText('1.0.0', many).replace('id: settings', 'id: r0');
    const { template, problems } = await checkText(text);
    expect(problems).toEqual([]);
    expect(template?.resources).toHaveLength(1_000);
    expect(template?.resources[900]?.needs).toEqual(['r450', 'r899']);
    const closed = await checkText(
      text.replace('entries: { a: b }', 'entries: { a: "${resources.r999.outputs.prefix}" }'),
    );
    expect(closed.problems).toHaveLength(1);
    expect(closed.problems[0]?.message).toMatch(
      /^these resources need each other: r0 -> r999 -> r499 -> /,
    );
  });
});

describe('a check', () => {
  it('keeps within the limits', async () => {
    const one = async (limits: Parameters<typeof checkText>[1]) =>
      (
        await checkText(
          templateText('1.0.0', '    count: 9\n  - { id: b, executor: consul-kv }\n'),
          limits,
        )
      ).problems.map(({ message }) => message);
    expect(await one({})).toEqual([]);
    expect(await one({ resourcesPerEnvironmentMax: 1 })).toEqual([
      'more than 1 resources (limits.resourcesPerEnvironmentMax)',
    ]);
    expect(await one({ resourcesPerEnvironmentMax: 8 })).toEqual([
      'a count of 9 is more than 8 (limits.resourcesPerEnvironmentMax)',
    ]);
    expect(await one({ specBytesMax: 10 })).toEqual([
      '"with" is larger than 10 bytes (limits.specBytesMax)',
    ]);
    expect(await one({ templateBytesMax: 10 })).toEqual([
      'the file is larger than 10 bytes (limits.templateBytesMax)',
    ]);
    expect(await one({ nestingLevelsMax: 3 })).toEqual([
      'the document is nested deeper than 3 levels',
    ]);
  });

  it('tells that a file is no text', async () => {
    const folder = await folderOf({ 'template.yaml': Uint8Array.of(0xff, 0xfe, 0x00) });
    expect((await check(folder)).problems).toMatchObject([
      { message: 'the file is no UTF-8 text' },
    ]);
  });

  it('survives YAML that is nested without end', async () => {
    const { problems } = await checkText('['.repeat(100_000));
    expect(problems).toMatchObject([{ message: 'the document is nested deeper than 64 levels' }]);
  });

  it('never lets a name of the document reach a prototype', async () => {
    await checkText(templateText('1.0.0', '__proto__: { polluted: true }\nconstructor: 1\n'));
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('lets a resource be called like a member of every object', async () => {
    const { template, problems } = await checkText(
      templateText(
        '1.0.0',
        '  - { id: constructor, executor: consul-kv }\noutputs: { a: "${resources.constructor.outputs.prefix}" }\n',
      ),
    );
    expect(problems).toEqual([]);
    const scope = {
      parameters: {},
      environment: {},
      self: null,
      resource: (id: string) => (id === 'constructor' ? { outputs: { prefix: 'p' } } : undefined),
    };
    expect(resolveValue(template?.outputs[0]?.value ?? null, scope)).toEqual({
      known: true,
      value: 'p',
    });
  });
});
