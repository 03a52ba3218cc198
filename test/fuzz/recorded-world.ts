import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Command } from '../../src/bus/messages/commands.ts';
import { publishSource } from '../../src/compose/publishing/publish.ts';
import { openBiotope } from '../../src/compose/seat/biotope.ts';
import type { Biotope } from '../../src/compose/seat/contract.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { isRunFinished } from '../../src/model/run.ts';
import { silentLogger } from '../../src/platform/logger.ts';

/** A nested template, a count, groups, secrets, programs and something that others own. */
const INNER = `apiVersion: biotope/v1
kind: Template
metadata: { name: inner, version: 1.0.0 }
parameters:
  type: object
  properties: { token: { type: string, writeOnly: true }, size: { type: integer, default: 2 } }
resources:
  - id: kept
    executor: vault-secret
    with: { path: "\${environment.name}/inner", values: { token: "\${parameters.token}" } }
  - id: entry
    executor: consul-kv
    count: "\${parameters.size}"
    with: { prefix: "\${environment.name}/inner/\${self.index}", secretEntries: { a: "\${resources.kept.outputs.token}" } }
groups: [{ name: all, tags: [stateful], resources: [kept, entry] }]
outputs: { first: "\${resources.entry[0].outputs.prefix}" }
`;
const OUTER = `apiVersion: biotope/v1
kind: Template
metadata: { name: outer, version: 1.0.0, description: One of everything, tags: [a, b] }
parameters:
  type: object
  properties:
    token: { type: string, writeOnly: true }
    note: { type: string, default: hello }
    size: { type: integer, default: 2 }
    program: { type: string, enum: ["true", "false"], default: "true" }
resources:
  - id: db
    template: inner@^1
    parameters: { token: "\${parameters.token}", size: "\${parameters.size}" }
  - id: payments
    external: payments-api
    outputs: { url: "http://payments/\${parameters.note}" }
  - id: web
    description: Something
    tags: [x]
    links: [{ name: docs, url: "https://docs.example" }]
    executor: command
    dependsOn: [payments, db]
    retry: { attemptsMax: 1 }
    with: { create: [env, "\${parameters.program}"], destroy: ["true"], inspect: ["true"], input: { a: "\${resources.db.outputs.first}" } }
  - id: key
    executor: vault-secret
    with: { path: "\${environment.name}/key", generate: { key: { length: 12 } } }
groups: [{ name: front, resources: [web] }]
entrypoints: [{ name: web, url: "http://\${environment.name}/web" }]
outputs: { key: "\${resources.key.outputs.key}", all: "\${groups.front.map(one, one.outputs)}" }
`;

/** A data folder with what two environments and their runs left; records can be overwritten in it. */
export interface RecordedWorld {
  biotope: Biotope;
  /** Every record that pages and plans read, as it is. */
  records: readonly StoredRecord[];
  /** Works with another record in its place. */
  withRecord<T>(record: StoredRecord, work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface StoredRecord {
  table: string;
  key: string;
  value: JsonValue;
}

export async function recordWorld(): Promise<RecordedWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-recorded-'));
  const dataFolder = join(folder, 'data');
  const config = loadConfig({ flags: { data: dataFolder }, environment: {}, folder });
  const open = () => openBiotope({ config, command: 'fuzz', log: silentLogger, notify: () => {} });
  await build(open(), folder);
  const biotope = open();
  const database = new DatabaseSync(join(dataFolder, 'store.db'));
  database.exec('PRAGMA synchronous = OFF');
  const tables = ['environments', 'resources', 'runs', 'steps', 'templates'];
  const records = [
    ...tables.flatMap((table) => readTable(database, { table, key: 'key', value: 'value' })),
    ...readTable(database, { table: 'journal', key: 'sequence', value: 'events' }),
  ];
  return {
    biotope,
    records,
    async withRecord({ table, key, value }, work) {
      const [keys, values] = table === 'journal' ? ['sequence', 'events'] : ['key', 'value'];
      const update = database.prepare(`UPDATE ${table} SET ${values} = ? WHERE ${keys} = ?`);
      const before = records.find((one) => one.table === table && one.key === key);
      update.run(JSON.stringify(value), key);
      try {
        return await work();
      } finally {
        update.run(JSON.stringify(before?.value), key);
      }
    },
    async close() {
      await biotope.close(new AbortController().signal);
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function readTable(
  database: DatabaseSync,
  { table, key, value }: Record<'table' | 'key' | 'value', string>,
): StoredRecord[] {
  const rows = database
    .prepare(`SELECT ${key} AS key, ${value} AS value FROM ${table} WHERE ${value} IS NOT NULL`)
    .all();
  return rows.map((row) => ({
    table,
    key: String(row.key),
    value: JSON.parse(String(row.value)),
  }));
}

/** One environment that lives and was changed, one whose run failed, one that is destroyed. */
async function build(biotope: Biotope, folder: string): Promise<void> {
  const { signal } = new AbortController();
  for (const [name, text] of Object.entries({ inner: INNER, outer: OUTER })) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'template.yaml'), text);
    await publishSource(biotope, join(folder, name), { signal, upgrade: false, skipLock: true });
  }
  const parameters = { token: 'a-token' };
  const create = (name: string, more = {}): Command => ({
    type: 'environment.create',
    data: { name, template: 'outer', parameters: { ...parameters, ...more } },
  });
  const commands: Command[] = [
    create('one'),
    { type: 'environment.update', data: { name: 'one', parameters: { size: 1 }, rotate: ['key'] } },
    create('two', { program: 'false' }),
    create('three'),
    { type: 'environment.destroy', data: { name: 'three' } },
  ];
  for (const command of commands) await ended(biotope, command, signal);
  await biotope.close(signal);
}

async function ended(biotope: Biotope, command: Command, signal: AbortSignal): Promise<void> {
  const result = await biotope.submit(command, signal);
  if (result.outcome === 'rejected') throw new Error(`${result.code}: ${result.message}`);
  for (;;) {
    const run = (await biotope.store.get('runs', result.runId ?? ''))?.value;
    if (run !== undefined && isRunFinished(run)) return;
    await biotope.changed(100);
  }
}
