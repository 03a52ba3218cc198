import { validate } from '@readme/openapi-parser';
import { describe, expect, test } from 'vitest';
import { COMMAND_TYPES } from '../../../src/bus/messages/commands.ts';
import { driveUnfit, type Values, writeRequest } from '../../support/drive-operation.ts';
import { readStream } from '../../support/event-source.ts';
import {
  createAnswerCheck,
  type Operation,
  operationsOf,
  type Piece,
  unfitFor,
} from '../../support/openapi.ts';
import { type Answered, type Served, serve } from '../../support/served.ts';

const TEMPLATE = `apiVersion: biotope/v1
kind: Template
metadata: { name: sent, version: 1.0.0 }
resources:
  - { id: note, executor: consul-kv, with: { prefix: "\${environment.name}/note" } }
`;

/** Good values of whatever is called so; new routes are driven with them as well. */
const FIXTURES = {
  actor: 'local',
  subject: 'demo',
  since: '2020-01-01T00:00:00Z',
  until: '2100-01-01T00:00:00Z',
  name: 'demo',
  environment: 'demo',
  resource: 'web',
  run: 'demo',
  template: 'hello@1.0.0',
  code: 'USAGE',
  q: 'page',
  tag: 'blue',
  status: 'ok',
  executor: 'terraform',
  step: 'site',
  action: 'backup',
  differences: false,
  data: { name: 'imagined', template: 'hello' },
  plan: undefined,
  expiring: '2099-01-01T00:00:00Z',
  webhook: 'ops',
  plannedDestructionAt: new Date(Date.now() + 3_600_000).toISOString(),
  files: [{ path: 'template.yaml', contentBase64: Buffer.from(TEMPLATE).toString('base64') }],
  // Left out: the first page needs none.
  cursor: undefined,
} satisfies Values;

function create(name: string) {
  return { type: 'environment.create', data: { name, template: 'hello@1.0.0', tags: ['blue'] } };
}

async function begin({ send }: Served, name: string): Promise<string> {
  const { body } = await send('/api/v1/commands', create(name));
  return body.run.id;
}

/** What an operation needs that is there for it alone, and in which it differs from the others. */
const OWN: Readonly<Record<string, (served: Served) => Promise<Values>>> = {
  listEnvironments: async () => ({ template: 'hello' }),
  listDeliveries: async () => ({ status: 'failed' }),
  listTemplates: async () => ({ name: 'hello' }),
  listRuns: async () => ({ status: 'succeeded' }),
  getSearch: async () => ({ kind: 'environment' }),
  createCommand: async () => ({ name: 'other' }),
  cancelRun: async (served) => ({ run: await begin(served, 'cancelled') }),
  retryRun: async (served) => {
    const run = await begin(served, 'retried');
    await served.send(`/api/v1/runs/${run}/cancel`, {});
    await served.ended(run);
    return { run };
  },
};

/** What cannot be had in a server that just works, and how it is refused then. */
const REFUSED: Readonly<Record<string, string>> = {
  approveRun: 'RUN_NOT_AWAITING',
  resolveRun: 'STEP_NOT_UNKNOWN',
  getRunPlan: 'RUN_NOT_AWAITING',
};

/** A server with an environment, and what it says that it does. */
async function furnished() {
  const served = await serve();
  await served.ended(await begin(served, 'demo'));
  const document: Piece = (await served.ask('/api/v1/openapi.json')).body;
  const valuesFor = async ({ id }: Operation) => ({ ...FIXTURES, ...(await OWN[id]?.(served)) });
  const { faultsOf } = createAnswerCheck(document);
  const faultsIn = (operation: Operation, { status, headers, body }: Answered) =>
    faultsOf(operation, { status, contentType: headers.get('content-type') ?? '', body });
  return { served, document, operations: operationsOf(document), valuesFor, faultsIn };
}

describe('the document of the API', () => {
  test('is valid OpenAPI 3.1, and names every schema once', async () => {
    const { document } = await furnished();
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(await validate(structuredClone(document))).toMatchObject({ valid: true });
    const names = Object.keys(document.components.schemas);
    expect(names.filter((name) => /Input$|^_|schema\d/.test(name))).toEqual([]);
    const text = JSON.stringify(document);
    expect(text).not.toContain(String(Number.MAX_SAFE_INTEGER));
    expect(names.filter((name) => !text.includes(`#/components/schemas/${name}"`))).toEqual([]);
  });

  test('tells of every operation what it is called, does and may be refused with', async () => {
    const { document, operations } = await furnished();
    const tags = document.tags.map(({ name }: Piece) => name);
    const ids = operations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, method, id, responses } of operations) {
      const operation = document.paths[path][method.toLowerCase()];
      expect(operation.summary, id).toMatch(/\.$/);
      expect(tags, id).toEqual(expect.arrayContaining(operation.tags));
      const media = Object.keys(responses.default.content);
      expect(media, id).toEqual(['application/problem+json']);
    }
  });

  test('tells the body of every command', async () => {
    const { document } = await furnished();
    const { discriminator } =
      document.paths['/api/v1/commands'].post.requestBody.content['application/json'].schema;
    expect(Object.keys(discriminator.mapping)).toEqual(COMMAND_TYPES);
    const created = document.components.schemas.EnvironmentCreateCommand.properties;
    expect(Object.keys(created.data.properties)).toContain('plannedDestructionAt');
  });
});

describe('every operation', () => {
  test('answers a good request with what the document says', async () => {
    const { served, operations, valuesFor, faultsIn } = await furnished();
    for (const operation of operations) {
      const { path, request } = writeRequest(operation, await valuesFor(operation));
      const answer = await served.ask(path, request);
      expect(faultsIn(operation, answer), operation.id).toEqual([]);
      const refusal = REFUSED[operation.id];
      if (refusal === undefined)
        expect(answer.status, `${path} ${answer.body.detail}`).toBeLessThan(300);
      else expect(answer.body.code, operation.id).toBe(refusal);
    }
  });

  test('refuses a parameter that does not fit as a problem', async () => {
    const { served, operations, faultsIn } = await furnished();
    const names = new Set<string>();
    for (const operation of operations) {
      const driven = await driveUnfit(served, operation, { values: FIXTURES, unfitFor });
      for (const { name, answer } of driven) {
        names.add(name);
        const at = `${operation.id} ${name}`;
        expect([at, answer.status, answer.body.code]).toEqual([at, 400, 'REQUEST_INVALID']);
        expect(faultsIn(operation, answer), at).toEqual([]);
      }
    }
    expect([...names]).toEqual(expect.arrayContaining(['limit', 'status', 'idempotency-key']));
  });

  test('that takes a body refuses one that is none of its own', async () => {
    const { served, operations, valuesFor, faultsIn } = await furnished();
    for (const operation of operations.filter(({ bodies }) => bodies.length > 0)) {
      const { path, request } = writeRequest(operation, await valuesFor(operation));
      for (const body of ['[]', '{"no-such-member":1}', '"text"', '{', '7']) {
        const answer = await served.ask(path, { ...request, body });
        expect([400, 422], `${operation.id} ${body}`).toContain(answer.status);
        expect(faultsIn(operation, answer), operation.id).toEqual([]);
      }
    }
  });

  test('that can be followed sends items of its page', async () => {
    const { served, document, operations, valuesFor } = await furnished();
    const followed = operations.filter(
      ({ responses }) => 'text/event-stream' in (responses[200]?.content ?? {}),
    );
    expect(followed.length).toBeGreaterThan(2);
    for (const operation of followed) {
      const { path } = writeRequest({ ...operation, parameters: [] }, {});
      const values: Values = await valuesFor(operation);
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
      const page = await served.ask(filled);
      const enough = (all: unknown[]) => all.length >= 2;
      const sent = await readStream(served.url + filled, { enough });
      expect(
        sent.slice(0, 2).map(({ data }) => data),
        operation.id,
      ).toEqual(page.body.items.slice(0, 2));
      expect(document.paths[operation.path].get.description).toContain('text/event-stream');
    }
  });
});

test('a command of each kind is answered as the document says', async () => {
  const { served, operations, faultsIn } = await furnished();
  const operation = operations.find(({ id }) => id === 'createCommand');
  expect(operation?.bodies).toHaveLength(COMMAND_TYPES.length);
  for (const body of operation?.bodies ?? []) {
    const commanding = { ...(operation as Operation), bodies: [body] };
    const { path, request } = writeRequest(commanding, FIXTURES);
    const answer = await served.ask(path, request);
    expect(faultsIn(commanding, answer), body.description).toEqual([]);
    expect(answer.body.code, String(request.body)).not.toBe('COMMAND_INVALID');
    expect(answer.status, body.description).toBeLessThan(500);
  }
});
