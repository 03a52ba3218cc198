import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOutline } from '../../../../../src/executors/terraform/modules/hcl-outline.ts';
import { readModule } from '../../../../../src/executors/terraform/modules/module.ts';
import { CHAIN } from '../../../../fixtures/terraform/rig.ts';

const HARD = `
# a comment with "quotes and { braces
variable "a" {
  type    = object({ a = string, b = optional(list(string), ["}"]) })
  default = {
    a = "x"
    "b" : ["y", "}"]
  }
  // another one }
}

variable b {} /* and } one more */

resource "aws_thing" "y" {
  provider = aws.west
  policy   = <<-EOT
    { "a": "\${var.x}" }
    output "no" {
  EOT
  name     = "x-\${var.name == "}" ? "a" : lower("B")}-$\${y}-%%{z}"
  dynamic "z" {
    for_each = [for k, v in var.m : k if v != null]
    content {
      q = z.value["k"]
    }
  }
  count = 3
  ok    = true && var.b
}

resource "other_thing" "w" { input = var.name }

data "http" "z" {
  url = "http://x/#y"
}

module "n" {
  source = "./nested"
  x = [
    1, # one ]
    2,
  ]
}

output "o" {
  value     = aws_thing.y.id
  sensitive = true
}

output "p" {
  sensitive = false
  value     = "\\"escaped\\" \${jsonencode({ a = "b" })}"
}

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
    old = "~> 2"
    one = { source = "a/b", version = "1" }
  }
}

locals {
  a = "b"
}
`;

const MODULES: [string, string][] = [
  ['everything at once', HARD],
  ['what the tests apply', CHAIN['modules/chain/main.tf']],
  ...fixtures(),
];

function fixtures(): [string, string][] {
  const folder = join(import.meta.dirname, '../../../../fixtures/terraform/contract/modules');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tf'))
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
}

function read(text: string, reading: 'whole' | 'outline') {
  const inner = { m: ['main.tf'], 'm/nested': ['main.tf'], shared: ['main.tf'] };
  const files = {
    list: (folder: string) => Object.entries(inner).find(([name]) => name === folder)?.[1] ?? [],
    read: (path: string) => (path === 'm/main.tf' ? text : ''),
    find: () => null,
  };
  return readModule(files, 'm', reading);
}

/** The parser sorts names; their order means nothing. */
function sorted(module: Awaited<ReturnType<typeof read>>) {
  const byName = <T extends { name: string }>(list: T[]) =>
    list.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const { variables, outputs, requirements, calls, providers, problems } = module;
  return {
    variables: byName(variables.map((variable) => ({ ...variable, type: variable.type !== null }))),
    outputs: byName(outputs),
    requirements: byName(requirements),
    calls: byName(calls),
    providers,
    problems,
  };
}

describe('the outline of a module', () => {
  it.each(MODULES)('says what the whole parser says: %s', async (_name, text) => {
    expect(readOutline(text)).toBeDefined();
    expect(sorted(await read(text, 'outline'))).toEqual(sorted(await read(text, 'whole')));
  });

  it.each([
    'variable "a" {',
    'variable "a" }',
    'output "a" {\n  value = "open\n}\n',
    'a.b = 1\n',
    'x "a" "\\u0041" {}\n',
  ])('is given up where the text is none: %j', (text) => {
    expect(readOutline(text)).toBeUndefined();
  });

  it('is read or given up, whatever the text', () => {
    const pieces = fc.constantFrom(
      ...[
        '"',
        '{',
        '}',
        '${',
        '%{',
        '=',
        '\n',
        ' ',
        'a',
        '<<EOT\n',
        'EOT\n',
        '#',
        '/*',
        '*/',
        '[',
        ']',
        '\\',
        ',',
      ],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        readOutline(parts.join(''));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a name that means something to JavaScript', () => {
  const FORGED = [
    'resource "__proto__" "polluted" {\n  a = 1\n}\n',
    '__proto__ "polluted" {\n}\n',
    '__proto__ {\n  polluted = 1\n}\n',
    'resource "x" "y" {\n  a = { __proto__ = { polluted = 1 } }\n}\n',
  ];

  it('changes no object of this process', () => {
    for (const text of FORGED) readOutline(text);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(readOutline('constructor {\n}\n')).toEqual({ constructor: [{}] });
  });

  it.each(['whole', 'outline'] as const)('is refused, read %s', async (reading) => {
    const texts = { 'main.tf': FORGED[0] ?? '', 'x.tf.json': '{"__proto__":{"a":{}}}' };
    for (const [name, text] of Object.entries(texts)) {
      const files = { list: () => [name], read: () => text, find: () => null };
      const { problems } = await readModule(files, 'm', reading);
      expect(problems).toEqual([expect.stringContaining('the name __proto__ cannot be used')]);
    }
  });
});
