import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { isBiotopeError } from '../../../src/model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/model/json.ts';
import { DEFAULT_LIMITS } from '../../../src/model/limits.ts';
import { checkParameterSchema } from '../../../src/model/parameters/schema.ts';
import { checkParameters } from '../../../src/model/parameters.ts';
import { readParameters } from '../../../src/presentation/usecases/input/parameters.ts';
import { mutatedJson, mutatedText } from '../mutations.ts';
import type { Target } from '../target.ts';

const SCHEMA: JsonObject = {
  type: 'object',
  required: ['password'],
  properties: {
    password: { type: 'string', writeOnly: true, minLength: 8 },
    name: { type: 'string', pattern: '^[a-z]{1,10}$', default: 'shop' },
    size: { type: 'integer', minimum: 1, maximum: 5 },
    list: { type: 'array', items: { type: 'string', format: 'email' }, uniqueItems: true },
    map: { type: 'object', additionalProperties: { type: 'number' } },
    choice: { oneOf: [{ const: 1 }, { enum: ['a', 'b'] }], default: 'a' },
  },
};
const OTHER_SCHEMA: JsonObject = {
  type: 'object',
  properties: { a: { $ref: '#/$defs/b' }, c: { type: ['string', 'null'], default: null } },
  $defs: { b: { type: 'object', required: ['d'], properties: { d: { type: 'boolean' } } } },
};
const FILES = [
  'password: a-long-password\nname: shop\nsize: 3\nlist: [a@b.de]\nmap: { a: 1.5 }\nchoice: b\n',
  '{"password": "a-long-password", "name": null, "list": []}',
  'password: |\n  line one\n  line two\nmap: &m\n  a: 1\nlist:\n  - *m\n',
  '? password\n: "a\\u00e9"\n',
];
const WORDS = FILES.flatMap((text) => text.split(/(?<=[\n,])/));
const PAIRS = [
  'password=secret-one',
  'size=3',
  'list=[a, b]',
  'name=null',
  'map={a: 1}',
  'name="null"',
];

interface Given {
  file: string | null;
  pairs: string[];
  schema: JsonValue;
}

/** A file of parameters and pairs of the command line, against a template's schema. */
export const parameters: Target<Given> = {
  name: 'parameters',
  weight: 12,
  open: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'biotope-fuzz-'));
    const path = join(folder, 'parameters');
    return {
      inputs: fc.record({
        file: fc.option(mutatedText(FILES, WORDS, 3), { freq: 2 }),
        pairs: fc.array(mutatedText(PAIRS, WORDS), { maxLength: 2 }),
        schema: fc.oneof(
          { weight: 40, arbitrary: fc.constant<JsonValue>(SCHEMA) },
          { weight: 1, arbitrary: mutatedJson([SCHEMA, OTHER_SCHEMA]) },
        ),
      }),
      try: ({ file, pairs, schema: given }) => {
        const isGood = given !== SCHEMA && isJsonObject(given) && isSchema(given);
        const schema = isGood ? given : SCHEMA;
        if (file !== null) writeFileSync(path, file);
        const from = file === null ? {} : { 'parameters-file': path };
        const flags = { parameter: pairs, ...from };
        const values = readParameters(flags, schema, DEFAULT_LIMITS);
        const checked = checkParameters(
          { name: 'shop', version: '1.0.0', parameters: schema },
          values,
        );
        checkAgain(schema, checked);
        return 'taken';
      },
      close: async () => rmSync(folder, { recursive: true }),
    };
  },
};

function isSchema(given: JsonObject): boolean {
  return checkParameterSchema(given).length === 0;
}

/** What passed once passes again, defaults and all. */
function checkAgain(schema: JsonObject, checked: JsonObject): void {
  const given = Object.fromEntries(Object.entries(checked).filter(([, value]) => value !== null));
  try {
    checkParameters({ name: 'shop', version: '1.0.0', parameters: schema }, given);
  } catch (error) {
    if (!isBiotopeError(error)) throw error;
    throw new Error(`what passed is refused: ${error.message}`);
  }
}
