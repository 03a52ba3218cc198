import { expect, test } from 'vitest';
import { lock } from '../../gates/lock.ts';
import { verdict } from './sample.ts';

const GOOD = {
  '': { version: '0.1.0', optionalDependencies: { native: '1.0.0' } },
  'node_modules/native': { version: '1.0.0', integrity: 'sha512-x' },
  'node_modules/zod': { version: '4.0.0', integrity: 'sha512-x' },
  'node_modules/zod/node_modules/inside': { version: '1.0.0', inBundle: true },
};

const judge = (packages: object) =>
  verdict(lock, { 'package-lock.json': JSON.stringify({ packages }) });

test('a lock without hosts, with a hash for everything', () => {
  expect(judge(GOOD)).toEqual([]);
});

test.each([
  ['a host', { resolved: 'https://registry.example/zod.tgz' }, 'names where it comes from'],
  ['no hash', { integrity: undefined }, 'has no hash'],
  ['an install script', { hasInstallScript: true }, 'wants to run an install script'],
  ['a platform left out', { optionalDependencies: { 'zod-darwin': '1' } }, 'lacks the optional'],
])('refuses %s', (_, change, message) => {
  const zod = { ...GOOD['node_modules/zod'], ...change };
  expect(judge({ ...GOOD, 'node_modules/zod': zod })).toEqual([expect.stringContaining(message)]);
});
