import { describe, expect, it } from 'vitest';
import { type Command, isShown, withOutputs } from '../../docs/console.ts';
import { blocksOf } from '../../docs/markdown.ts';

const PAGE = `# A page

<!-- before
prepare it
-->

\`\`\`sh app/start
#!/bin/sh
\`\`\`

\`\`\`console
$ biotope one
said before
$ biotope two \\
  --more
…
\`\`\`
`;

describe('blocks of a page', () => {
  it('are what it shows, and the commands before that nobody has to see', () => {
    expect(blocksOf(PAGE).map(({ language, title, line }) => [language, title, line])).toEqual([
      ['before', '', 4],
      ['sh', 'app/start', 8],
      ['console', '', 12],
    ]);
  });
});

describe('what a page shows of an output', () => {
  it.each([
    ['run 01a1fd1d-8a9f-7332-b9fe-a0de93259eb8\n', 'run 01a1fdd2-42f0-77d1-8d3d-532519a2f06f\n'],
    ['done after 12 ms\n', 'done after 1.3 s\n'],
    ['at 2026-11-21 10:31:00Z by process 12\n', 'at 2027-01-02 03:04:05Z by process 345\n'],
    ['+ web created\n', '  > web  creating (command)\n+ web created\n'],
    ['begins\n…\nends\n', 'begins\nmany\nlines\nends\n'],
    ['it is … here\n', 'it is really here\n'],
    ['a (b) [c] $d {e}\n', 'a (b) [c] $d {e}\n'],
  ])('%j stands for %j', (shown, printed) => {
    expect(isShown({ shown, printed })).toBe(true);
  });

  it.each([
    ['error: There is no shop.\n', 'error: There is no shop here.\n'],
    ['a.b\n', 'axb\n'],
    ['', 'something\n'],
    ['one\ntwo\n', 'one\n'],
  ])('%j does not stand for %j', (shown, printed) => {
    expect(isShown({ shown, printed })).toBe(false);
  });
});

describe('a page written anew', () => {
  it('keeps what is still shown and takes what is printed now for the rest', () => {
    const block = blocksOf(PAGE)[2];
    if (block === undefined) throw new Error('the page has three blocks');
    const commands: Command[] = [
      { text: 'biotope one\n', shown: 'said before\n', printed: 'says now\n', exitCode: 0, block },
      { text: 'biotope two \\\n  --more\n', shown: '…\n', printed: 'much\n', exitCode: 0, block },
    ];
    expect(withOutputs(PAGE, commands)).toBe(PAGE.replace('said before', 'says now'));
  });
});
