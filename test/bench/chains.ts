import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Terraform modules in chains: each takes what the one before it gives. */
export interface Chains {
  stacks: readonly Stack[];
  moduleText: ModuleText;
}

export interface Stack {
  id: string;
  before: string | null;
}

type ModuleText = (id: string) => string;

export const CHAINS = 4;

/**
 * Each stack has a module of its own with one resource. `quick`: chains of one, to see that what is
 * done with them runs.
 */
export function chainsOf(
  longLength: number,
  { quick, moduleText = plainModule }: { quick: boolean; moduleText?: ModuleText },
): Chains {
  const length = quick ? 1 : longLength;
  const stacks = Array.from({ length: CHAINS * length }, (_, at) => {
    const [chain, place] = [Math.floor(at / length), at % length];
    const id = (of: number) => `stack-${chain}-${of}`;
    return { id: id(place), before: place === 0 ? null : id(place - 1) };
  });
  return { stacks, moduleText };
}

function plainModule(id: string): string {
  return `${moduleAround('terraform_data.it.output')}
resource "terraform_data" "it" {
  input = "\${var.from}/${id}"
}
`;
}

/** What is the same in every module, whatever its resource is. */
export function moduleAround(output: string): string {
  return `variable "from" {
  type    = string
  default = ""
}
output "name" {
  value = ${output}
}
`;
}

/** A folder per stack, as somebody without a tool would have them. */
export function writeModules(folder: string, { stacks, moduleText }: Chains): void {
  for (const { id } of stacks) {
    mkdirSync(join(folder, id), { recursive: true });
    writeFileSync(join(folder, id, 'main.tf'), moduleText(id));
  }
}

export const TEMPLATE = 'chains';

/** The same modules as a template in which each takes its name from the one before. */
export function writeTemplate(folder: string, chains: Chains): void {
  writeModules(join(folder, 'modules'), chains);
  const resources = chains.stacks.map(({ id, before }) => ({
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
    metadata: { name: TEMPLATE, version: '1.0.0', description: 'Modules in chains' },
    resources,
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'template.yaml'), JSON.stringify(template, null, 2));
}
