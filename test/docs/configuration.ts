import { parse } from 'yaml';
import { variableOf } from '../../src/config/leaves.ts';
import { configSchema } from '../../src/config/schema.ts';
import { isJsonObject } from '../../src/model/json.ts';
import { jsonSchemaOf, type Schema } from './json-schema.ts';
import { markdownTable } from './markdown-table.ts';

const EXAMPLE = `dataFolder: /var/lib/biotope
log: { level: info, format: json }
pools:
  default: { concurrency: 8 }
  site-a: { concurrency: 2 }
limits: { resourcesPerEnvironmentMax: 500 }
terraform: { cliConfigFile: ./terraform.rc }
credentials: { passEnvironment: [AWS_*, TF_TOKEN_app_terraform_io] }
access:
  tokens:
    - { name: ci, role: operator, hash: "sha256:3f0a5e4c8b1d2f6a7c9e0b3d5f7a1c2e4b6d8f0a2c4e6b8d0f1a3c5e7b9d0f2a" }
`;

interface Setting {
  path: string[];
  schema: Schema;
}

/** Every setting with its variable, type and default. */
export function configurationPage(): string {
  configSchema.parse(parse(EXAMPLE));
  const { single, groups } = sortSettings(settingsOf(jsonSchemaOf(configSchema)));
  return [
    '# Configuration',
    '',
    'Every setting has a default: without any configuration everything is embedded and lies in',
    '`.biotope`. A setting comes from a flag, from a variable, from a file, or is the default, in this',
    'order. The file is YAML or JSON and is named by `--config FILE` or `BIOTOPE_CONFIG`; relative paths in',
    'it begin beside it. Wrong names and values are refused, all at once, each with the place it stands at:',
    '[CONFIGURATION_INVALID](errors/CONFIGURATION_INVALID.md). `biotope doctor` looks at them, too.',
    '',
    '```yaml',
    EXAMPLE.trimEnd(),
    '```',
    '',
    'In a variable a list is written with commas, a map as YAML: `BIOTOPE_LOG_LEVEL=debug`,',
    '`BIOTOPE_CREDENTIALS_PASS_ENVIRONMENT=AWS_*,ARM_*`, `BIOTOPE_POOLS={default: {concurrency: 8}}`.',
    '',
    '[configuration.schema.json](schema/configuration.schema.json) is the same for editors.',
    '',
    ...settingTable(single),
    ...[...groups].flatMap(([name, settings]) => ['', `## ${name}`, '', ...settingTable(settings)]),
    '',
  ].join('\n');
}

export function configurationJsonSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of Biotope',
    ...forEditors(jsonSchemaOf(configSchema)),
  };
}

/** Without our own keywords, and without a default that holds on one machine only. */
function forEditors(schema: Schema): Schema {
  const { unit: _, shownDefault, default: value, ...rest } = schema;
  const kept =
    value === undefined || shownDefault !== undefined ? rest : { ...rest, default: value };
  return Object.fromEntries(
    Object.entries(kept).map(([key, one]) => [key, isJsonObject(one) ? forEditors(one) : one]),
  );
}

function settingsOf(schema: Schema, path: string[] = []): Setting[] {
  const { properties, additionalProperties } = schema;
  if (isJsonObject(properties)) {
    return Object.entries(properties as Record<string, Schema>).flatMap(([name, one]) =>
      settingsOf(one, [...path, name]),
    );
  }
  // A map: its members have no variables of their own.
  const inner = isJsonObject(additionalProperties)
    ? settingsOf(additionalProperties, [...path, 'NAME'])
    : [];
  return [{ path, schema }, ...inner];
}

function sortSettings(settings: readonly Setting[]) {
  const isSingle = ({ path }: Setting) => path.length === 1 && path[0] !== 'pools';
  return {
    single: settings.filter(isSingle),
    groups: Map.groupBy(
      settings.filter((setting) => !isSingle(setting)),
      ({ path }) => path[0] ?? '',
    ),
  };
}

function settingTable(settings: readonly Setting[]): string[] {
  return markdownTable(
    ['setting', 'variable', 'type', 'default', 'what it is for'],
    settings.map(({ path, schema }) => [
      `\`${path.join('.')}\``,
      path.includes('NAME') ? '' : `\`${variableOf(path)}\``,
      typeOf(schema),
      defaultOf(schema),
      describe(path, schema),
    ]),
  );
}

function describe(path: readonly string[], { description }: Schema): string {
  if (typeof description === 'string' && description.endsWith('.')) return description;
  throw new Error(`${path.join('.')} is described by no sentence in src/config/schema.ts`);
}

function typeOf(schema: Schema): string {
  const { enum: values, unit, anyOf, items } = schema;
  if (Array.isArray(values)) return values.map((value) => `\`${value}\``).join(', ');
  if (Array.isArray(anyOf)) return anyOf.map((one: Schema) => typeOf(one)).join(' or ');
  if (isJsonObject(items)) return items.type === 'object' ? 'list of maps' : 'list of texts';
  if (schema.type !== 'integer') return TYPES[String(schema.type)] ?? String(schema.type);
  return [`${unit ?? 'whole number'}`, rangeOf(schema)].filter((part) => part !== '').join(', ');
}

const TYPES: Record<string, string> = { string: 'text', object: 'map', null: 'null' };

function rangeOf({ minimum, maximum, unit }: Schema): string {
  const shown = (bound: unknown) => readable(Number(bound), unit) || String(bound);
  const isBounded = Number(maximum) < Number.MAX_SAFE_INTEGER;
  return isBounded ? `${shown(minimum)} to ${shown(maximum)}` : `at least ${shown(minimum)}`;
}

function defaultOf({ default: value, shownDefault, unit }: Schema): string {
  if (typeof shownDefault === 'string') return shownDefault;
  if (value === undefined) return '';
  const shown = `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
  const amount = typeof value === 'number' ? readable(value, unit) : '';
  return amount === '' ? shown : `${shown} (${amount})`;
}

/** Large numbers as people say them: `15 s`, `4 MiB`. */
function readable(value: number, unit: unknown): string {
  const steps = unit === 'bytes' ? BYTES : unit === 'milliseconds' ? TIMES : [];
  const step = steps.find(([size]) => value >= size && value % size === 0);
  return step === undefined ? '' : `${value / step[0]} ${step[1]}`;
}

const BYTES = [
  [1024 * 1024, 'MiB'],
  [1024, 'KiB'],
] as const;
const TIMES = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;
