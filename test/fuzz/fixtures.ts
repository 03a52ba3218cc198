import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTemplateFiles } from '../../src/catalog/check.ts';
import type { FolderFile } from '../../src/catalog/folder/folder.ts';
import type { FindTemplate } from '../../src/catalog/parts/nested.ts';
import { isGood } from '../../src/catalog/publish.ts';
import { DEFINITIONS } from '../../src/compose/executors.ts';
import { BiotopeError } from '../../src/model/errors.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';

const ROOT = join(import.meta.dirname, '../..');

const PUBLISHED = 'test/fixtures/templates/published';

/** Templates as people wrote them, good ones and broken ones, small enough to be tried thousands of times. */
const PLACES = [
  'templates',
  'test/fixtures/templates',
  'test/fixtures/templates/broken',
  'test/fixtures/docs',
  PUBLISHED,
];
const TEMPLATE_FILE = 'template.yaml';
const BYTES_MAX = 30_000;

export interface TemplateFixture {
  text: string;
  isBroken: boolean;
  /** Everything beside template.yaml. */
  others: FolderFile[];
}

function foldersIn(place: string): string[] {
  return readdirSync(join(ROOT, place), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(ROOT, place, entry.name));
}

function readFixture(folder: string): TemplateFixture[] {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const files = paths.map((path): FolderFile => {
    const name = path.slice(folder.length + 1);
    return { path: name, executable: !name.includes('.'), content: readFileSync(path) };
  });
  const own = files.find(({ path }) => path === TEMPLATE_FILE);
  if (own === undefined || own.content.length > BYTES_MAX) return [];
  const others = files.filter((file) => file !== own && file.content.length <= BYTES_MAX);
  const text = Buffer.from(own.content).toString();
  return [{ text, isBroken: text.includes('# expect '), others }];
}

export const TEMPLATES: readonly TemplateFixture[] = PLACES.flatMap(foldersIn).flatMap(readFixture);

/** Every text between quotes or after a name in which an expression stands. */
export const EXPRESSIONS: readonly string[] = [
  ...new Set(TEMPLATES.flatMap(({ text }) => text.match(/\$\{[^\n]*\}/g) ?? [])),
];

const published = new Map<string, ReturnType<FindTemplate>>();

/** Templates of the fixtures as if they were published; each is read once. */
const findPublished: FindTemplate = (selector) => {
  const name = selector.split('@')[0] ?? '';
  const found = published.get(name) ?? readPublished(name);
  published.set(name, found);
  return found;
};

async function readPublished(name: string): ReturnType<FindTemplate> {
  const [fixture] = existsSync(join(ROOT, PUBLISHED, name))
    ? readFixture(join(ROOT, PUBLISHED, name))
    : [];
  const check =
    fixture === undefined
      ? undefined
      : await checkTemplateFiles(filesOf(fixture.text, fixture.others), CHECKING);
  if (check === undefined || !isGood(check)) {
    throw new BiotopeError('TEMPLATE_NOT_FOUND', { message: `There is no template ${name}.` });
  }
  const { version } = check.template;
  return { reference: { name, version, digest: check.bundle.digest }, template: check.template };
}

export const CHECKING = {
  definitions: DEFINITIONS,
  limits: DEFAULT_LIMITS,
  findTemplate: findPublished,
};

export function filesOf(text: string, others: readonly FolderFile[]): FolderFile[] {
  const own = { path: TEMPLATE_FILE, executable: false, content: Buffer.from(text) };
  return [...others, own].sort((left, right) => (left.path < right.path ? -1 : 1));
}
