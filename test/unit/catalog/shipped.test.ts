import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkTemplateFolder } from '../../../src/catalog/check.ts';
import { commandDefinition } from '../../../src/executors/command/definition.ts';
import { consulKvDefinition } from '../../../src/executors/consul-kv/definition.ts';
import { terraformDefinition } from '../../../src/executors/terraform/definition.ts';
import { vaultSecretDefinition } from '../../../src/executors/vault-secret/definition.ts';
import { DEFAULT_LIMITS } from '../../../src/model/limits.ts';
import { LARGE_GRAPH_FILE, largeGraphText } from '../../bench/large-graph.ts';
import { FIXTURES, findNone, folderOf } from './folders.ts';

const DEFINITIONS = new Map(
  [commandDefinition, consulKvDefinition, terraformDefinition, vaultSecretDefinition].map(
    (definition) => [definition.kind, definition],
  ),
);

function checkWithShipped(folder: string) {
  return checkTemplateFolder({
    folder,
    definitions: DEFINITIONS,
    limits: DEFAULT_LIMITS,
    findTemplate: findNone,
  });
}

describe('with the executors that ship', () => {
  it('the example of the design passes', async () => {
    const { problems, template } = await checkWithShipped(join(FIXTURES, 'web-service'));
    expect(problems).toEqual([]);
    expect(template?.resources.map(({ needs }) => needs)).toEqual([
      [],
      ['password'],
      ['database'],
      ['settings'],
    ]);
  });

  it('a sensitive output of a module is a secret, which stands only where secrets may', async () => {
    const folder = await folderOf({
      'module/main.tf': 'output "dsn" {\n  value     = "x"\n  sensitive = true\n}\n',
      'template.yaml': `apiVersion: biotope/v1
kind: Template
metadata: { name: small, version: 1.0.0 }
resources:
  - { id: db, executor: terraform, with: { module: ./module } }
  - id: settings
    executor: consul-kv
    with:
      prefix: a
      entries: { dsn: "\${resources.db.outputs.dsn}" }
      secretEntries: { kept: "\${resources.db.outputs.dsn}" }
outputs: { url: "\${resources.db.outputs.url}" }
`,
    });
    const { problems } = await checkWithShipped(folder);
    expect(problems.map(({ line, column, message }) => [line, column, message])).toEqual([
      [10, 26, 'resources.db.outputs.dsn is secret: consul-kv takes no secret here'],
      [12, 20, 'resource "db" has no output "url"'],
    ]);
  });

  it('the large graph is what its generator writes', () => {
    expect(readFileSync(LARGE_GRAPH_FILE, 'utf8')).toBe(largeGraphText());
  });
});
