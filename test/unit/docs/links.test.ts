import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const PAGES = ['README.md', 'ARCHITECTURE.md', ...globSync('docs/**/*.md')];

interface Link {
  place: string;
  /** From the root of the project. */
  file: string;
  anchor: string;
}

const withoutBlocks = (text: string) => text.replaceAll(/^```[\s\S]*?^```$/gm, '');

function linksOf(page: string): Link[] {
  const text = withoutBlocks(readFileSync(page, 'utf8'));
  return [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(
    ([, path = '', anchor = '']) => ({
      place: `${page}: ${path}${anchor === '' ? '' : `#${anchor}`}`,
      file: path === '' ? page : join(dirname(page), path),
      anchor,
    }),
  );
}

/** As they are made of headings where Markdown is shown. */
function anchorsOf(page: string): string[] {
  return [...withoutBlocks(readFileSync(page, 'utf8')).matchAll(/^#+ (.+)$/gm)].map(
    ([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
  );
}

describe('the README', () => {
  it('is short enough to be read', () => {
    expect(readFileSync('README.md', 'utf8').split('\n').length).toBeLessThan(260);
  });
});

describe('a link on a page', () => {
  it.each(PAGES.flatMap(linksOf))('$place leads somewhere', ({ file, anchor }) => {
    expect(existsSync(file)).toBe(true);
    if (anchor !== '') expect(anchorsOf(file)).toContain(anchor);
  });
});
