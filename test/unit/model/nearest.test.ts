import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from '../../../src/model/nearest.ts';

describe('the nearest name', () => {
  const names = ['dependsOn', 'executor', 'statusEndpoints', 'with', 'count', 'id'];

  it.each([
    ['depends_on', 'dependsOn'],
    ['dependson', 'dependsOn'],
    ['executer', 'executor'],
    ['exceutor', 'executor'],
    ['statusEndpoint', 'statusEndpoints'],
    ['cuont', 'count'],
    ['dep', 'dependsOn'],
    ['status', 'statusEndpoints'],
  ])('to %s is %s', (wrong, meant) => {
    expect(nearest(wrong, names)).toBe(meant);
  });

  it.each(['x', 'ex', 'provider', 'module', 'zzzzzzzzzzzz', ''])('to %j is none', (wrong) => {
    expect(nearest(wrong, names)).toBeUndefined();
    expect(didYouMean(wrong, names)).toBeNull();
  });

  it('is bounded for a name of any length', () => {
    expect(nearest('x'.repeat(1_000_000), names)).toBeUndefined();
  });
});
