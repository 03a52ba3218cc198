import { expect, test } from 'vitest';
import { budgets } from '../../gates/budgets.ts';
import { verdict } from './sample.ts';

const lines = (count: number) => 'work();\n'.repeat(count);

test('files: 250 lines in src, 300 elsewhere', () => {
  const said = verdict(budgets, {
    'src/engine/good.ts': lines(250),
    'src/engine/long.ts': lines(251),
    'test/unit/good.test.ts': lines(300),
    'test/unit/long.test.ts': lines(301),
    'bin/run.js': lines(301),
    'templates/a/app.ts': lines(900),
  });
  expect(said).toEqual([
    'src/engine/long.ts:251 251 lines, at most 250',
    'test/unit/long.test.ts:301 301 lines, at most 300',
    'bin/run.js:301 301 lines, at most 300',
  ]);
});

test.each([
  ['declaration', 'function big() {\n', '}'],
  ['arrow', 'const big = () => {\n', '};'],
  ['method', 'class A { big() {\n', '} }'],
  ['callback', 'list.forEach(() => {\n', '});'],
])('functions: a %s of 60 lines passes, one of 61 does not', (_, head, tail) => {
  expect(verdict(budgets, { 'src/engine/a.ts': head + lines(58) + tail })).toEqual([]);
  expect(verdict(budgets, { 'src/engine/a.ts': head + lines(59) + tail })).toEqual([
    'src/engine/a.ts:1 a function of 61 lines, at most 60',
  ]);
});

test.each([
  "describe('x', () => {\n",
  "test('x', async () => {\n",
  "describe.each([1])('x', () => {\n",
  "it.sequential('x', { retry: 0 }, () => {\n",
])('a list of tests may be long: %s', (head) => {
  const text = `${head}${lines(100)}});`;
  expect(verdict(budgets, { 'test/unit/a.test.ts': text })).toEqual([]);
  expect(verdict(budgets, { 'src/engine/a.ts': text })).toHaveLength(1);
});

test.each([
  ['declaration', 'function part() {\n', '}\n'],
  ['arrow', 'const part = () => {\n', '};\n'],
  ['method', 'return {\npart() {\n', '}\n};\n'],
])('a factory is measured without its named parts: a %s', (_, head, tail) => {
  const factory = (part: string, rest = '') => ({
    'src/engine/a.ts': `function createA() {\n${rest}${part}}\n`,
  });
  const part = head + lines(50) + tail;
  expect(verdict(budgets, factory(part, lines(40)))).toEqual([]);
  expect(verdict(budgets, factory(part, lines(60)))).toHaveLength(1);
  expect(verdict(budgets, factory(head + lines(59) + tail))).toEqual([
    expect.stringContaining('a function of 61 lines'),
  ]);
});

test('callbacks count as lines of the function they are in', () => {
  const text = `function a() {\nlist.map(() => {\n${lines(40)}});\n${lines(20)}}`;
  expect(verdict(budgets, { 'src/engine/a.ts': text })).toHaveLength(1);
});

test('a suite for several adapters may be long, its helpers may not', () => {
  const suite = (inside: string) =>
    `export function suite() {\ndescribe('x', () => {\n${inside}});\n}`;
  const helper = `list.map(() => {\n${lines(60)}});\n`;
  expect(verdict(budgets, { 'test/contract/a.ts': suite(lines(100)) })).toEqual([]);
  expect(verdict(budgets, { 'test/contract/a.ts': suite(helper) })).toHaveLength(1);
  const head = `export function suite() {\n${lines(60)}describe('x', () => {\n});\n}`;
  expect(verdict(budgets, { 'test/contract/a.ts': head })).toHaveLength(1);
});

test.each([
  ['function', 'function f(PARAMETERS): void {}'],
  ['arrow', 'const f = (PARAMETERS) => 1;'],
  ['constructor', 'class A { constructor(PARAMETERS) {} }'],
  ['signature', 'interface A { f(PARAMETERS): void }'],
  ['function type', 'type F = (PARAMETERS) => void;'],
])('parameters of a %s: 4 pass, 5 do not', (_, text) => {
  const four = 'a: A, { b }: B, c = 1, ...d: D[]';
  const withParameters = (list: string) => ({
    'src/engine/a.ts': text.replace('PARAMETERS', list),
  });
  const plain = (list: string) =>
    text.startsWith('interface') || text.startsWith('type')
      ? list.replace(' = 1', '?: number')
      : list;
  expect(verdict(budgets, withParameters(plain(four)))).toEqual([]);
  expect(verdict(budgets, withParameters(`e: E, ${plain(four)}`))).toEqual([
    'src/engine/a.ts:1 5 parameters, at most 4',
  ]);
});
