import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One-resource Terraform modules in chains, each with a module of its own. */
export interface Chains {
  count: number;
  length: number;
}

export interface Stack {
  id: string;
  before: string | null;
}

export function stacksOf({ count, length }: Chains): Stack[] {
  return Array.from({ length: count * length }, (_, at) => {
    const [chain, place] = [Math.floor(at / length), at % length];
    const id = (of: number) => `stack-${chain}-${of}`;
    return { id: id(place), before: place === 0 ? null : id(place - 1) };
  });
}

function moduleText(id: string): string {
  return [
    'variable "from" {',
    '  type    = string',
    '  default = ""',
    '}',
    'resource "terraform_data" "it" {',
    `  input = "\${var.from}/${id}"`,
    '}',
    'output "name" {',
    '  value = terraform_data.it.output',
    '}',
    '',
  ].join('\n');
}

/** A folder per stack, as somebody without a tool would have them. */
export function writeModules(folder: string, stacks: readonly Stack[]): void {
  for (const { id } of stacks) {
    mkdirSync(join(folder, id), { recursive: true });
    writeFileSync(join(folder, id, 'main.tf'), moduleText(id));
  }
}

/** The same modules as a template in which each takes its name from the one before. */
export function writeTemplate(folder: string, stacks: readonly Stack[]): void {
  writeModules(join(folder, 'modules'), stacks);
  const resources = stacks.map(({ id, before }) => ({
    id,
    executor: 'terraform',
    with: {
      module: `./modules/${id}`,
      variables: before === null ? {} : { from: `\${resources['${before}'].outputs.name}` },
    },
  }));
  const template = {
    apiVersion: 'biotope/v1',
    kind: 'Template',
    metadata: { name: 'chains', version: '1.0.0', description: 'Modules in chains' },
    resources,
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'template.yaml'), JSON.stringify(template, null, 2));
}
