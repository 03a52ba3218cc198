import { ERRORS, type ErrorEntry } from '../../src/model/errors.ts';
import type { Gate, SourceFile, Violation } from './source.ts';
import { lineAt } from './syntax.ts';

const TABLE = 'src/model/errors.ts';
const FOLDER = 'docs/errors/';
/** Written by `npm run docs`. */
const INDEX = `${FOLDER}README.md`;
const SECTIONS = ['What it looks like', 'Why it happens', 'What to do next'];

/** Each code of the table is used, and has one page that says of it what the table says. */
export const errors: Gate = (files) => errorsGate(ERRORS)(files);

export function errorsGate(table: Readonly<Record<string, ErrorEntry>>): Gate {
  return (files) => {
    const pages = files.filter(({ path }) => path.startsWith(FOLDER) && path !== INDEX);
    const sources = files.filter(({ path }) => /^src\/.*\.ts$/.test(path) && path !== TABLE);
    return [
      ...Object.entries(table).flatMap(([code, entry]) => {
        const page = pages.find(({ path }) => path === pageOf(code));
        return [
          ...judgeUse(code, sources),
          ...(page === undefined ? [missing(code)] : judgePage(page, code, entry)),
        ];
      }),
      ...pages
        .filter(({ path }) => !Object.keys(table).some((code) => path === pageOf(code)))
        .map(({ path }) => ({ path, line: 1, message: `explains no code of ${TABLE}` })),
    ];
  };
}

function pageOf(code: string): string {
  return `${FOLDER}${code}.md`;
}

function missing(code: string): Violation {
  return { path: TABLE, line: 1, message: `${code} has no page ${pageOf(code)}` };
}

function judgeUse(code: string, sources: readonly SourceFile[]): Violation[] {
  if (sources.some(({ text }) => text.includes(`'${code}'`))) return [];
  return [{ path: TABLE, line: 1, message: `${code} is used nowhere in src` }];
}

function judgePage(page: SourceFile, code: string, entry: ErrorEntry): Violation[] {
  const lines = page.text.split('\n');
  const wanted = [`# ${code}`, entry.summary, factsOf(entry), ...SECTIONS.map((it) => `## ${it}`)];
  const absent = wanted
    .filter((line) => !lines.includes(line))
    .map((line) => ({ path: page.path, line: 1, message: `lacks the line "${line}"` }));
  const [section = ''] = page.text.split(/^## What it looks like\n/m).slice(1);
  const [shown = ''] = section.split(/^## /m);
  if (shown.includes(code)) return absent;
  const line = lineAt(page.text, page.text.indexOf(section));
  return [...absent, { path: page.path, line, message: `shows no output that names ${code}` }];
}

/** The row of a page that says what programs need to know. */
function factsOf({ kind, httpStatus, exitCode, retryable }: ErrorEntry): string {
  return `| \`${kind}\` | ${exitCode} | ${httpStatus} | ${retryable ? 'yes' : 'no'} |`;
}
