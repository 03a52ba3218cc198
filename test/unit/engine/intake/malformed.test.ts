import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { IntakeResult, Received } from '../../../../src/engine/engine.ts';
import { DEFAULT_LIMITS } from '../../../../src/model/limits.ts';
import { openRoom, type Room } from '../../../support/room.ts';
import { resource, template } from '../../../support/templates.ts';

const LIMITS = { ...DEFAULT_LIMITS, commandBytesMax: 20_000 };

const bytes = (text: string) => new TextEncoder().encode(text);

/** JSON as a person types it; `id` and a good `data` unless the test says otherwise. */
const command = (facts: Record<string, unknown>) =>
  JSON.stringify({
    id: 'c1',
    type: 'environment.create',
    data: { name: 'one', template: 'sample' },
    ...facts,
  });

const create = (data: Record<string, unknown>) =>
  command({ data: { name: 'one', template: 'sample', ...data } });

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

const INVALID: Record<string, [body: string | Uint8Array, message: RegExp]> = {
  'that is not UTF-8': [new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), /not JSON in UTF-8/],
  'that is half a UTF-8 letter': [bytes('"ü').slice(0, -1), /not JSON in UTF-8/],
  'without content': ['', /not JSON/],
  'that is not JSON': ['{"type":', /not JSON/],
  'that is a list': ['[]', /the envelope: must be an object$/],
  'that is null': ['null', /the envelope: must be an object$/],
  'of another version of CloudEvents': [
    command({ specversion: '0.3' }),
    /specversion: must be 1\.0$/,
  ],
  'without a type': [command({ type: undefined }), /type: is missing$/],
  'with a number for its type': [command({ type: 7 }), /type: must be a text$/],
  'without data': [command({ data: undefined }), /data: is missing$/],
  'with a list for its data': [command({ data: [] }), /data: must be an object$/],
  'with an empty id': [command({ id: '' }), /id: must have at least 1 character$/],
  'with an id without end': [
    command({ id: 'x'.repeat(201) }),
    /id: must have at most 200 characters$/,
  ],
  'of a type that is misspelt': [
    command({ type: 'enviroment.craete' }),
    /no command "enviroment.craete"\. Did you mean "environment.create"\?/,
  ],
  'of a type that is like none': [command({ type: 'hello' }), /no command "hello"\.$/],
  'of a type that every object has': [command({ type: 'toString' }), /no command "toString"/],
  'with a key nobody knows': [
    create({ parametres: {} }),
    /environment\.create: has no "parametres"\. Did you mean "parameters"\?$/,
  ],
  'without what it needs': [command({ data: { name: 'one' } }), /template: is missing$/],
  'with a name that is none': [create({ name: 'One Two' }), /name: use lower-case letters/],
  'with a name beyond its bound': [create({ name: 'x'.repeat(64) }), /name: /],
  'with a text for a list': [create({ tags: 'a' }), /tags: must be a list$/],
  'with a tag that is empty': [create({ tags: [''] }), /tags\.0: a tag must not be empty/],
  'with more tags than anybody needs': [
    create({ tags: Array(51).fill('a') }),
    /tags: there may be at most 50 tags$/,
  ],
  'with null for a text': [create({ description: null }), /description: must be a text$/],
  'with an answer that is not among the known': [
    command({ type: 'run.resolve', data: { run: 'r', step: 's', as: 'maybe' } }),
    /as: must be done or not-started$/,
  ],
  'that brings a secret text along': [
    create({ parameters: { key: { $secret: [{ path: 'biotope/intake' }] } } }),
    /"\$secret" is reserved/,
  ],
  'that hides a secret text': [
    create({ parameters: { list: [[{ $secret: 'x' }]] } }),
    /"\$secret" is reserved/,
  ],
  'that resolves a step with a secret text': [
    command({
      type: 'run.resolve',
      data: { run: 'r', step: 's', as: 'done', outputs: { a: { $secret: [] } } },
    }),
    /"\$secret" is reserved/,
  ],
  'that names a prototype': [
    '{"id":"c1","type":"environment.create","data":{"name":"one","template":"x","__proto__":{}}}',
    /"__proto__" is not allowed/,
  ],
  'that names a prototype in its envelope': [
    '{"id":"c1","__proto__":{"type":"run.cancel"},"type":"run.cancel","data":{"run":"x"}}',
    /"__proto__" is not allowed/,
  ],
  'that hides a prototype': [
    '{"id":"c1","type":"environment.create","data":{"name":"one","template":"x","parameters":{"a":[{"__proto__":{"b":1}}]}}}',
    /"__proto__" is not allowed/,
  ],
};

const TOO_MUCH: Record<string, [body: string, message: RegExp]> = {
  'that is too large': [create({ description: 'x'.repeat(20_000) }), /larger than 20000 bytes/],
  'nested deeper than anybody needs': [
    create({ parameters: { a: JSON.parse(nested(65)) } }),
    /nested deeper than 64 levels/,
  ],
  'nested so deep that looking at it is dangerous': [
    `{"id":"c1","type":"run.cancel","data":{"run":"x","a":${nested(9_000)}}}`,
    /nested deeper than 64 levels/,
  ],
};

let room: Room;
beforeEach(async () => {
  room = await openRoom({ starts: false, context: { limits: LIMITS } });
});

const receive = (body: string | Uint8Array, messageId: string | null = null) =>
  room.clock.finish(
    room.engine.receive({ body: typeof body === 'string' ? bytes(body) : body, messageId }),
  );

const rejections = async () =>
  (await room.context.store.events({ scope: '@inbox', limit: 1_000 })).map(({ event }) => event);

async function expectRecorded(
  answer: IntakeResult | Received,
  code: string,
  message: RegExp,
): Promise<void> {
  if (answer.outcome !== 'rejected') throw new Error('it was accepted');
  expect(answer).toMatchObject({ code, repeated: false });
  expect(answer.message).toMatch(message);
  expect(await rejections()).toMatchObject([
    { type: 'command.rejected', data: { code, message: answer.message } },
  ]);
  for (const collection of ['runs', 'queues', 'environments'] as const) {
    expect(await room.context.store.find(collection)).toEqual([]);
  }
}

describe('a delivery', () => {
  test.for(Object.entries(INVALID))('%s is refused and recorded', async ([, [body, message]]) => {
    const answer = await receive(body);
    await expectRecorded(answer, 'COMMAND_INVALID', message);
    const reason = expect.stringMatching(/^COMMAND_INVALID: /);
    expect(answer.settlement).toEqual({ dead: reason });
    expect(await room.context.store.find('inbox')).toEqual([]);
  });

  test.for(Object.entries(TOO_MUCH))('%s is refused and recorded', async ([, [body, message]]) => {
    const answer = await receive(body);
    await expectRecorded(answer, 'LIMIT_EXCEEDED', message);
    expect(answer.settlement).toEqual({ dead: expect.stringMatching(/^LIMIT_EXCEEDED: /) });
  });

  test('without an id of its own has that of its transport, or is refused', async () => {
    const body = command({ id: undefined });
    await expectRecorded(await receive(body), 'COMMAND_INVALID', /has no id/);
    await room.publish(template('1.0.0', [resource('a')]));
    expect(await receive(body, 'm-1')).toMatchObject({ outcome: 'accepted', repeated: false });
    expect(await receive(body, 'm-1')).toMatchObject({ outcome: 'accepted', repeated: true });
  });

  test('that is understood is settled, whether it is accepted or not', async () => {
    await room.publish(template('1.0.0', [resource('a')]));
    const refused = command({ id: 'c2', data: { name: 'two', template: 'other' } });
    expect(await receive(command({}))).toMatchObject({ outcome: 'accepted', settlement: 'done' });
    expect(await receive(refused)).toMatchObject({
      code: 'TEMPLATE_NOT_FOUND',
      settlement: 'done',
    });
    // The same id for another command.
    const reused = command({ data: { name: 'two', template: 'sample' } });
    expect(await receive(reused)).toMatchObject({ code: 'COMMAND_REUSED', settlement: 'done' });
  });

  test('is part of what its envelope says, or else its transport', async () => {
    await room.publish(template('1.0.0', [resource('a')]));
    const [own, other] = ['1', '2'].map((digit) => `00-${digit.repeat(32)}-${'3'.repeat(16)}-01`);
    const deliver = async (id: string, facts: Record<string, unknown>) => {
      const data = { name: id, template: 'sample' };
      const body = bytes(command({ id, data, ...facts }));
      const delivery = { body, messageId: null, traceparent: other };
      const answer = await room.clock.finish(room.engine.receive(delivery));
      if (answer.outcome !== 'accepted') throw new Error(answer.message);
      return (await room.run(answer.runId ?? '')).traceparent;
    };
    expect(await deliver('c1', {})).toBe(other);
    expect(await deliver('c2', { traceparent: own })).toBe(own);
  });

  test('with many faults names them all, and no more than a person can read', async () => {
    const answer = await receive(create({ name: 'A B', tags: Array(3_000).fill(1), other: 1 }));
    const { message, detail } = answer as { message: string; detail: string };
    expect(detail).toMatch(/^name: /);
    expect(detail).toMatch(/"other"/);
    expect(message.length + detail.length).toBeLessThan(10_000);
    const long = await receive(create({ ['k'.repeat(15_000)]: 1 }));
    expect((long as { message: string }).message.length).toBeLessThan(1_000);
  });

  test('that was refused leaves its id free for the one that is mended', async () => {
    await room.publish(template('1.0.0', [resource('a')]));
    expect(await receive(create({ nmae: 'x' }))).toMatchObject({ code: 'COMMAND_INVALID' });
    expect(await receive(create({}))).toMatchObject({ outcome: 'accepted', repeated: false });
  });
});

describe('whatever is delivered', () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map(bytes),
    fc.string().map(bytes),
  );

  test('is answered, and recorded where it is refused', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(anything, fc.option(fc.string()), async (body, messageId) => {
        expect(await receive(body, messageId)).toMatchObject({ outcome: 'rejected' });
        refused += 1;
        expect(await rejections()).toHaveLength(refused);
      }),
      { numRuns: 150 },
    );
  });

  const KEYS = 'name template parameters description tags run step as outputs data id'.split(' ');
  const key = fc.oneof(
    fc.constantFrom(...KEYS, '__proto__', 'constructor', 'toString', '$secret'),
    fc.string({ maxLength: 5 }),
  );
  const value = fc.oneof(
    fc.constantFrom<unknown>(
      'one',
      'two',
      'sample',
      'sample@^1',
      'run-1',
      'a',
      'done',
      {},
      [],
      null,
    ),
    fc.jsonValue({ maxDepth: 3 }),
  );
  const anyCommand = fc.record({
    id: fc.nat(150).map(String),
    source: fc.constantFrom('x', 'y'),
    type: fc.constantFrom(
      'environment.create',
      'environment.create',
      'environment.create',
      'environment.update',
      'environment.destroy',
      'run.cancel',
      'run.retry',
      'run.resolve',
      'environment.creat',
    ),
    data: fc.oneof(
      fc
        .array(fc.tuple(key, value), { maxLength: 5 })
        .map((members) => Object.fromEntries(members)),
      fc.record({ name: fc.constantFrom('one', 'two', 'three'), template: fc.constant('sample') }),
      fc.record({ name: fc.constantFrom('one', 'two', 'three') }),
    ),
  });

  test('that is nearly a command is answered with a declared error or accepted', async () => {
    await room.publish(template('1.0.0', [resource('a')]));
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(anyCommand, async (wanted) => {
        const before = (await rejections()).length;
        const answer = await receive(JSON.stringify(wanted));
        const isNewRefusal = answer.outcome === 'rejected' && !answer.repeated;
        expect((await rejections()).length - before).toBe(isNewRefusal ? 1 : 0);
        outcomes.add(answer.outcome === 'rejected' ? answer.code : answer.outcome);
        expect(answer).not.toMatchObject({ code: 'INTERNAL' });
      }),
      { numRuns: 200, seed: 1 },
    );
    // The fuzz is worth something only if it comes by all of these.
    for (const each of ['accepted', 'COMMAND_INVALID', 'COMMAND_REUSED', 'ENVIRONMENT_EXISTS']) {
      expect(outcomes).toContain(each);
    }
  });
});
