import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { Template, TemplateRecord } from '../../model/template.ts';
import type { Palette } from '../terminal/palette.ts';
import { alignColumns, facts, printable, section, table } from '../terminal/table.ts';
import { templateLabel } from './documents.ts';
import { formatTime } from './duration.ts';
import { valueText } from './environments.ts';

export function templateTable(templates: readonly TemplateRecord[], palette: Palette): string[] {
  if (templates.length === 0) {
    return ['No templates. Publish one: biotope template publish FOLDER'];
  }
  return table(
    ['name', 'version', 'resources', 'published', 'tags', 'description'],
    templates.map(({ reference, template, publishedAtMs }) => [
      palette.strong(reference.name),
      reference.version,
      String(template.resources.length),
      formatTime(publishedAtMs),
      printable(template.tags.join(', ')),
      printable(template.description),
    ]),
  );
}

export function templatePage(record: TemplateRecord, palette: Palette): string[] {
  const { template, reference } = record;
  return [
    ...facts([
      ['Template', palette.strong(templateLabel(reference))],
      ['Description', printable(template.description)],
      ['Tags', printable(template.tags.join(', '))],
      ['Digest', reference.digest],
      ['Commit', record.commit ?? ''],
      ['Published', formatTime(record.publishedAtMs)],
    ]),
    ...section('Parameters', parameterRows(template.parameters, palette)),
    ...section('Resources', resourceRows(template, palette)),
    ...section('Groups', groupRows(template)),
    ...section('Entrypoints', rowsOf(template.entrypoints)),
    ...section('Outputs', rowsOf(template.outputs)),
  ];
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
