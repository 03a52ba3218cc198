import { SCHEMA_FILE } from '../folder/folder.ts';
import type { Kind, Part } from './parts.ts';
import { firstsOf } from './parts.ts';
import { outputLines, resourceLines } from './resources.ts';

export interface StarterHead {
  name: string;
  description: string;
}

/** `template.yaml` of a new template. */
export function templateText(head: StarterHead, parts: readonly Part[]): string {
  const firsts = firstsOf(parts);
  const lines = [
    `# yaml-language-server: $schema=${SCHEMA_FILE}`,
    '',
    '# What every environment that is made from this template consists of. After each change:',
    '#   biotope template validate .',
    'apiVersion: biotope/v1',
    'kind: Template',
    'metadata:',
    `  name: ${head.name}`,
    '  # A published version never changes: raise it before you publish again.',
    '  version: 1.0.0',
    `  description: ${JSON.stringify(head.description)}`,
    ...parameterLines(new Set(parts.map(({ kind }) => kind))),
    '',
    '# The order in this file is no order: what refers to another resource in "${…}" is built after it.',
    'resources:',
    ...parts.flatMap((part) => resourceLines(part, firsts)).slice(1),
    '',
    '# What an environment tells: biotope environment output NAME',
    'outputs:',
    ...parts.flatMap(outputLines),
  ];
  return `${lines.join('\n')}\n`;
}

function parameterLines(kinds: ReadonlySet<Kind>): string[] {
  const parameters = [
    ...(kinds.size === 1 && kinds.has('vault-secret') ? [] : GREETING),
    ...(kinds.has('command') ? FOLDER : []),
  ];
  if (parameters.length === 0) return [];
  return [
    '',
    '# What differs from one environment to the next, as JSON Schema. With "writeOnly: true" a',
    '# parameter is a secret.',
    'parameters:',
    '  type: object',
    ...(kinds.has('command') ? ['  required: [folder]'] : []),
    '  properties:',
    ...parameters,
  ];
}

const GREETING = [
  '    greeting:',
  '      type: string',
  '      description: What the environment says',
  '      maxLength: 200',
  '      default: Hello',
];

const FOLDER = [
  '    folder:',
  '      type: string',
  '      description: Where the program keeps its file',
  '      pattern: ^/',
];
