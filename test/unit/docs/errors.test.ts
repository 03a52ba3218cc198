import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blocksOf } from '../../docs/markdown.ts';
import { textPatterns } from '../../docs/source-texts.ts';
import { readTree } from '../../gates/source.ts';

const FOLDER = 'docs/errors';
const pages = readdirSync(FOLDER)
  .filter((name) => name !== 'README.md')
  .map((name) => ({ name, text: readFileSync(`${FOLDER}/${name}`, 'utf8') }));

/** Those that only requests bring about show the problem that answers one. */
const problems = pages.filter(({ text }) =>
  blocksOf(text).some(({ language }) => language === 'json'),
);

/** Errors that no command brings about at will show a text that the sources hold. */
const quoting = pages.filter(
  (page) =>
    !problems.includes(page) && blocksOf(page.text).every(({ language }) => language !== 'console'),
);

describe('the page of an error that no command brings about at will', () => {
  const sources = readTree('.').filter(({ path }) => /^src\/.*\.ts$/.test(path));
  const patterns = textPatterns(sources);
  const isInSources = (text: string) => patterns.some((pattern) => pattern.test(text));

  it.each(quoting)('$name shows a message as it stands in the code', ({ name, text }) => {
    const [shown] = blocksOf(text).filter(({ language }) => language === 'text');
    const lines = (shown?.text ?? '').trimEnd().split('\n');
    const message = lines.find((line) => line.startsWith('error: '))?.slice('error: '.length) ?? '';
    expect(sentencesOf(message).filter((parts) => parts.every(isInSources))).not.toEqual([]);
    expect(lines.at(-1)).toBe(`  See ${FOLDER}/${name}.`);
  });

  it('is seldom: most pages show what a command printed', () => {
    expect(quoting.length).toBeLessThan(pages.length / 3);
  });
});

/** A message stands in the code as a whole, or with its remedy behind it. */
function sentencesOf(text: string): string[][] {
  const ends = [...text.matchAll(/\. /g)].map(({ index }) => index + 1);
  return [[text], ...ends.map((end) => [text.slice(0, end), text.slice(end + 1)])];
}

describe('the page of an error that only a request brings about', () => {
  it.each(problems)('$name shows the problem with its code and status', ({ name, text }) => {
    const [shown] = blocksOf(text).filter(({ language }) => language === 'json');
    const problem = JSON.parse(shown?.text ?? '');
    const code = name.replace(/\.md$/, '');
    expect(problem).toMatchObject({ code, detail: expect.any(String) });
    expect(text).toContain(`| ${problem.status} |`);
  });
});

describe('texts of the sources', () => {
  const patterns = textPatterns([
    {
      path: 'src/a.ts',
      text: "const a = `Run ${id} has ended: ` + 'there is nothing to do.' + b;",
    },
  ]);

  it('are found however they are joined', () => {
    const fits = (text: string) => patterns.some((pattern) => pattern.test(text));
    expect(fits('Run 7 has ended: there is nothing to do. More.')).toBe(true);
    expect(fits('Run 7 has ended: there is much to do.')).toBe(false);
    expect(fits('there is nothing to do.')).toBe(false);
  });
});
