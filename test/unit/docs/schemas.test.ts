import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { blocksOf } from '../../docs/markdown.ts';

function schemaOf(name: string) {
  const ajv = new Ajv({ strictTypes: false });
  formats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync(`docs/schema/${name}.schema.json`, 'utf8')));
}

const create = (data: object) => ({ id: '1', source: 'bot', type: 'environment.create', data });

it.each([
  [create({ name: 'shop', template: 'hello', parameters: { greeting: 'Hi' } }), true],
  [create({ name: 'Shop', template: 'hello' }), false],
  [create({ name: 'shop' }), false],
  [{ ...create({ name: 'shop' }), type: 'environment.destroy' }, true],
  [{ ...create({ name: 'shop' }), type: 'environment.paint' }, false],
])('the JSON Schema of commands judges %j', (command, isGood) => {
  expect(schemaOf('command')(command)).toBe(isGood);
});

it('the JSON Schema of the configuration takes the example of its page, and no unknown name', () => {
  const page = readFileSync('docs/configuration.md', 'utf8');
  const example = parse(blocksOf(page)[0]?.text ?? '');
  const fits = schemaOf('configuration');
  expect(fits(example)).toBe(true);
  expect(fits({ ...example, enigne: {} })).toBe(false);
  expect(fits({ log: { level: 'loud' } })).toBe(false);
});
