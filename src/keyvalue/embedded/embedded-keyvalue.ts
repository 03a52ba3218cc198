import { BiotopeError } from '../../model/errors.ts';
import { checkPath } from '../../platform/paths.ts';
import { openSqlite, type Sqlite } from '../../platform/sqlite.ts';
import { sqliteFailure } from '../../platform/sqlite-error.ts';
import { integerOf, type Row, textOf } from '../../platform/sqlite-row.ts';
import { inTransaction } from '../../platform/sqlite-transaction.ts';
import {
  CHANGES_PER_BATCH_MAX,
  type KeyValue,
  type KeyValueChange,
  type KeyValueEntry,
  VALUE_BYTES_MAX,
} from '../keyvalue.ts';
import { KEY_VALUE_SCHEMA } from './schema.ts';

/**
 * The key-value store of an installation without Consul: a file of its own (or `:memory:`), which
 * other processes may use at the same time. Changes are durable when `apply` resolves. Throws and
 * rejects with STORE_UNAVAILABLE where the file cannot be used.
 */
export function createEmbeddedKeyValue({ path }: { path: string }): KeyValue {
  const sqlite = openSqlite({ path, schema: KEY_VALUE_SCHEMA });
  const { database } = sqlite;
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
    get: (key, signal) => guarded(signal, () => entries.get(checkPath(key))),
    list: (prefix, signal) =>
      guarded(signal, () => (prefix === '' ? entries.all() : entries.below(checkPath(prefix)))),
    apply: (changes, signal) =>
      guarded(signal, () => {
        checkBatch(changes);
        inTransaction(database, () => entries.change(changes));
      }),
    close: async () => {
      if (database.isOpen) database.close();
    },
  };
}

function createEntries({ statement }: Sqlite) {
  const select = statement('SELECT key, value, revision FROM entries WHERE key = ?');
  const selectBelow = statement(
    'SELECT key, value, revision FROM entries WHERE key > ? AND key < ? ORDER BY key',
  );
  const selectAll = statement('SELECT key, value, revision FROM entries ORDER BY key');
  const upsert = statement(
    'INSERT INTO entries (key, value, revision) VALUES (?, ?, ?) ' +
      'ON CONFLICT (key) DO UPDATE SET value = excluded.value, revision = excluded.revision',
  );
  const remove = statement('DELETE FROM entries WHERE key = ?');
  const nextRevision = statement('UPDATE revision SET last = last + 1 RETURNING last');

  const get = (key: string): KeyValueEntry | undefined => {
    const row = select.get(key);
    return row === undefined ? undefined : entryOf(row);
  };

  return {
    get,
    all: () => selectAll.all().map(entryOf),
    // Between "prefix/" and the first text that does not begin so: "0" follows "/".
    below: (prefix: string) => selectBelow.all(`${prefix}/`, `${prefix}0`).map(entryOf),
    change: (changes: readonly KeyValueChange[]) => {
      const revision = integerOf(nextRevision.get() ?? {}, 'last');
      for (const change of changes) {
        const found = get(change.key)?.revision ?? 0;
        if (found !== change.revision) throw keyConflict(change, found);
        if (change.kind === 'set') upsert.run(change.key, change.value, revision);
        else remove.run(change.key);
      }
    },
  };
}

function checkBatch(changes: readonly KeyValueChange[]): void {
  if (changes.length > CHANGES_PER_BATCH_MAX) {
    throw new BiotopeError('LIMIT_EXCEEDED', {
      message:
        `${changes.length} changes of keys are more than the ${CHANGES_PER_BATCH_MAX} that can be ` +
        'made together. Send them in batches.',
    });
  }
  for (const change of changes) {
    checkPath(change.key);
    if (change.kind === 'delete') continue;
    const bytes = Buffer.byteLength(change.value);
    if (bytes <= VALUE_BYTES_MAX) continue;
    throw new BiotopeError('LIMIT_EXCEEDED', {
      message: `The value of ${change.key} has ${bytes} bytes, at most ${VALUE_BYTES_MAX} are allowed.`,
      facts: { key: change.key, bytes, bytesMax: VALUE_BYTES_MAX },
    });
  }
}

function keyConflict({ key, revision }: KeyValueChange, found: number): BiotopeError {
  const name = (number: number) => (number === 0 ? 'no value' : `revision ${number}`);
  return new BiotopeError('KEY_CONFLICT', {
    message:
      `The key ${key} has ${name(found)}, expected ${name(revision)}: somebody else changed it. ` +
      'Nothing was written.',
    facts: { key, expected: revision, found },
  });
}

function entryOf(row: Row): KeyValueEntry {
  return {
    key: textOf(row, 'key'),
    value: textOf(row, 'value'),
    revision: integerOf(row, 'revision'),
  };
}
