import { existsSync } from 'node:fs';
import { KEY_VALUE_SCHEMA } from '../../keyvalue/embedded/schema.ts';
import { sizeText } from '../../model/size.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { checkSqlite } from '../../platform/sqlite-check.ts';
import type { SqliteSchema } from '../../platform/sqlite-migrate.ts';
import { SECRETS_SCHEMA } from '../../secrets/embedded/schema.ts';
import { STORE_SCHEMA } from '../../store/sqlite/schema.ts';
import type { DataPaths } from '../data-folder.ts';
import { type Check, failed, ok, skipped } from './check.ts';

interface Database {
  name: string;
  schema: SqliteSchema;
  file(paths: DataPaths): string;
}

const DATABASES: Database[] = [
  { name: 'store', schema: STORE_SCHEMA, file: ({ store }) => store },
  { name: 'key-value store', schema: KEY_VALUE_SCHEMA, file: ({ keyvalue }) => keyvalue },
  { name: 'secret store', schema: SECRETS_SCHEMA, file: ({ secrets }) => secrets },
];

/** Each opens, is of a version that is known, and is whole. */
export const databaseChecks: Check[] = DATABASES.map(({ name, schema, file }) => ({
  name,
  run: ({ paths }) => {
    const path = file(paths);
    if (!existsSync(path)) return skipped('there is none yet');
    const { bytes, version, damage } = checkSqlite(path, schema);
    const found = `${path} (${sizeText(bytes)})`;
    if (damage.length > 0) {
      const first = damage[0] ?? '';
      return failed(`${path} is damaged: ${first}`, restoring(path, paths));
    }
    if (version === schema.migrations.length) return ok(`${found} opens and is whole`);
    return ok(
      `${found} is of an older version: the next command that writes brings it to this one`,
    );
  },
}));

function restoring(path: string, { folder }: DataPaths): string {
  const word = shellWord(path);
  return (
    'Stop all biotope processes, then restore it and what lies beside it from one backup of ' +
    `${folder}. To save what can be read first: sqlite3 ${word} .recover > recovered.sql`
  );
}
