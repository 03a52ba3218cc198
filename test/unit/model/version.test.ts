import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  isVersion,
  newestVersion,
  parseTemplateRequest,
} from '../../../src/model/version.ts';

const PUBLISHED = [
  '0.0.3',
  '0.0.4',
  '0.2.3',
  '0.2.9',
  '0.3.0',
  '1.0.0',
  '1.2.0',
  '1.2.3',
  '1.10.0',
  '2.0.0-rc.1',
  '2.0.0-rc.2',
];

describe('the newest version', () => {
  it.each<[string | null, string | undefined]>([
    [null, '1.10.0'],
    ['1.2.0', '1.2.0'],
    ['9.9.9', undefined],
    ['^1', '1.10.0'],
    ['^1.2', '1.10.0'],
    ['^1.2.4', '1.10.0'],
    ['^1.11', undefined],
    ['^0', '0.3.0'],
    ['^0.2', '0.2.9'],
    ['^0.2.4', '0.2.9'],
    ['^0.0.3', '0.0.3'],
    ['~1', '1.10.0'],
    ['~1.2', '1.2.3'],
    ['~1.2.1', '1.2.3'],
    ['~0.2', '0.2.9'],
    ['^2', undefined],
    ['2.0.0-rc.1', '2.0.0-rc.1'],
    ['^2.0.0-rc.1', '2.0.0-rc.2'],
  ])('of %s is %s', (range, expected) => {
    expect(newestVersion(PUBLISHED, range)).toBe(expected);
  });

  it('is a prerelease only where there is nothing else', () => {
    expect(newestVersion(['1.0.0-a', '1.0.0-b'], null)).toBe('1.0.0-b');
    expect(newestVersion([], null)).toBeUndefined();
  });
});

describe('versions', () => {
  it('are in the order of the specification', () => {
    const ordered = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.1',
      '1.2.0',
      '1.10.0',
      '2.0.0',
    ];
    expect(ordered.toReversed().sort(compareVersions)).toEqual(ordered);
  });

  it('compare the same from either side', () => {
    const part = fc.nat(3);
    const version = fc
      .tuple(part, part, part, fc.constantFrom('', '-a', '-a.1', '-2', '-10', '+build'))
      .map(([major, minor, patch, rest]) => `${major}.${minor}.${patch}${rest}`);
    fc.assert(
      fc.property(version, version, (left, right) => {
        expect(Math.sign(compareVersions(left, right))).toBe(
          0 - Math.sign(compareVersions(right, left)),
        );
      }),
    );
  });

  it.each(['1.0', 'v1.0.0', '1.0.0.0', '01.0.0', '1.0.0-', 'latest', '', '1.0.0 ', '1.0.0-a..b'])(
    '%j is none',
    (text) => {
      expect(isVersion(text)).toBe(false);
    },
  );
});

describe('a request for a template', () => {
  it('is a name, with an exact version or a range', () => {
    expect(parseTemplateRequest('web')).toEqual({ name: 'web', range: null });
    expect(parseTemplateRequest('web@1.2.0')).toEqual({ name: 'web', range: '1.2.0' });
    expect(parseTemplateRequest('web@^1.2')).toEqual({ name: 'web', range: '^1.2' });
    expect(parseTemplateRequest('web@~1')).toEqual({ name: 'web', range: '~1' });
  });

  it.each(['web@', 'web@latest', 'web@1.2', 'web@>=1', 'web@^', 'web@*', 'web@^1 || ^2'])(
    '%s is not understood',
    (text) => {
      expect(parseTemplateRequest(text)).toBeUndefined();
    },
  );
});
