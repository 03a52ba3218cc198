import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCycles, type Graph, generations } from '../../../src/model/graph.ts';

function graph(edges: Record<string, string[]>): Graph {
  return new Map(Object.entries(edges));
}

/** Any graph of up to 30 nodes, cycles and needs that do not exist included. */
const anyGraph = fc.array(fc.tuple(fc.nat(29), fc.nat(32)), { maxLength: 90 }).map((edges) => {
  const nodes = new Map<string, string[]>();
  for (let at = 0; at < 30; at += 1) nodes.set(`n${at}`, []);
  for (const [from, to] of edges) nodes.get(`n${from}`)?.push(`n${to}`);
  return nodes;
});

const CHAIN_LENGTH = 50_000;

function chain(): Map<string, string[]> {
  return new Map(
    Array.from({ length: CHAIN_LENGTH }, (_, at) => [`n${at}`, at === 0 ? [] : [`n${at - 1}`]]),
  );
}

describe('generations', () => {
  it('puts each node behind all it needs, and what is independent side by side', () => {
    const nodes = graph({ web: ['db', 'settings'], settings: ['db'], db: [], mail: [] });
    expect(generations(nodes)).toEqual([['db', 'mail'], ['settings'], ['web']]);
  });

  it('leaves out a need that is no node, and counts a need named twice once', () => {
    expect(generations(graph({ a: ['gone'], b: ['a', 'a'] }))).toEqual([['a'], ['b']]);
  });

  it('goes along a chain of 50,000 nodes without a stack', () => {
    expect(generations(chain())).toHaveLength(CHAIN_LENGTH);
  });

  it('holds every node exactly once, after its needs, unless it stands on or behind a cycle', () => {
    fc.assert(
      fc.property(anyGraph, (nodes) => {
        const order = generations(nodes).flat();
        const place = new Map(order.map((name, at) => [name, at]));
        expect(place.size).toBe(order.length);
        for (const name of order) {
          for (const need of nodes.get(name) ?? []) {
            if (nodes.has(need)) expect(place.get(need)).toBeLessThan(place.get(name) ?? -1);
          }
        }
        expect(order.length === nodes.size).toBe(findCycles(nodes).length === 0);
      }),
    );
  });
});

describe('findCycles', () => {
  it('names a cycle member by member, closed', () => {
    const nodes = graph({ x: [], a: ['b', 'x'], b: ['c'], c: ['a', 'x'] });
    expect(findCycles(nodes)).toEqual([['a', 'b', 'c', 'a']]);
  });

  it('names one cycle of every knot, and a node that needs itself', () => {
    const nodes = graph({ a: ['b'], b: ['a'], c: ['d'], d: ['c', 'a'], e: ['e'], f: ['e'] });
    expect(findCycles(nodes)).toEqual([
      ['a', 'b', 'a'],
      ['c', 'd', 'c'],
      ['e', 'e'],
    ]);
  });

  it('names the shortest way round', () => {
    const nodes = graph({ a: ['b', 'c'], b: ['d'], c: ['a'], d: ['a'] });
    expect(findCycles(nodes)).toEqual([['a', 'c', 'a']]);
  });

  it('finds nothing in a graph without cycles', () => {
    expect(findCycles(graph({ a: ['b', 'c'], b: ['c'], c: [] }))).toEqual([]);
  });

  it('finds a cycle of 50,000 members without a stack', () => {
    const nodes = chain();
    nodes.set('n0', [`n${CHAIN_LENGTH - 1}`]);
    expect(findCycles(nodes)[0]).toHaveLength(CHAIN_LENGTH + 1);
  });

  it('only ever names edges that are there, from a member back to itself', () => {
    fc.assert(
      fc.property(anyGraph, (nodes) => {
        for (const cycle of findCycles(nodes)) {
          expect(cycle.length).toBeGreaterThan(1);
          expect(cycle.at(-1)).toBe(cycle[0]);
          for (const [at, name] of cycle.slice(0, -1).entries()) {
            expect(nodes.get(name)).toContain(cycle[at + 1]);
          }
        }
      }),
    );
  });
});
