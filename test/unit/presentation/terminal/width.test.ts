import { expect, test } from 'vitest';
import {
  fitWidth,
  padWidth,
  visibleWidth,
  wrapHanging,
  wrapWords,
} from '../../../../src/presentation/terminal/width.ts';

test.each([
  ['plain', 5],
  ['', 0],
  ['\u001b[1mbold\u001b[22m', 4],
  ['環境', 4],
  ['ｗｉｄｅ', 8],
  ['한국', 4],
  ['é', 1],
  ['e\u0301', 1],
  ['a\u200db', 2],
  ['🚀', 2],
  ['👩‍🔧', 2],
  ['✔', 1],
  ['✔️', 2],
  ['│ ├──', 5],
  ['naïve…', 6],
])('%s takes %i columns', (text, columns) => {
  expect(visibleWidth(text)).toBe(columns);
});

test('texts are cut at the edge, and never in the middle of a character', () => {
  expect(fitWidth('abcdef', 4)).toBe('abc…');
  expect(fitWidth('abcd', 4)).toBe('abcd');
  expect(fitWidth('環境名', 5)).toBe('環境…');
  expect(fitWidth('環境名', 4)).toBe('環…');
  expect(padWidth('環', 4)).toBe('環  ');
});

test('words are never broken', () => {
  expect(wrapWords('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrapWords('see http://a/very/long/address now', 8)).toEqual([
    'see',
    'http://a/very/long/address',
    'now',
  ]);
});

test('what is too long hangs below its column, colours going on', () => {
  expect(wrapHanging('  web  ok  a description of several words', 34)).toEqual([
    '  web  ok  a description of',
    '           several words',
  ]);
  const coloured = `  web  \u001b[2m${'word '.repeat(8).trim()}\u001b[22m`;
  const lines = wrapHanging(coloured, 30);
  expect(lines.map(visibleWidth)).toEqual([26, 26]);
  expect(lines.join('')).toContain('\u001b[2mword');
  expect(wrapHanging('short', 30)).toEqual(['short']);
  expect(wrapHanging('long '.repeat(20).trim(), Number.POSITIVE_INFINITY)).toHaveLength(1);
});

test('a last column with too little room goes below the others', () => {
  expect(wrapHanging('  web  command  needs settings  a web server on a machine', 40)).toEqual([
    '  web  command  needs settings',
    '      a web server on a machine',
  ]);
});

test('a line without columns goes on further in', () => {
  expect(wrapHanging('one two three four five six', 20)).toEqual([
    'one two three',
    '    four five six',
  ]);
});
