import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { BiotopeError } from '../../../../src/model/errors.ts';
import { resolveValue } from '../../../../src/model/expression/evaluate.ts';
import { parseText } from '../../../../src/model/expression/text.ts';
import type { JsonValue } from '../../../../src/model/json.ts';
import { containsSecretKey, isSecretText, secretText } from '../../../../src/model/secret.ts';
import { exampleScope } from './scope.ts';

const RUNS = { numRuns: 500 };

/** Texts made of what expressions are made of, so that many are nearly right. */
const PARTS = [
  ...['${', '}', '$', '{', '(', ')', '[', ']', '"', "'", '\\', ',', ':', '.', ' ', '\n', '//', '?'],
  ...['resources', 'parameters', 'environment', 'self', 'web', 'outputs', 'url', 'token', 'name'],
  ...[
    'map',
    'filter',
    'all',
    'size',
    'has',
    'string',
    'in',
    'x',
    'true',
    'null',
    '"a"',
    '1',
    '2.5',
  ],
  ...[
    '+',
    '-',
    '*',
    '/',
    '%',
    '==',
    '!=',
    '<',
    '&&',
    '||',
    '!',
    'r"',
    'b"',
    '__proto__',
    'constructor',
  ],
];
const nearlyExpression = fc
  .array(fc.constantFrom(...PARTS), { maxLength: 25 })
  .map((all) => all.join(''));
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  nearlyExpression,
  nearlyExpression.map((text) => `\${${text}}`),
);

const json = fc.jsonValue().map((value): JsonValue => JSON.parse(JSON.stringify(value)));

afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(PROTOTYPE_NAMES);
});

const PROTOTYPE_NAMES = Object.getOwnPropertyNames(Object.prototype);

function hasName(value: JsonValue, name: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, member]) => key === name || hasName(member, name));
}

describe('any text', () => {
  it('is split without an exception, and every offset lies inside it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { pieces, faults } = parseText(text);
        for (const piece of pieces) {
          if (piece.kind === 'text') continue;
          const { source } = piece.expression;
          expect(text.slice(piece.offset, piece.offset + source.length)).toBe(source);
        }
        for (const { fault, offset } of faults) {
          expect(offset + fault.offset).toBeLessThanOrEqual(text.length);
        }
      }),
      RUNS,
    );
  });

  it('is evaluated, is not known yet, or fails with EXPRESSION_FAILED', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        try {
          resolveValue({ a: [text] }, exampleScope());
        } catch (error) {
          expect(error).toBeInstanceOf(BiotopeError);
          expect(error).toMatchObject({ code: 'EXPRESSION_FAILED' });
        }
      }),
      RUNS,
    );
  });

  it('comes back as it was once every "${" in it is escaped', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const escaped = text.replaceAll('${', () => '$${');
        expect(resolveValue(escaped, exampleScope())).toEqual({ known: true, value: text });
      }),
      RUNS,
    );
  });
});

describe('any value', () => {
  it('goes through an expression unchanged, unless a name in it is forbidden', () => {
    fc.assert(
      fc.property(json, (value) => {
        fc.pre(!containsSecretKey(value) && !hasName(value, '__proto__'));
        const scope = { ...exampleScope(), parameters: { value } };
        expect(resolveValue('${parameters.value}', scope)).toEqual({ known: true, value });
        expect(resolveValue('${[parameters.value][0]}', scope)).toEqual({ known: true, value });
      }),
      RUNS,
    );
  });

  it('without "${" comes back as it is', () => {
    fc.assert(
      fc.property(json, (value) => {
        fc.pre(!JSON.stringify(value).includes('${'));
        expect(resolveValue(value, exampleScope())).toEqual({ known: true, value });
      }),
      RUNS,
    );
  });

  it('named "__proto__" goes no further', () => {
    const parameters: Record<string, JsonValue> = {
      value: JSON.parse('{"__proto__":{"polluted":1}}'),
    };
    expect(() => resolveValue('${parameters.value}', { ...exampleScope(), parameters })).toThrow(
      'a name that is not allowed',
    );
  });
});

describe('a secret among any texts', () => {
  it('always makes a secret text that holds its reference and no plain form of it', () => {
    const literal = fc.string().filter((text) => !text.includes('$'));
    fc.assert(
      fc.property(literal, literal, (before, after) => {
        const token = secretText([{ path: 'a/b', version: 1, field: 'f' }]);
        const scope = { ...exampleScope(), parameters: { token } };
        const resolved = resolveValue(`${before}\${parameters.token}${after}`, scope);
        expect(resolved.known && isSecretText(resolved.value)).toBe(true);
        const parts = [before, { path: 'a/b', version: 1, field: 'f' }, after];
        expect(resolved).toEqual({
          known: true,
          value: secretText(parts.filter((part) => part !== '')),
        });
      }),
      RUNS,
    );
  });
});
