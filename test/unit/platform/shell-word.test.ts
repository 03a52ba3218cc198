import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from '../../../src/platform/shell-word.ts';

it('leaves plain words as they are', () => {
  for (const word of ['./a/b.yaml', 'shop/web', 'name@1.2.0', 'a,b:c+d%e']) {
    expect(shellWord(word)).toBe(word);
  }
});

it('is read by a shell as what it was made from', () => {
  const words = ['', "it's", 'web[0]', '$HOME', 'a b', '`id`', '~', '*', '=x', 'a"b', 'a\\b'];
  const script = `printf '%s\\n' ${words.map(shellWord).join(' ')}`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(`${words.join('\n')}\n`);
});
