import { expect, test } from 'vitest';
import { staleFiles } from '../../docs/generated.ts';

const generated = { 'docs/a.md': () => 'one', 'docs/b.md': async () => 'two' };

test('files that are as they would be written', async () => {
  const there: Record<string, string> = { 'docs/a.md': 'one', 'docs/b.md': 'two' };
  expect(await staleFiles(generated, (path) => there[path])).toEqual([]);
});

test('a file that somebody changed by hand, and one that is missing', async () => {
  const there: Record<string, string> = { 'docs/a.md': 'one and more' };
  expect(await staleFiles(generated, (path) => there[path])).toEqual(['docs/a.md', 'docs/b.md']);
});
