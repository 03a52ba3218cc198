import { Environment } from '@marcbachmann/cel-js';
import type { JsonValue } from '../json.ts';
import { isSecretText, type SecretText } from '../secret.ts';
import { ROOTS } from './paths.ts';

/** A secret text inside an evaluation: can be passed on whole, and nothing else. */
class OpaqueSecret {
  readonly #text: SecretText;

  constructor(text: SecretText) {
    this.#text = text;
  }

  get text(): SecretText {
    return this.#text;
  }
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

function createCel(): Environment {
  const environment = new Environment({
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 2_000, maxDepth: 64 },
  });
  for (const root of ROOTS) environment.registerVariable(root, 'dyn');
  environment.registerType('secret', { ctor: OpaqueSecret, fields: {} });
  environment.registerOperator('secret == secret', () => {
    throw new Error('secrets cannot be compared');
  });
  for (const [left, right] of [
    ['int', 'double'],
    ['double', 'int'],
  ]) {
    for (const [sign, calculate] of Object.entries(ARITHMETIC)) {
      environment.registerOperator(`${left} ${sign} ${right}`, (a: unknown, b: unknown) =>
        calculate(Number(a), Number(b)),
      );
    }
  }
  return environment;
}

/**
 * CEL as templates speak it: its roots, arithmetic between whole and other numbers (JSON does
 * not tell them apart), and secrets as a type that no operation and no function knows.
 */
export const cel = createCel();

/** JSON as CEL sees it. Objects become Maps, so that no name in them can mean more than itself. */
export function toCel(value: JsonValue): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toCel);
  if (isSecretText(value)) return new OpaqueSecret(value);
  return new Map(Object.entries(value).map(([key, member]) => [key, toCel(member)]));
}

/** Why a value of CEL cannot become JSON. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
}

const VALUES_MAX = 1_000_000;

/** CEL's result as JSON; secrets as secret texts again. Throws NotJson. */
export function fromCel(value: unknown, budget = { left: VALUES_MAX }): JsonValue {
  budget.left -= 1;
  if (budget.left < 0) throw new NotJson(`its result has more than ${VALUES_MAX} values`);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return toNumber(value);
  if (value instanceof OpaqueSecret) return value.text;
  if (Array.isArray(value)) return value.map((member) => fromCel(member, budget));
  const entries = entriesOf(value);
  if (entries === undefined) {
    throw new NotJson('its result is no JSON value: turn it into a text with string(…)');
  }
  return Object.fromEntries(entries.map(([key, member]) => [toKey(key), fromCel(member, budget)]));
}

function entriesOf(value: unknown): [unknown, unknown][] | undefined {
  if (value instanceof Map) return [...value.entries()];
  const isPlain =
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? Object.entries(value) : undefined;
}

function toKey(key: unknown): string {
  const isName = typeof key === 'string' || typeof key === 'bigint' || typeof key === 'boolean';
  if (isName && key !== '__proto__') return String(key);
  throw new NotJson('a map in its result has a name that is not allowed');
}

function toNumber(value: number | bigint): number {
  const number = Number(value);
  const isExact =
    typeof value === 'number' ? Number.isFinite(number) : Number.isSafeInteger(number);
  if (isExact) return number;
  throw new NotJson('its result is a number that JSON cannot hold exactly');
}
