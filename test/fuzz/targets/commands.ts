import fc from 'fast-check';
import type { Command } from '../../../src/bus/messages/commands.ts';
import { createEngine } from '../../../src/engine/create-engine.ts';
import { ERRORS } from '../../../src/model/errors.ts';
import { isJsonObject, type JsonValue } from '../../../src/model/json.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createEngineContext } from '../../support/engine-context.ts';
import { publishDirectly, resource, template } from '../../support/templates.ts';
import { mutatedJson, mutatedText } from '../mutations.ts';
import type { Target } from '../target.ts';

export const ENVELOPES: JsonValue[] = [
  {
    name: 'shop',
    template: 'sample@^1',
    parameters: { size: 2, password: 'secret-1' },
    tags: ['a'],
  },
  { name: 'shop', template: 'sample', adopt: { a: { id: 'i-1' }, 'b[0]': null }, protect: true },
  { name: 'other', template: 'sample@1.0.0', description: 'Text', parameters: { size: 3 } },
]
  .map((data): JsonValue => ({ type: 'environment.create', data }))
  .concat([
    {
      type: 'environment.update',
      data: { name: 'shop', parameters: { size: null }, rotate: ['a', 'b'], adopt: { a: {} } },
    },
    { type: 'environment.destroy', data: { name: 'shop' } },
    { type: 'run.cancel', data: { run: 'run-1' } },
    { type: 'run.retry', data: { run: 'run-1' } },
    {
      type: 'run.resolve',
      data: { run: 'run-1', step: 'a', as: 'done', outputs: { url: 'http://a' } },
    },
  ])
  .map(
    (command): JsonValue => ({
      specversion: '1.0',
      id: 'command-1',
      source: 'fuzz',
      ...(command as object),
    }),
  );
const TEXTS = ENVELOPES.map((envelope) => JSON.stringify(envelope));

type Input = { kind: 'submitted'; envelope: JsonValue } | { kind: 'delivered'; body: string };

const inputs: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('submitted' as const),
      envelope: mutatedJson(ENVELOPES, { isDeep: true }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('delivered' as const), body: mutatedText(TEXTS) }),
  },
);

/** Commands as the command line submits them and as a bus delivers them. */
export const commands: Target<Input> = {
  name: 'commands',
  weight: 12,
  open: async () => {
    const { context, close } = createEngineContext(systemClock, {});
    const engine = createEngine(context);
    const parameters = {
      type: 'object',
      properties: {
        size: { type: 'integer', default: 1 },
        password: { type: 'string', writeOnly: true },
      },
    };
    const resources = [resource('a'), resource('b', { count: '${parameters.size}' })];
    await publishDirectly(context.store, template('1.0.0', resources, { parameters }));
    let sent = 0;
    return {
      inputs,
      try: async (input) => {
        sent += 1;
        const result =
          input.kind === 'delivered'
            ? await engine.receive({ body: Buffer.from(input.body), messageId: `message-${sent}` })
            : await submit(input.envelope, `id-${sent % 7 === 0 ? 0 : sent}`);
        if (result.outcome === 'accepted') return 'taken';
        if (!Object.hasOwn(ERRORS, result.code) || result.code === 'INTERNAL') {
          throw new Error(`refused with ${result.code}: ${result.message}`);
        }
        return 'refused';
      },
      close,
    };

    /** Another environment each time, so that it is not there already; ids come back. */
    function submit(envelope: JsonValue, id: string) {
      const { type, data } = Object(envelope);
      const isNamed = isJsonObject(data) && data.name === 'shop' && type === 'environment.create';
      const command = {
        type: typeof type === 'string' ? type : '',
        data: isNamed ? { ...data, name: `shop-${sent}` } : data,
      };
      return engine.submit(command as Command, { source: 'fuzz', id });
    }
  },
};
