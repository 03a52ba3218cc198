import type { Firsts, Kind, Part } from './parts.ts';

/** Lines of template.yaml that make a part, with what a reader should know of it. */
export function resourceLines({ kind, id }: Part, firsts: Firsts): string[] {
  return ['', ...RESOURCES[kind](id, firsts).map((line) => `  ${line}`)];
}

/** Lines of the template's outputs that a part has. */
export function outputLines({ kind, id }: Part): string[] {
  const [name, output, description] = OUTPUTS[kind];
  const value = reference(id, output);
  const key = `${id.replaceAll('-', '_')}_${name}`;
  return [`  ${key}: { value: "${value}", description: ${description} }`];
}

const OUTPUTS: Record<Kind, readonly [string, string, string]> = {
  'vault-secret': ['secret', 'password', 'Shown by --show-secrets only'],
  terraform: ['greeting', 'greeting', 'What the module was given'],
  'consul-kv': ['prefix', 'prefix', 'Where the keys are'],
  command: ['file', 'file', 'What the program wrote'],
};

const RESOURCES: Record<Kind, (id: string, firsts: Firsts) => string[]> = {
  'vault-secret': (id) => [
    '# A secret: generated once and kept. All others get a reference to it; only a worker sees more.',
    `- id: ${id}`,
    '  description: A generated password',
    '  executor: vault-secret',
    '  with:',
    `    path: "\${environment.name}/${id}"`,
    '    generate:',
    '      password: { length: 24 }',
  ],
  terraform: (id, firsts) => [
    '# A Terraform module of this folder. Its variables are checked before anything is built; its',
    '# outputs are what others refer to. Its state is kept sealed, with the environment.',
    `- id: ${id}`,
    '  description: What Terraform makes',
    '  executor: terraform',
    '  with:',
    `    module: ./modules/${id}`,
    '    variables:',
    '      name: "${environment.name}"',
    '      greeting: "${parameters.greeting}"',
    ...secret(firsts, (value) => [
      '      # Terraform gets the secret itself, which is why the variable is sensitive there.',
      `      password: "${value}"`,
    ]),
  ],
  'consul-kv': (id, firsts) => [
    '# Keys and values, for all who look for them: "entries" for everybody, "secretEntries" for secrets.',
    `- id: ${id}`,
    '  description: Settings that others read',
    '  executor: consul-kv',
    '  with:',
    `    prefix: "\${environment.name}/${id}"`,
    '    entries:',
    `      greeting: "${greeting(firsts)}"`,
    ...secret(firsts, (value) => ['    secretEntries:', `      password: "${value}"`]),
  ],
  command: (id, firsts) => [
    '# A program of this folder. It gets "input" as JSON on its standard input, and the JSON that it',
    '# prints is its outputs. See the program for what each of the three operations has to keep to.',
    `- id: ${id}`,
    '  description: What the program makes',
    '  executor: command',
    ...dependsOn(firsts),
    '  with:',
    `    create: [./programs/${id}.mjs]`,
    `    inspect: [./programs/${id}.mjs]`,
    `    destroy: [./programs/${id}.mjs]`,
    '    input:',
    `      file: "\${parameters.folder}/\${environment.name}-${id}.txt"`,
    `      text: "${greeting(firsts)}"`,
  ],
};

/** In an expression "-" subtracts: a name that has one is put in quotes. */
function reference(id: string, output: string): string {
  const member = id.includes('-') ? `['${id}']` : `.${id}`;
  return `\${resources${member}.outputs.${output}}`;
}

function secret(firsts: Firsts, lines: (value: string) => string[]): string[] {
  const id = firsts['vault-secret'];
  return id === undefined ? [] : lines(reference(id, 'password'));
}

function greeting({ terraform }: Firsts): string {
  return terraform === undefined ? '${parameters.greeting}' : reference(terraform, 'greeting');
}

/** The one thing that no expression says: the program wants the settings to be there. */
function dependsOn(firsts: Firsts): string[] {
  const settings = firsts['consul-kv'];
  if (settings === undefined) return [];
  return ['  # It refers to no output of these, and is to come after them all the same.'].concat(
    `  dependsOn: [${settings}]`,
  );
}
