import fc from 'fast-check';
import type { JsonValue } from '../../src/model/json.ts';

/** Texts that mean something to somebody, or have surprised somebody. */
const ODD_TEXTS = [
  ...[
    '',
    ' ',
    '\n',
    '\0',
    '\t',
    '\r\n',
    '\u2028',
    '\ufeff',
    '\ud800',
    '🦊',
    'é',
    '\u202e',
    '\u001b[31m',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'then',
    '$secret',
    '$schema',
    '$id',
    '$ref',
    'null',
  ],
  ...[
    '${',
    '}',
    '$${',
    '${parameters.a}',
    '{{',
    '%{',
    '"',
    "'",
    '\\',
    '`',
    '#',
    ': ',
    '- ',
    '&a',
    '*a',
  ],
  ...[
    '<<',
    '!!',
    '!x',
    '|',
    '>',
    '---',
    '...',
    '[',
    ']',
    '{',
    ',',
    '?',
    '/',
    '..',
    './',
    '../',
    '-',
  ],
  ...[
    '@',
    '@^1',
    '@>=1 <2',
    '1.0.0',
    '0',
    '-1',
    '1e999',
    '0x1f',
    '9007199254740993',
    'NaN',
    '.inf',
  ],
  ...[
    'true',
    'no',
    '~',
    '2026-01-01',
    '%00',
    '%2e%2e',
    '=',
    '&',
    ';',
    '*',
    '\u00a0',
    'a'.repeat(5_000),
  ],
];

/** What is done to a text, by places that are taken modulo its length. */
const textChange = fc.record({
  what: fc.constantFrom('cut', 'repeat', 'insert', 'replace', 'splice', 'truncate'),
  at: fc.nat(),
  size: fc.nat({ max: 60 }),
  other: fc.nat(),
  word: fc.nat(),
});

/** Good texts, and the same with a few things done to them. `words`: what is put in, besides odd texts. */
export function mutatedText(
  bases: readonly string[],
  words: readonly string[] = [],
  changesMax = 6,
): fc.Arbitrary<string> {
  const all = [...words, ...words, ...ODD_TEXTS];
  return fc
    .record({
      base: fc.nat({ max: bases.length - 1 }),
      changes: fc.array(textChange, { maxLength: changesMax }),
    })
    .map(({ base, changes }) =>
      changes.reduce((text, { what, at, size, other, word }) => {
        const from = at % (text.length + 1);
        const [before, after] = [text.slice(0, from), text.slice(from)];
        const told = all[word % all.length] ?? '';
        switch (what) {
          case 'cut':
            return before + after.slice(size);
          case 'repeat':
            return before + after.slice(0, size).repeat(2) + after;
          case 'insert':
            return before + told + after;
          case 'replace':
            return before + told + after.slice(size);
          case 'splice': {
            const from = bases[other % bases.length] ?? '';
            return before + from.slice(other % (from.length + 1)).slice(0, size * 4) + after;
          }
          default:
            return before;
        }
      }, bases[base] ?? ''),
    );
}

/** Made once: what it is made of takes long to be laid out. */
export const binaryText = fc.string({ unit: 'binary' });

/** Values that nobody would write, and many that somebody would. */
const oddJson: fc.Arbitrary<JsonValue> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<JsonValue[]>(null, true, false, 0, -1, 1.5, 1e308),
  },
  { weight: 4, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 2, arbitrary: binaryText },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }).map(asJson) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        ...['{"__proto__":{"a":1}}', '{"constructor":1}', '{"$secret":["a"]}', '{"length":-1}'],
        ...['{"toString":1}', '[[[[[[[[]]]]]]]]', '{"then":{}}', '{"toJSON":1}', '[]', '{}'],
      )
      .map((text): JsonValue => JSON.parse(text)),
  },
);

/** Deeper than anything may be. */
const deepJson = fc.constantFrom(65, 100, 20_000).map(nested);

const jsonChange = (value: fc.Arbitrary<JsonValue>) =>
  fc.record({
    what: fc.constantFrom('set', 'set', 'set', 'delete', 'rename', 'add', 'wrap', 'copy'),
    at: fc.nat(),
    other: fc.nat(),
    value,
    name: fc.constantFrom(...ODD_TEXTS),
  });

/** Good documents, and the same with a few things done to them. `isDeep`: some without any bottom. */
export function mutatedJson(
  bases: readonly JsonValue[],
  { isDeep = false } = {},
): fc.Arbitrary<JsonValue> {
  const value = isDeep
    ? fc.oneof({ weight: 14, arbitrary: oddJson }, { weight: 1, arbitrary: deepJson })
    : oddJson;
  return fc
    .record({
      base: fc.nat({ max: bases.length - 1 }),
      changes: fc.array(jsonChange(value), { maxLength: 4 }),
    })
    .map(({ base, changes }) => {
      const root: { value: JsonValue } = { value: structuredClone(bases[base] ?? null) };
      for (const change of changes) apply(root, change);
      return root.value ?? null;
    });
}

type JsonChange = ReturnType<typeof jsonChange> extends fc.Arbitrary<infer T> ? T : never;
type Holder = Record<string, JsonValue> | JsonValue[];

function apply(root: { value: JsonValue }, { what, at, other, value, name }: JsonChange): void {
  const places = placesIn(root);
  const place = places[at % places.length];
  if (place === undefined) return;
  const { holder, key } = place;
  const current = Reflect.get(holder, key) as JsonValue;
  if (what === 'set') put(holder, key, value);
  if (what === 'delete') Reflect.deleteProperty(holder, key);
  if (what === 'wrap') put(holder, key, [current]);
  if (what === 'rename' && !Array.isArray(holder)) {
    Reflect.deleteProperty(holder, key);
    put(holder, name, current);
  }
  if (what === 'add') add(current, name, value);
  if (what === 'copy') {
    const from = places[other % places.length];
    if (from !== undefined) put(holder, key, copied(Reflect.get(from.holder, from.key)));
  }
}

/** Deeper than anything can be copied, it is left out. */
function copied(value: JsonValue): JsonValue {
  try {
    return structuredClone(value);
  } catch {
    return null;
  }
}

function add(to: JsonValue, name: string, value: JsonValue): void {
  if (Array.isArray(to)) to.push(value);
  else if (typeof to === 'object' && to !== null) put(to, name, value);
}

/** As JSON.parse does it: a name is a name, whatever it is. */
function put(holder: Holder, key: string, value: JsonValue): void {
  Object.defineProperty(holder, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

const LEVELS_MAX = 12;

function placesIn(root: { value: JsonValue }): { holder: Holder; key: string }[] {
  const places: { holder: Holder; key: string }[] = [];
  const visit = (holder: Holder, level: number) => {
    for (const [key, value] of Object.entries(holder)) {
      places.push({ holder, key });
      if (level < LEVELS_MAX && typeof value === 'object' && value !== null)
        visit(value, level + 1);
    }
  };
  visit(root, 0);
  return places;
}

function nested(levels: number): JsonValue {
  let value: JsonValue = 'deep';
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

function asJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value));
}
