import { checkPath } from '../../platform/paths.ts';
import { openSqlite, type Sqlite } from '../../platform/sqlite.ts';
import { sqliteFailure } from '../../platform/sqlite-error.ts';
import { integerOf, type Row, textOf } from '../../platform/sqlite-row.ts';
import { inTransaction } from '../../platform/sqlite-transaction.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import { checkBatch, keyConflict } from '../changes.ts';
import type { KeyValue, KeyValueChange, KeyValueEntry } from '../keyvalue.ts';
import { KEY_VALUE_SCHEMA } from './schema.ts';

/**
 * The key-value store of an installation without Consul: a file of its own (or `:memory:`), which
 * other processes may use at the same time. Values are kept sealed, each bound to its key. Changes
 * are durable when `apply` resolves. Throws and rejects with STORE_UNAVAILABLE where the file cannot
 * be used, rejects with SECRET_UNREADABLE where a value cannot be opened.
 */
export function createEmbeddedKeyValue({
  path,
  sealing,
}: {
  path: string;
  sealing: Pick<Secrets, 'seal' | 'open'>;
}): KeyValue {
  const sqlite = openSqlite({ path, schema: KEY_VALUE_SCHEMA });
  const { database } = sqlite;
  database.exec('PRAGMA secure_delete = ON');
  const entries = createEntries(sqlite);

  const guarded = async <T>(signal: AbortSignal | undefined, work: () => T): Promise<T> => {
    signal?.throwIfAborted();
    try {
      return work();
    } catch (error) {
      throw sqliteFailure(error, path);
    }
  };

  return {
    get: async (key, signal) => {
      const row = await guarded(signal, () => entries.get(checkPath(key)));
      return row === undefined ? undefined : openEntry(row, sealing);
    },
    list: async (prefix, signal) => {
      const rows = await guarded(signal, () =>
        prefix === '' ? entries.all() : entries.below(checkPath(prefix)),
      );
      return Promise.all(rows.map((row) => openEntry(row, sealing)));
    },
    apply: async (changes, signal) => {
      signal?.throwIfAborted();
      checkBatch(changes);
      const sealed = await Promise.all(changes.map((change) => sealChange(change, sealing)));
      await guarded(signal, () => inTransaction(database, () => entries.change(sealed)));
    },
    close: async () => {
      if (database.isOpen) database.close();
    },
  };
}

/** As it is kept: sealed. */
interface SealedEntry {
  key: string;
  sealed: string;
  revision: number;
}

type SealedChange = Extract<KeyValueChange, { kind: 'delete' }> | (SealedEntry & { kind: 'set' });

const contextOf = (key: string) => `keyvalue/${key}`;

async function sealChange(
  change: KeyValueChange,
  { seal }: Pick<Secrets, 'seal'>,
): Promise<SealedChange> {
  if (change.kind === 'delete') return change;
  const { kind, key, value, revision } = change;
  return { kind, key, revision, sealed: await seal(Buffer.from(value), contextOf(key)) };
}

async function openEntry(
  { key, sealed, revision }: SealedEntry,
  { open }: Pick<Secrets, 'open'>,
): Promise<KeyValueEntry> {
  const plain = await open(sealed, contextOf(key));
  return { key, value: Buffer.from(plain).toString('utf8'), revision };
}

function createEntries({ statement }: Sqlite) {
  const select = statement('SELECT key, sealed, revision FROM entries WHERE key = ?');
  const selectBelow = statement(
    'SELECT key, sealed, revision FROM entries WHERE key > ? AND key < ? ORDER BY key',
  );
  const selectAll = statement('SELECT key, sealed, revision FROM entries ORDER BY key');
  const upsert = statement(
    'INSERT INTO entries (key, sealed, revision) VALUES (?, ?, ?) ' +
      'ON CONFLICT (key) DO UPDATE SET sealed = excluded.sealed, revision = excluded.revision',
  );
  const remove = statement('DELETE FROM entries WHERE key = ?');
  const nextRevision = statement('UPDATE revision SET last = last + 1 RETURNING last');

  const get = (key: string): SealedEntry | undefined => {
    const row = select.get(key);
    return row === undefined ? undefined : entryOf(row);
  };

  return {
    get,
    all: () => selectAll.all().map(entryOf),
    // Between "prefix/" and the first text that does not begin so: "0" follows "/".
    below: (prefix: string) => selectBelow.all(`${prefix}/`, `${prefix}0`).map(entryOf),
    change: (changes: readonly SealedChange[]) => {
      const revision = integerOf(nextRevision.get() ?? {}, 'last');
      for (const change of changes) {
        const found = get(change.key)?.revision ?? 0;
        if (found !== change.revision) throw keyConflict(change, found);
        if (change.kind === 'set') upsert.run(change.key, change.sealed, revision);
        else remove.run(change.key);
      }
    },
  };
}

function entryOf(row: Row): SealedEntry {
  return {
    key: textOf(row, 'key'),
    sealed: textOf(row, 'sealed'),
    revision: integerOf(row, 'revision'),
  };
}
