import { describe, expect, it } from 'vitest';
import {
  isVersionConstraint,
  newestFitting,
} from '../../../../../src/executors/terraform/modules/version-constraint.ts';

const VERSIONS =
  '4.9.0 5.0.0 5.0.7 5.1.0 5.10.0 6.0.0-rc1 6.0.0 6.2.1 7.0.0-beta.2 ../../x 9'.split(' ');

describe('a version constraint of Terraform', () => {
  it.each([
    [null, '6.2.1'],
    ['5.0.0', '5.0.0'],
    ['= 5.1', '5.1.0'],
    ['v5.0.7', '5.0.7'],
    ['~> 5.0', '5.10.0'],
    ['~> 5.0.0', '5.0.7'],
    ['~> 5', '6.2.1'],
    ['>= 5.0, < 6.0', '5.10.0'],
    ['>= 5.0.0,< 5.10.0,!= 5.1.0', '5.0.7'],
    ['> 6.0.0', '6.2.1'],
    ['<= 5.0.0', '5.0.0'],
    ['6.0.0-rc1', '6.0.0-rc1'],
    ['>= 7.0.0-beta.1', undefined],
    ['~> 8.0', undefined],
  ])('%s is satisfied by %s', (constraint, version) => {
    expect(newestFitting(VERSIONS, constraint)).toBe(version);
  });

  it.each(['', 'latest', '^5.0', '5.x', '>= 5.0 < 6.0', '1.2.3.4', '~> ', '>= 1,'])(
    'is not %j',
    (text) => {
      expect(isVersionConstraint(text)).toBe(false);
      expect(newestFitting(VERSIONS, text)).toBeUndefined();
    },
  );
});
