import { SCHEMA_FILE } from '../folder/folder.ts';
import type { Firsts, Part } from './parts.ts';
import { KIND_FACTS } from './parts.ts';
import type { StarterHead } from './template-text.ts';

export function moduleText(firsts: Firsts): string {
  const isSecret = firsts['vault-secret'] !== undefined;
  return text([
    '# Put what you need in the place of terraform_data, which comes with Terraform and makes nothing',
    '# outside of it: so nothing has to be downloaded to try this out.',
    'terraform {',
    '  required_version = ">= 1.6"',
    '}',
    '',
    ...variable('name', 'Name of the environment'),
    ...variable('greeting', 'What the environment says'),
    ...(isSecret ? variable('password', 'A secret', ['  sensitive   = true']) : []),
    'resource "terraform_data" "greeting" {',
    '  input = "${var.greeting} from ${var.name}"',
    '}',
    '',
    ...(isSecret
      ? ['resource "terraform_data" "login" {', '  input = "${var.name}:${var.password}"', '}', '']
      : []),
    'output "greeting" {',
    '  value = terraform_data.greeting.output',
    '}',
  ]);
}

function variable(name: string, description: string, more: readonly string[] = []): string[] {
  const lines = [`  description = "${description}"`, '  type        = string', ...more];
  return [`variable "${name}" {`, ...lines, '}', ''];
}

const NAME_CHARACTERS_MAX = 63;

/** For whichever Node comes first on the PATH. */
export const PROGRAM_TEXT = `#!/usr/bin/env node
// A program that makes one thing: here a file, so that there is something to see. Put what you need
// in its place. It is started for three operations, and each may be started again after a crash:
//
//   create   makes the thing, or changes it to what "input" says; finds what it made before.
//            Prints the outputs as JSON.
//   inspect  looks and changes nothing. Exit code 0 and the outputs if the thing is there, 3 if not.
//   destroy  removes it. What is gone already is no error.
//
// Anything else but exit code 0 is a failure; what is written to stderr is shown and kept as log.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const ABSENT = 3;

const { input } = JSON.parse(readFileSync(0, 'utf8'));
const { file, text } = input;

const operations = {
  create: () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.error('wrote ' + file);
    answer();
  },
  inspect: () => {
    if (existsSync(file)) answer();
    else process.exitCode = ABSENT;
  },
  destroy: () => {
    rmSync(file, { force: true });
    console.error('removed ' + file);
  },
};

function answer() {
  process.stdout.write(JSON.stringify({ file, text: readFileSync(file, 'utf8') }));
}

operations[process.env.BIOTOPE_OPERATION]();
`;

export function readmeText(head: StarterHead, parts: readonly Part[]): string {
  const { name, description } = head;
  const environment = environmentOf(name);
  return text([
    `# ${name}`,
    '',
    description,
    '',
    ...parts.map(({ kind, id }) => `- \`${id}\` (${kind}): ${KIND_FACTS[kind].says}`),
    '',
    '```sh',
    'biotope template validate .      # after each change',
    'biotope template publish .       # a version never changes: raise it in template.yaml first',
    '',
    createCommand(head, parts),
    `biotope environment output ${environment} --show-secrets`,
    `biotope environment update ${environment} --template ${name}   # to the newest version`,
    `biotope environment destroy ${environment}`,
    '```',
    '',
    `\`${SCHEMA_FILE}\` tells editors what may stand where in \`template.yaml\`; it is no`,
    'part of what is published.',
  ]);
}

/** Makes an environment to try the template out. */
export function createCommand({ name }: StarterHead, parts: readonly Part[]): string {
  const environment = environmentOf(name);
  const isProgram = parts.some(({ kind }) => kind === 'command');
  const parameter = isProgram ? ` --parameter folder="$HOME/${environment}-files"` : '';
  return `biotope environment create ${environment} --template ${name}${parameter}`;
}

function environmentOf(name: string): string {
  return `my-${name}`.slice(0, NAME_CHARACTERS_MAX);
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
