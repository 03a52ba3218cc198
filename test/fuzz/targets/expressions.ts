import fc from 'fast-check';
import { resolveValue } from '../../../src/model/expression/evaluate.ts';
import { parseText } from '../../../src/model/expression/text.ts';
import { exampleScope } from '../../unit/model/expression/scope.ts';
import { EXPRESSIONS } from '../fixtures.ts';
import { binaryText, mutatedText } from '../mutations.ts';
import type { Target } from '../target.ts';

/** What CEL and our scopes are made of, so that many texts are nearly right. */
const WORDS = [
  ...['resources', 'parameters', 'environment', 'self', 'groups', 'outputs', 'index', 'name', 'x'],
  ...[
    '.web',
    '.web[0]',
    '["my-db"]',
    '.outputs.url',
    '.outputs.password',
    '.list',
    '.token',
    '.tags',
  ],
  ...['map(x, x)', 'filter(x, true)', 'all(x, x == x)', 'exists_one(x, x)', 'size()', 'split("")'],
  ...[
    'has(a.b)',
    'string(1)',
    'int("1")',
    'double(1)',
    'timestamp("x")',
    'duration("1s")',
    'bytes("a")',
  ],
  ...[
    'matches("(a+)+$")',
    'join(",")',
    'contains("a")',
    'startsWith("")',
    'lowerAscii()',
    'type(1)',
  ],
  ...['+', '-', '*', '/', '%', '==', '!=', '<', '>=', '&&', '||', '!', '?', ':', 'in', 'dyn(1)'],
  ...[
    '0',
    '1u',
    '-9223372036854775808',
    '1e300',
    '2.5',
    'null',
    'true',
    'r"',
    'b"\\xff"',
    '"""',
    "'''",
  ],
  ...[
    '[1, 2]',
    '{"a": 1}',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    ',',
    '.',
    '//',
    '\n',
    '"',
    "'",
    '\\',
    '\\u0000',
  ],
];

/** Of what is there. */
const GOOD = [
  '${resources["my-db"].outputs.url}/a',
  'a ${parameters.name} b $${ c ${parameters.replicas + 1}',
  '${resources.web.map(w, w.outputs.url)}',
  '${resources.web[self.index].outputs.url}',
  '${parameters.list.filter(one, one != "a").map(one, {"name": one, "size": size(one)})}',
  '${groups.pair.map(one, has(one.outputs.port) ? one.outputs.port : 0)}',
  '${parameters.on ? [parameters.token] : []}',
  '${"x" in parameters.list || environment.tags.exists(tag, tag.startsWith("w"))}',
  '${parameters.ratio * 2.0 + double(parameters.replicas) - 1.5}',
  'db://${resources["my-db"].outputs.password}@${environment.name}',
  '${resources["my-db"].outputs.labels.a[0] == 1 ? "yes" : string(parameters.replicas)}',
  '${resources.nested.outputs.url}',
];

const joined = fc
  .array(fc.constantFrom(...WORDS), { maxLength: 30 })
  .map((words) => `\${${words.join('')}}`);
const deep = fc
  .record({
    open: fc.constantFrom('(', '[', '{"a":', '-', '!', 'x.map(x,'),
    times: fc.nat({ max: 3_000 }),
  })
  .map(({ open, times }) => `\${${open.repeat(times)}}`);

/** Any text where an expression may stand. */
export const expressions: Target<string> = {
  name: 'expressions',
  weight: 40,
  open: async () => {
    const scope = exampleScope();
    return {
      inputs: fc.oneof(
        { weight: 5, arbitrary: mutatedText([...EXPRESSIONS, ...GOOD], WORDS, 4) },
        { weight: 4, arbitrary: mutatedText(GOOD, WORDS, 3) },
        { weight: 2, arbitrary: joined },
        { weight: 1, arbitrary: binaryText.map((text) => `\${${text}}`) },
        { weight: 1, arbitrary: deep },
      ),
      try: (text) => {
        const { pieces, faults } = parseText(text, 4_000);
        for (const { fault, offset } of faults) {
          if (offset + fault.offset > text.length) throw new Error('a fault behind the end');
        }
        for (const piece of pieces) {
          if (piece.kind === 'expression' && !text.includes(piece.expression.source)) {
            throw new Error('an expression that nobody wrote');
          }
        }
        resolveValue({ a: [text] }, scope);
        return 'taken';
      },
    };
  },
};
