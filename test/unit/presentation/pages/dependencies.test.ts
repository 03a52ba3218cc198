import { describe, expect, it } from 'vitest';
import { dependencyDocument } from '../../../../src/documents/dependencies.ts';
import { dependencyLines } from '../../../../src/presentation/pages/dependencies.ts';
import type { DependencyView } from '../../../../src/queries/dependencies.ts';
import { aResource, palette } from '../samples.ts';

const records = [
  aResource('pay', { external: 'payments-api', executor: 'external' }),
  aResource('web', { executor: 'command', dependsOn: ['pay[0]'] }),
  aResource('pay', { environment: 'bank', external: 'payments-api', executor: 'external' }),
];
const resources = new Map(records.map((one) => [`${one.environment}/${one.address}`, one]));

const dependents: DependencyView = {
  key: 'external:payments-api',
  direction: 'dependents',
  nodes: [
    { key: 'bank/pay[0]', depth: 1 },
    { key: 'demo/pay[0]', depth: 1 },
    { key: 'demo/web[0]', depth: 2 },
  ],
  edges: [
    { from: 'bank/pay[0]', to: 'external:payments-api' },
    { from: 'demo/pay[0]', to: 'external:payments-api' },
    { from: 'demo/web[0]', to: 'demo/pay[0]' },
  ],
  truncated: false,
  resources,
};

describe('dependents and dependencies', () => {
  it('are a tree from where the question begins, through all environments', () => {
    expect(dependencyLines(dependents, palette)).toEqual([
      'external:payments-api',
      '├── bank/pay           external:payments-api  ok',
      '└── demo/pay           external:payments-api  ok',
      '    └── demo/web       command                ok',
    ]);
  });

  it('are unfolded in the other direction from what needs to what is needed', () => {
    const dependencies: DependencyView = {
      ...dependents,
      key: 'demo/web[0]',
      direction: 'dependencies',
      nodes: [
        { key: 'demo/pay[0]', depth: 1 },
        { key: 'external:payments-api', depth: 2 },
      ],
      edges: dependents.edges.slice(1),
      truncated: true,
    };
    expect(dependencyLines(dependencies, palette)).toEqual([
      'demo/web                       command                ok',
      '└── demo/pay                   external:payments-api  ok',
      '    └── external:payments-api',
      'There is more: raise --depth or --limit.',
    ]);
  });

  it('say so where there are none', () => {
    const none = { ...dependents, key: 'demo/web[0]', nodes: [], edges: [] };
    expect(dependencyLines(none, palette).at(-1)).toBe('Nothing needs it.');
  });

  it('are nodes with their distance and edges as a document', () => {
    const document = dependencyDocument(dependents);
    expect(document.of).toMatchObject({ id: 'external:payments-api', external: 'payments-api' });
    expect(document.nodes.at(-1)).toEqual({
      id: 'demo/web[0]',
      name: 'demo/web',
      environment: 'demo',
      address: 'web[0]',
      executor: 'command',
      external: null,
      status: 'ok',
      depth: 2,
    });
    expect(document.edges).toHaveLength(3);
  });
});
