import { sourceText } from '../../catalog/source.ts';
import { templateLabel } from '../../documents/documents.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { Template, TemplateRecord, Vendored } from '../../model/template.ts';
import type { Palette } from '../terminal/palette.ts';
import { alignColumns, facts, printable, section, table } from '../terminal/table.ts';
import { formatTime } from './duration.ts';
import { valueText } from './environments.ts';

export function templateTable(templates: readonly TemplateRecord[], palette: Palette): string[] {
  if (templates.length === 0) {
    return ['No templates. Publish one: biotope template publish FOLDER'];
  }
  return table(
    ['name', 'version', 'resources', 'published', 'from', 'tags', 'description'],
    templates.map((record) => [
      palette.strong(record.reference.name),
      record.reference.version,
      String(record.template.resources.length),
      publishedText(record),
      printable(shortOrigin(record)),
      printable(record.template.tags.join(', ')),
      printable(record.template.description),
    ]),
    {
      columns: palette.columns,
      lessImportant: ['description', 'tags', 'from', 'published', 'resources'],
    },
  );
}

function publishedText({ publishedAtMs }: TemplateRecord): string {
  return publishedAtMs === null ? 'when first used' : formatTime(publishedAtMs);
}

const COMMIT_CHARACTERS = 10;

/** `github.com/org/repo//path 1f2e3d4c5b`; of a folder its commit alone, where it is known. */
function shortOrigin({ source, commit }: TemplateRecord): string {
  const url = source?.url.replace(/^[a-z]+:\/\/(?:[^@/]*@)?/, '').replace(/\.git$/, '');
  const folder = source == null || source.path === '' ? '' : `//${source.path}`;
  const parts = [source == null ? '' : `${url}${folder}`, commit?.slice(0, COMMIT_CHARACTERS)];
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

export function templatePage(record: TemplateRecord, palette: Palette): string[] {
  const { template, reference } = record;
  return [
    ...facts([
      ['Template', palette.strong(templateLabel(reference))],
      ['Description', printable(template.description)],
      ['Tags', printable(template.tags.join(', '))],
      ['Digest', reference.digest],
      ['Source', record.source == null ? '' : sourceText(record.source)],
      ['Commit', record.commit ?? ''],
      ['Published', publishedText(record)],
    ]),
    ...section('Parameters', parameterRows(template.parameters, palette)),
    ...section('Resources', resourceRows(template, palette)),
    ...section('Templates taken in', nestedRows(template, palette)),
    ...section('Kept from elsewhere', vendoredLines(record.vendored ?? null)),
    ...section('Groups', groupRows(template)),
    ...section('Entrypoints', rowsOf(template.entrypoints)),
    ...section('Outputs', rowsOf(template.outputs)),
  ];
}

/** What was fixed of that which lies outside of the template, a line each. */
export function vendoredLines(vendored: Vendored | null): string[] {
  if (vendored === null) return [];
  const modules = vendored.modules.map(({ source, version, url, commit }) => {
    const chosen = version === null ? '' : `${version}, from ${url}, `;
    const [hash = '', kind = 'commit'] = commit.split(':').reverse();
    return `module ${source}: ${chosen}${kind} ${hash.slice(0, COMMIT_CHARACTERS)}`;
  });
  const locks = vendored.locks.map(
    ({ module, providers }) => `providers of ./${module}: ${providers.join(', ')}`,
  );
  return [...modules, ...locks].map(printable);
}

function parameterRows(schema: JsonObject, palette: Palette): string[] {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return alignColumns(
    Object.entries(properties).map(([name, property]) => {
      const facets = isJsonObject(property) ? property : {};
      const hasDefault = facets.default !== undefined;
      const rule = hasDefault ? `default ${valueText(facets.default ?? null)}` : 'optional';
      return [
        palette.strong(name),
        typeof facets.type === 'string' ? facets.type : '',
        required.includes(name) && !hasDefault ? 'required' : rule,
        facets.writeOnly === true ? 'secret' : '',
        typeof facets.description === 'string' ? printable(facets.description) : '',
      ];
    }),
  );
}

function resourceRows({ resources }: Template, palette: Palette): string[] {
  return alignColumns(
    resources.map(({ id, executor, count, needs, description }) => [
      palette.strong(id),
      palette.faint(executor),
      count === null ? '' : `count ${count}`,
      needs.length === 0 ? '' : `needs ${needs.join(', ')}`,
      printable(description),
    ]),
  );
}

function nestedRows({ nested }: Template, palette: Palette): string[] {
  return alignColumns(
    nested.map(({ prefix, template }) => [palette.strong(prefix), templateLabel(template)]),
  );
}

function groupRows({ groups }: Template): string[] {
  return alignColumns(
    groups.map(({ name, resources, description }) => [
      name,
      resources.join(', '),
      printable(description),
    ]),
  );
}

function rowsOf(named: readonly { name: string; description: string }[]): string[] {
  return alignColumns(named.map(({ name, description }) => [name, printable(description)]));
}
