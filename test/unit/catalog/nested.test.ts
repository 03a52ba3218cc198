import { describe, expect, it } from 'vitest';
import { BiotopeError } from '../../../src/model/errors.ts';
import { check, findPublished, folderOf } from './folders.ts';

const TEXT = `apiVersion: biotope/v1
kind: Template
metadata: { name: shop, version: 1.0.0 }
parameters: { type: object, properties: { token: { type: string, writeOnly: true } } }
resources:
  - { id: net, executor: consul-kv, with: { prefix: net } }
  - id: stack
    template: stack
    dependsOn: [net]
    tags: [nested]
    protect: true
    movedFrom: old
    parameters: { secret: "\${parameters.token}" }
  - id: payments
    external: payments-api
    outputs: { url: "http://pay" }
    statusEndpoints: [{ http: "\${self.outputs.url}/health" }]
  - id: web
    executor: consul-kv
    dependsOn: [payments]
    with: { prefix: "\${resources.stack.outputs.prefix}", entries: { pay: "\${resources.payments.outputs.url}" } }
groups: [{ name: all, resources: [stack, web] }]
`;

const checked = async (text: string) =>
  check(await folderOf({ 'template.yaml': text }), {}, findPublished);

describe('a template that is made of others', () => {
  it('holds their resources behind prefixes, pinned to the versions that were found', async () => {
    const { template, problems } = await checked(TEXT);
    expect(problems).toEqual([]);
    const byId = new Map(template?.resources.map((resource) => [resource.id, resource]));
    expect([...byId.keys()].sort()).toEqual([
      'net',
      'payments',
      'stack/db/config',
      'stack/db/replica',
      'stack/front',
      'web',
    ]);
    expect(byId.get('stack/db/config')).toMatchObject({
      prefix: 'stack/db',
      source: { name: 'database', version: '1.2.0' },
      protect: true,
      tags: ['nested'],
      movedFrom: ['old/db/config'],
    });
    expect(byId.get('stack/front')).toMatchObject({ source: { name: 'stack' }, prefix: 'stack' });
    expect(
      template?.nested.map(({ prefix, parent, template: { name } }) => [prefix, parent, name]),
    ).toEqual([
      ['stack', '', 'stack'],
      ['stack/db', 'stack', 'database'],
    ]);
    expect(template?.groups.map(({ name, resources }) => [name, resources])).toEqual([
      ['all', ['stack', 'web']],
      ['stack/db/all', ['stack/db/config', 'stack/db/replica']],
    ]);
  });

  it('begins a nested one after what it is given, and waits for the whole of it', async () => {
    const { template } = await checked(TEXT);
    const needs = Object.fromEntries(
      (template?.resources ?? []).map((resource) => [resource.id, resource.needs]),
    );
    expect(needs).toEqual({
      net: [],
      payments: [],
      'stack/db/config': ['net'],
      'stack/db/replica': ['stack/db/config'],
      'stack/front': ['stack/db/replica'],
      web: ['payments', 'stack/front'],
    });
  });

  it('names a template that is not there, and what to do about it', async () => {
    const text = TEXT.replace('template: stack', 'template: "a. B"');
    const findNone = async () => {
      const message = 'No published template fits "a. B".';
      throw new BiotopeError('TEMPLATE_NOT_FOUND', { message, remedy: 'Publish it. Or not.' });
    };
    const { problems } = await check(await folderOf({ 'template.yaml': text }), {}, findNone);
    expect(problems[0]).toMatchObject({
      message: 'no published template fits "a. B"',
      suggestion: 'Publish it. Or not.',
    });
  });

  it('makes what others own a resource that is only asked', async () => {
    const { template } = await checked(TEXT);
    expect(template?.resources.find(({ id }) => id === 'payments')).toMatchObject({
      executor: 'external',
      external: 'payments-api',
      protect: false,
      with: {
        name: 'payments-api',
        outputs: { url: 'http://pay' },
        endpoints: [{ kind: 'http', target: '${self.outputs.url}/health' }],
      },
    });
  });

  it('knows every id that a resource inside had, behind every prefix that it stood behind', async () => {
    const { template } = await check(
      await folderOf({ 'template.yaml': TEXT }),
      {},
      async (selector) => {
        const found = await findPublished(selector);
        const resources = found.template.resources.map((one) => ({ ...one, movedFrom: ['was'] }));
        return { ...found, template: { ...found.template, resources } };
      },
    );
    const front = template?.resources.find(({ id }) => id === 'stack/front');
    expect(front?.movedFrom).toEqual(['stack/was', 'old/front', 'old/was']);
  });

  it('is bounded in how deep they lie', async () => {
    const folder = await folderOf({ 'template.yaml': TEXT });
    const deep = Array.from({ length: 20 }, () => 'a').join('/');
    const { problems } = await check(folder, { nestingLevelsMax: 20 }, async (selector) => {
      const found = await findPublished(selector);
      const nested = found.template.nested.map((one) => ({ ...one, prefix: deep }));
      return { ...found, template: { ...found.template, nested } };
    });
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('templates are nested 21 deep'),
    ]);
  });
});
