import { describe, expect, it } from 'vitest';
import { dotLines } from '../../../../src/presentation/pages/drawing/dot.ts';
import { type Cluster, drawingOf } from '../../../../src/presentation/pages/drawing/drawing.ts';
import { mermaidLines } from '../../../../src/presentation/pages/drawing/mermaid.ts';
import { aResource, countedReads } from '../samples.ts';

const group = (name: string, ...resources: string[]) => ({
  name,
  description: '',
  tags: [],
  resources,
});

/** `data[db[server]] web`: clusters with what is in them. */
function told({ clusters, resources }: Cluster): string {
  const inside = clusters.map((one) => `${one.name}[${told(one)}]`);
  return [...inside, ...resources.map(({ label }) => label)].join(' ');
}

const hostile = [
  aResource('end', { description: 'a "b" \\ &lt;\nc\\', dependsOn: ['pay[0]', 'gone[0]'] }),
  aResource('pay', { executor: 'external', external: 'x"];\\ #1;`<', status: 'failed' }),
];

describe('a drawing', () => {
  const resources = [
    aResource('db/server'),
    aResource('db/disks/first'),
    aResource('cache'),
    aResource('web', { dependsOn: ['cache[0]', 'pay[0]'] }),
    aResource('pay', { external: 'payments-api' }),
  ];
  const root = (...groups: ReturnType<typeof group>[]) =>
    told(drawingOf('demo', resources, groups).root);

  it('puts nested templates and groups into each other, and what others own apart', () => {
    expect(root()).toBe('db[db/disks[db/disks/first] db/server] cache web');
    expect(root(group('data', 'db', 'cache'))).toBe(
      'data[db[db/disks[db/disks/first] db/server] cache] web',
    );
    expect(root(group('db/inner', 'db/server'))).toBe(
      'db[db/inner[db/server] db/disks[db/disks/first]] cache web',
    );
    expect(drawingOf('demo', resources, []).external.map(({ label }) => label)).toEqual(['pay']);
  });

  it('shows a resource of several groups in the first one only', () => {
    const groups = [group('data', 'cache'), group('all', 'cache', 'web')];
    expect(root(...groups)).toBe('db[db/disks[db/disks/first] db/server] data[cache] all[web]');
  });

  it('looks at each member of a large group only a few times', () => {
    const many = Array.from({ length: 500 }, (_, at) => aResource(`web-${at}`));
    const { members, reads } = countedReads(many.map(({ id }) => id));
    const drawing = drawingOf('demo', many, [{ ...group('web'), resources: members }]);
    expect(drawing.root.clusters[0]?.resources).toEqual(many);
    expect(reads()).toBeLessThan(10 * many.length);
  });

  it('has the edges between what is drawn', () => {
    const dangling = [...resources, aResource('late', { dependsOn: ['gone[0]', 'web[0]'] })];
    expect(drawingOf('demo', dangling, []).edges).toEqual([
      { from: 'web[0]', to: 'cache[0]' },
      { from: 'web[0]', to: 'pay[0]' },
      { from: 'late[0]', to: 'web[0]' },
    ]);
  });
});

describe("a graph in Graphviz's language", () => {
  it('quotes every text, so that none is taken for the language', () => {
    const lines = dotLines(drawingOf('demo', hostile, [group('node', 'end')]));
    expect(lines.filter((line) => /^ *(subgraph|label|"end|"pay)/.test(line))).toEqual([
      '  subgraph "cluster/group:node" {',
      '    label="node";',
      '    "end[0]" [label="end\\nterraform", class="ok", fillcolor="#d3f9d8", color="#2b8a3e", ' +
        'tooltip="ok: a \\"b\\" \\\\ &amp;lt;\\nc\\\\"];',
      '  subgraph "cluster external" {',
      '    label="external";',
      '    "pay[0]" [label="pay\\nexternal:x\\"];\\\\ #1;`<", class="failed", ' +
        'fillcolor="#ffe3e3", color="#c92a2a", tooltip="failed", shape="cds"];',
      '  "end[0]" -> "pay[0]";',
    ]);
    const opened = lines.filter((line) => line.endsWith('{')).length;
    expect(lines.filter((line) => line.trim() === '}')).toHaveLength(opened);
  });
});

describe("a graph in Mermaid's language", () => {
  it('has ids that are no words of the language, and texts without its signs', () => {
    const lines = mermaidLines(drawingOf('demo', hostile, [group('style', 'end')]));
    expect(lines.slice(0, 9)).toEqual([
      'flowchart LR',
      '  subgraph c__2f_group_3a_style["style"]',
      '    n_end_5b_0_5d_["end<br/>terraform"]:::ok',
      '  end',
      '  subgraph c_external["external"]',
      '    n_pay_5b_0_5d_(["pay<br/>external:x#34;];#92; #35;1;#96;#60;"]):::failed',
      '  end',
      '  style c_external stroke-dasharray:4',
      '  n_end_5b_0_5d_ --> n_pay_5b_0_5d_',
    ]);
    expect(lines).toContain('  classDef failed fill:#ffe3e3,stroke:#c92a2a,color:#212529');
  });

  it('keeps ids apart that differ in signs only', () => {
    const near = [aResource('a-b'), aResource('a/b'), aResource('a_b')];
    const ids = mermaidLines(drawingOf('demo', near, [])).flatMap(
      (line) => /^ *(n_\w+)\[/.exec(line)?.[1] ?? [],
    );
    expect(new Set(ids).size).toBe(3);
  });
});
