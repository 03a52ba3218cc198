import { expect, test } from 'vitest';
import { typedWords, uncut } from '../../../../src/presentation/completion/shell-line.ts';

test.each([
  ['biotope ', ['']],
  ['biotope run', ['run']],
  ['biotope  run   show ', ['run', 'show', '']],
  ['biotope -p a="b c" x', ['-p', 'a=b c', 'x']],
  ["biotope -p 'b c", ['-p', 'b c']],
  ['biotope a\\ b c', ['a b', 'c']],
  ["biotope ''", ['']],
])('%s has the words %j', (line, words) => {
  expect(typedWords(line)).toEqual(words);
});

test.each([
  ['hello', 0],
  ['hello@1.', 6],
  ['--output=js', 9],
  ['a=b@c', 4],
])('of %s bash keeps %i characters', (word, count) => {
  expect(uncut(word, ' \t\n"\'@><=;|&(:')).toBe(count);
});

test('nothing is kept where nothing breaks words', () => {
  expect(uncut('a=b', ' \t\n')).toBe(0);
});
