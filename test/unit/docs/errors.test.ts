import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blocksOf } from '../../docs/markdown.ts';
import { textPatterns } from '../../docs/source-texts.ts';
import { readTree } from '../../gates/source.ts';

const FOLDER = 'docs/errors';
const pages = readdirSync(FOLDER)
  .filter((name) => name !== 'README.md')
  .map((name) => ({ name, text: readFileSync(`${FOLDER}/${name}`, 'utf8') }));

/** Errors that no command brings about at will show a text that the sources hold. */
const quoting = pages.filter(({ text }) =>
  blocksOf(text).every(({ language }) => language !== 'console'),
);

describe('the page of an error that no command brings about at will', () => {
  const sources = readTree('.').filter(({ path }) => /^src\/.*\.ts$/.test(path));
  const patterns = textPatterns(sources);

  it.each(quoting)('$name shows a message as it stands in the code', ({ name, text }) => {
    const [shown] = blocksOf(text).filter(({ language }) => language === 'text');
    const lines = (shown?.text ?? '').trimEnd().split('\n');
    const message = lines.find((line) => line.startsWith('error: '))?.slice('error: '.length) ?? '';
    expect(patterns.filter((pattern) => pattern.test(message))).not.toEqual([]);
    expect(lines.at(-1)).toBe(`  See ${FOLDER}/${name}.`);
  });

  it('is seldom: most pages show what a command printed', () => {
    expect(quoting.length).toBeLessThan(pages.length / 3);
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
