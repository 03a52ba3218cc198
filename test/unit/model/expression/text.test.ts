import { describe, expect, it } from 'vitest';
import { holdsExpression, parseText } from '../../../../src/model/expression/text.ts';

function only(text: string) {
  const piece = parseText(text).pieces[0];
  if (piece?.kind !== 'expression') throw new Error(`no expression: ${text}`);
  return piece.expression.analysis;
}

describe('parseText', () => {
  it('says where each expression stands', () => {
    const { pieces, faults } = parseText('a ${1} $${x} ${"}"}!');
    expect(faults).toEqual([]);
    expect(
      pieces.map((piece) =>
        piece.kind === 'text'
          ? piece.text
          : { source: piece.expression.source, offset: piece.offset },
      ),
    ).toEqual(['a ', { source: '1', offset: 4 }, ' ${x} ', { source: '"}"', offset: 15 }, '!']);
  });

  it('goes on behind a fault, so that all of them are found', () => {
    const { faults } = parseText('${1 +} and ${params.x} and ${parameters.x}');
    expect(faults.map(({ fault, offset }) => [offset, fault.offset, fault.reason])).toEqual([
      [2, 3, 'unexpected token: the end'],
      [13, 0, 'nothing is called "params"'],
    ]);
  });

  it.each([
    ['${{ parameters.x }}', 'one brace'],
    ['${parameters.x', 'never closed'],
    ['${"abc}', 'never closed'],
    ['${}', 'empty'],
    ['${ }', 'empty'],
    ['${resource.x.outputs.y}', '"resources" instead of "resource"'],
    ['${params.x}', '"parameters" instead of "params"'],
    ['${var.x}', '"parameters" instead of "var"'],
    ['${env.name}', '"environment" instead of "env"'],
    ['${paramters.x}', '"parameters" instead of "paramters"'],
    ['${qqq}', 'can refer to resources, parameters, environment'],
    ['${resources.my-db.outputs.url}', 'Write resources["my-db"].outputs.url.'],
    ['${1 + resources.my-1[0].outputs.url}', 'Write resources["my-1"][0].outputs.url.'],
    ['${resources.my-int.outputs.url}', 'Write resources["my-int"].outputs.url.'],
    ['${resources.my-1db.outputs.url}', 'Write resources["my-1db"].outputs.url.'],
    ['${resources.log-in}', 'Write resources["log-in"].'],
    ['${parameters.x.toString()}', 'Did you mean "string"?'],
    ['${constructor.x}', 'can refer to resources, parameters, environment'],
    ['${resources}', 'fixed id'],
    ['${resources[parameters.x].outputs.y}', 'fixed id'],
    ['${resources.map(r, r)}', 'fixed id'],
    ['${resources.db.url}', 'resources.db.outputs.url'],
    ['${resources["my-db"].url}', 'resources["my-db"].outputs.url'],
    ['${resources.db[0].url}', 'resources.db[0].outputs.url'],
    ['${environment.nmae}', '"name"'],
    ['${environment.colour}', 'name, description, tags'],
    ['${self.url}', 'self.outputs.url'],
    ['${self}', 'self.outputs.<name>'],
    ['${parameters.name.matches("(a+)+$")}', '"matches" is not available'],
    ['${cel.bind(x, 1, x + 1)}', '"bind" is not available'],
    ['${[1].map(parameters, parameters)}', 'cannot be the name of a variable'],
    ['${{"__proto__": 1}}', 'not allowed in a map'],
    ['${parameters.x = 1}', '"=="'],
    ['${"a" + 1}', 'string(…)'],
    ['${nope(1)}', 'nope(int)'],
    ['${has(resources["my-db"].outputs.x)}', '"name" in resources["id"].outputs'],
  ])('refuses %s', (text, expected) => {
    const { faults } = parseText(text);
    expect(faults).toHaveLength(1);
    expect(JSON.stringify(faults).replaceAll('\\"', '"')).toContain(expected);
  });

  it.each([
    ['too long', `\${"${'x'.repeat(5_000)}"}`, 'longer than 4000 characters'],
    ['nested too deep', `\${${'('.repeat(300)}1${')'.repeat(300)}}`, 'maxDepth'],
    ['of too many parts', `\${1${'+1'.repeat(1_900)}}`, 'maxAstNodes'],
    ['of too many signs', `\${${'!'.repeat(3_900)}true}`, 'maxAstNodes'],
  ])('refuses what is %s', (_, text, expected) => {
    expect(parseText(text, 4_000).faults[0]?.fault.reason).toContain(expected);
  });

  it('bounds an expression only where a bound is given', () => {
    expect(parseText(`\${"${'x'.repeat(5_000)}"}`).faults).toEqual([]);
  });

  it('leaves a text in quotes alone, whatever it looks like', () => {
    expect(parseText('${"resources.my-db.outputs"}').faults).toEqual([]);
  });

  it('tells texts with expressions from literal ones', () => {
    expect(holdsExpression('${x}')).toBe(true);
    expect(holdsExpression('a $${x} b')).toBe(false);
    expect(holdsExpression('$ {x}')).toBe(false);
  });
});

describe('references', () => {
  it.each<[string, unknown[]]>([
    ['${resources.db.outputs.url}', [{ id: 'db', which: 'only', output: 'url' }]],
    ['${resources["my-db"].outputs["url"]}', [{ id: 'my-db', which: 'only', output: 'url' }]],
    ['${resources.web[0].outputs.url}', [{ id: 'web', which: 0, output: 'url' }]],
    [
      '${resources.web[self.index].outputs.url}',
      [
        { kind: 'self', field: 'index' },
        { id: 'web', which: 'each', output: 'url' },
      ],
    ],
    ['${resources.db.outputs}', [{ id: 'db', which: 'only', output: null }]],
    ['${resources.db.outputs[parameters.key]}', [{ name: 'key' }, { id: 'db', output: null }]],
    [
      '${resources.web.map(w, w.outputs.url)}',
      [
        { id: 'web', which: 'each', output: null },
        { id: 'web', which: 'each', output: 'url' },
      ],
    ],
    [
      '${resources.web.all(w, w.outputs.on)}',
      [
        { id: 'web', output: null },
        { id: 'web', output: 'on' },
      ],
    ],
    [
      '${[resources.a, resources.b].map(r, r.outputs.x)}',
      [{ id: 'a' }, { id: 'b' }, { id: 'a', output: 'x' }, { id: 'b', output: 'x' }],
    ],
    [
      '${has(parameters.size) ? parameters.size : 1}',
      [
        { kind: 'parameter', name: 'size' },
        { kind: 'parameter', name: 'size' },
      ],
    ],
    [
      '${environment.name + string(self.index)}',
      [
        { kind: 'environment', field: 'name' },
        { kind: 'self', field: 'index' },
      ],
    ],
    ['${parameters}', [{ kind: 'parameter', name: null }]],
    ['${{"a": {"b": resources.db}}.a.b.outputs.url}', [{ id: 'db' }, { id: 'db', output: 'url' }]],
    ['${parameters.list.map(x, x)}', [{ name: 'list' }, { name: 'list' }]],
  ])('of %s', (text, expected) => {
    const { references } = only(text);
    expect(references).toHaveLength(expected.length);
    expect(references).toMatchObject(expected);
  });

  it('tell what may flow into the result', () => {
    const { flows } = only('${parameters.on ? {"a": parameters.a} : {"x": resources.db.outputs}}');
    expect(flows.map(({ path, wraps }) => [path.join('.'), wraps])).toEqual([
      ['parameters.a', 1],
      ['resources.db.outputs', 1],
    ]);
  });
});
