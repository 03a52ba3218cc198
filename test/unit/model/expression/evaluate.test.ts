import { describe, expect, it } from 'vitest';
import { BiotopeError } from '../../../../src/model/errors.ts';
import { resolveValue } from '../../../../src/model/expression/evaluate.ts';
import type { JsonValue } from '../../../../src/model/json.ts';
import { secretText } from '../../../../src/model/secret.ts';
import { exampleScope, PASSWORD } from './scope.ts';

function value(text: JsonValue): JsonValue | undefined {
  const resolved = resolveValue(text, exampleScope());
  return resolved.known ? resolved.value : undefined;
}

function failure(text: JsonValue): BiotopeError {
  try {
    resolveValue(text, exampleScope());
  } catch (error) {
    if (error instanceof BiotopeError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(text)} was evaluated`);
}

describe('a text that is one expression', () => {
  it.each<[string, JsonValue]>([
    ['${parameters.replicas}', 3],
    ['${parameters.replicas + 1}', 4],
    ['${parameters.replicas * parameters.ratio}', 4.5],
    ['${parameters.ratio * 2.0}', 3],
    ['${parameters.on && parameters.replicas > 2}', true],
    ['${parameters.list}', ['a', 'b']],
    ['${parameters.list + ["c"]}', ['a', 'b', 'c']],
    ['${parameters["name"]}', 'shop'],
    ['${null}', null],
    ['${{"a": parameters.replicas, "b": [1, "x"]}}', { a: 3, b: [1, 'x'] }],
    ['${environment.name + "/db"}', 'shop-1/db'],
    ['${"web" in environment.tags}', true],
    ['${resources["my-db"].outputs.port}', 5432],
    ['${resources["my-db"].outputs.labels}', { a: [1] }],
    ['${resources.web[1].outputs.url}', 'http://b'],
    ['${resources.web.map(w, w.outputs.url)}', ['http://a', 'http://b']],
    ['${resources.web.map(w, w.outputs.url).join(",")}', 'http://a,http://b'],
    ['${resources.web.filter(w, w.outputs.url.endsWith("b")).size()}', 1],
    ['${size(resources.web)}', 2],
    ['${self.id + "-" + string(self.index)}', 'web-1'],
    ['${has(parameters.missing) ? "there" : "not"}', 'not'],
    ['${"nothing" in resources["my-db"].outputs}', false],
    ['${"password" in resources["my-db"].outputs}', true],
    ['${"token" in parameters && has(parameters.token)}', true],
    ['${"}" + \'{\' + "\\"}"}', '}{"}'],
    ['${1 // } a comment\n + 1}', 2],
  ])('%s keeps its type', (text, expected) => {
    expect(value(text)).toEqual(expected);
  });
});

describe('an expression that was published under a raised limit', () => {
  it('is evaluated, however long it is', () => {
    const long = 'x'.repeat(20_000);
    expect(value(`\${"${long}"}`)).toBe(long);
  });
});

describe('a longer text', () => {
  it.each<[string, string]>([
    ['no expression', 'no expression'],
    ['${parameters.name}-${parameters.replicas}', 'shop-3'],
    ['on=${parameters.on}, ratio=${parameters.ratio}', 'on=true, ratio=1.5'],
    [' ${parameters.replicas} ', ' 3 '],
    ['$${parameters.name}', '${parameters.name}'],
    ['a $${x} b ${parameters.name} $${y', 'a ${x} b shop ${y'],
    ['$$${parameters.name}', '$${parameters.name}'],
    ['price: 5$ {', 'price: 5$ {'],
  ])('%j is joined', (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  it.each(['a${parameters.list}', 'a${resources["my-db"].outputs}', 'a${null}'])(
    '%s cannot hold what is no text',
    (text) => {
      expect(failure(text).message).toContain('cannot be part of a longer text');
    },
  );
});

describe('values inside lists and objects', () => {
  it('are resolved wherever they stand, names are left alone', () => {
    const input = {
      list: ['${parameters.replicas}', 1, null],
      'a ${b}': { deep: '${environment.name}' },
    };
    expect(value(input)).toEqual({ list: [3, 1, null], 'a ${b}': { deep: 'shop-1' } });
  });
});

describe('a secret', () => {
  it('is passed on whole, also inside a list, a map, a choice or a member of something whole', () => {
    expect(value('${parameters.token}')).toEqual(PASSWORD);
    expect(value('${[parameters.token]}')).toEqual([PASSWORD]);
    expect(value('${parameters.on ? parameters.token : "none"}')).toEqual(PASSWORD);
    expect(value('${resources["my-db"].outputs}')).toMatchObject({
      password: PASSWORD,
      port: 5432,
    });
  });

  it('makes a text it is joined into a secret', () => {
    expect(
      value('postgres://${parameters.name}:${resources["my-db"].outputs.password}@db'),
    ).toEqual(
      secretText(['postgres://shop:', { path: 'shop/db', version: 3, field: 'password' }, '@db']),
    );
  });

  it.each([
    '${"x" + parameters.token}',
    '${size(parameters.token)}',
    '${string(parameters.token)}',
    '${parameters.token == "guess"}',
    '${parameters.token != parameters.token}',
    '${"guess" in [parameters.token]}',
    '${[parameters.token] == ["guess"]}',
    '${{"a": parameters.token} == {"a": "guess"}}',
    '${parameters.token.startsWith("a")}',
    '${parameters.list.map(x, x == parameters.token)}',
    '${[parameters.token].map(t, t + "x")}',
    '${[parameters.token].exists(t, t == "x")}',
    '${[parameters.token].join(",")}',
    '${resources["my-db"].outputs == resources["my-db"].outputs}',
    '${resources["my-db"].outputs["password"].contains("a")}',
    '${parameters.token ? 1 : 2}',
    '${(parameters.on ? parameters.token : "b") + "c"}',
    '${{parameters.token: 1}}',
    '${parameters.token == "guess" || true}',
  ])('cannot be looked at: %s', (text) => {
    const error = failure(text);
    expect(error.message).toContain('a secret cannot be used in an operation or function');
    expect(JSON.stringify([error.message, error.facts])).not.toContain('shop/db');
  });

  it('hides what it is made of', () => {
    expect(failure('${parameters.token["$secret"]}').code).toBe('EXPRESSION_FAILED');
  });
});

describe('what is not known yet', () => {
  it('makes the whole value unknown and says what it waits for', () => {
    const input = { a: '${resources.later.outputs.x}', b: 'p-${resources.last.outputs.y}', c: 1 };
    expect(resolveValue(input, exampleScope())).toEqual({
      known: false,
      waitsFor: ['last', 'later'],
    });
  });

  it('is decided by what is referred to, never by what would be evaluated', () => {
    const text = '${parameters.on ? 1 : resources.later.outputs.x}';
    expect(resolveValue(text, exampleScope())).toEqual({ known: false, waitsFor: ['later'] });
  });

  it('does not hide a mistake elsewhere in the value', () => {
    expect(failure(['${resources.later.outputs.x}', '${parameters.nothing}']).message).toContain(
      'nothing',
    );
  });
});

describe('an evaluation that fails', () => {
  it.each([
    ['${parameters.nothing}', 'there is no "nothing"', 'has(…)'],
    ['${resources.gone.outputs.url}', 'there is no resource "gone"', ''],
    ['${resources.constructor.outputs.url}', 'there is no resource "constructor"', ''],
    ['${resources.web[7].outputs.url}', 'there is no [7] in a list of 2', ''],
    ['${resources.web.filter(w, false)[0]}', 'there is no [0] in a list of 0', ''],
    ['${resources.web[0 - 1]}', 'there is no [-1] in a list', ''],
    ['${"port " + parameters.replicas}', 'no such overload: string + int', 'string(…)'],
    ['${parameters.replicas / 0}', 'division by zero', ''],
    ['${9007199254740993}', 'a number that JSON cannot hold exactly', ''],
    ['${1.0 / 0.0}', 'a number that JSON cannot hold exactly', ''],
    ['${timestamp("2026-01-01T00:00:00Z")}', 'no JSON value', ''],
    ['${type(1)}', 'no JSON value', ''],
    ['${bool(parameters.name)}', 'invalid string value', ''],
    ['${parameters', 'never closed', '$${'],
    ['${parameters.replicas ? 1 : 2}', "must be bool, got 'int'", ''],
  ])('%s says why', (text, reason, suggestion) => {
    const error = failure(text);
    expect(error.code).toBe('EXPRESSION_FAILED');
    expect(error.message).toContain(reason);
    expect(error.message).toContain(suggestion);
  });

  it('names the expression and the place in it', () => {
    expect(failure('x ${1 + parameters.nothing}').facts).toMatchObject({
      expression: '1 + parameters.nothing',
      offset: 15,
    });
  });

  it('is refused where lists inside lists would take too long', () => {
    const scope = {
      ...exampleScope(),
      parameters: { many: Array.from({ length: 20_000 }, () => 1) },
    };
    const text = '${parameters.many.map(a, parameters.many.map(b, a + b))}';
    expect(() => resolveValue(text, scope)).toThrow('too many combinations');
    expect(resolveValue('${parameters.many.map(a, a + 1).size()}', scope)).toEqual({
      known: true,
      value: 20_000,
    });
  });
});
