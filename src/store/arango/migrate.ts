import type { Database } from 'arangojs';
import { BiotopeError } from '../../model/errors.ts';
import { digest } from '../../platform/digest.ts';
import { SEARCHED_COLLECTIONS } from '../search-text.ts';
import { isNumber, isStale, NUMBERS } from './failure.ts';
import { type CollectionLayout, GRAPH, LAYOUT, SEARCH_INDEX, SEARCH_VIEW } from './layout.ts';

/** @internal Raised where an older program cannot read any more what this one writes. */
export const SCHEMA_VERSION = 1;

/** @internal What is made stays as it is: where the layout has grown, this tells that something is missing. */
export const LAYOUT_DIGEST = digest(JSON.stringify(LAYOUT));

const VERSION_COLLECTION = 'biotope';
const VERSION_KEY = 'version';

interface VersionRecord {
  version: number;
  layout: string;
}

/**
 * Brings the database to the newest version. Nothing of it fails where another process does the same: what
 * is there already is left as it is, and the record of the version is written by one of them.
 */
export async function migrate(database: Database): Promise<void> {
  for (;;) {
    const record = await readVersion(database);
    if (record?.version === SCHEMA_VERSION && record.layout === LAYOUT_DIGEST) return;
    await makeAll(database);
    if (await writeVersion(database, record?._rev)) return;
  }
}

/** Whether anything was ever made here. Rejects with STORE_TOO_NEW. */
export async function isMade(database: Database): Promise<boolean> {
  return (await readVersion(database)) !== undefined;
}

/** Of the data; undefined where nothing is there yet. Rejects with STORE_TOO_NEW. */
async function readVersion(
  database: Database,
): Promise<(VersionRecord & { _rev: string }) | undefined> {
  const record = await documentOf(database);
  if (record === undefined || record.version <= SCHEMA_VERSION) return record;
  throw new BiotopeError('STORE_TOO_NEW', {
    message:
      `The data in ArangoDB is of version ${record.version}, written by a newer program: ` +
      `this one knows versions through ${SCHEMA_VERSION}.`,
    facts: { version: record.version, known: SCHEMA_VERSION },
  });
}

async function documentOf(
  database: Database,
): Promise<(VersionRecord & { _rev: string }) | undefined> {
  try {
    return await database.collection<VersionRecord>(VERSION_COLLECTION).document(VERSION_KEY);
  } catch (error) {
    const isMissing =
      isNumber(error, NUMBERS.documentNotFound) || isNumber(error, NUMBERS.collectionNotFound);
    if (isMissing) return undefined;
    throw error;
  }
}

/** False: another process has written it meanwhile. `revision`: as it was read. */
async function writeVersion(database: Database, revision: string | undefined): Promise<boolean> {
  const versions = database.collection<VersionRecord>(VERSION_COLLECTION);
  const record = { version: SCHEMA_VERSION, layout: LAYOUT_DIGEST };
  try {
    if (revision === undefined) await versions.save({ _key: VERSION_KEY, ...record });
    else await versions.update(VERSION_KEY, record, { ifMatch: revision });
    return true;
  } catch (error) {
    if (isStale(error) || isNumber(error, NUMBERS.uniqueViolated)) return false;
    throw error;
  }
}

async function makeAll(database: Database): Promise<void> {
  await tolerate(NUMBERS.duplicateName, () =>
    database.createCollection(VERSION_COLLECTION, { waitForSync: true }),
  );
  for (const layout of LAYOUT) await makeCollection(database, layout);
  await tolerate(NUMBERS.graphExists, () =>
    database.createGraph(
      GRAPH,
      [{ collection: 'depends_on', from: ['resources'], to: ['resources', 'external_resources'] }],
      // Without a word on this the driver sends `undefined`.
      { waitForSync: true },
    ),
  );
  await makeView(database);
}

async function makeCollection(database: Database, layout: CollectionLayout): Promise<void> {
  const { name, isEdges, properties, required, indexes } = layout;
  const options = {
    waitForSync: true,
    schema: {
      rule: { type: 'object', properties, required },
      level: 'strict' as const,
      message: `This is not what Biotope keeps in ${name}.`,
    },
  };
  await tolerate(NUMBERS.duplicateName, () =>
    isEdges
      ? database.createEdgeCollection(name, options)
      : database.createCollection(name, options),
  );
  const collection = database.collection(name);
  for (const { name: index, fields, isUnique = false } of indexes) {
    await collection.ensureIndex({ type: 'persistent', name: index, fields, unique: isUnique });
  }
}

/** Half the time within which the port wants a record to be found. */
const VISIBLE_WITHIN_MS = 500;

/**
 * `searchField`: each word of the array is found by itself, as in views of the other kind.
 * https://docs.arangodb.com/3.12/index-and-search/indexing/working-with-indexes/inverted-indexes/
 */
async function makeView(database: Database): Promise<void> {
  for (const name of SEARCHED_COLLECTIONS) {
    await database.collection(name).ensureIndex({
      type: 'inverted',
      name: SEARCH_INDEX,
      fields: [{ name: 'words', analyzer: 'identity', searchField: true }],
      commitIntervalMsec: VISIBLE_WITHIN_MS,
    });
  }
  const indexes = SEARCHED_COLLECTIONS.map((collection) => ({ collection, index: SEARCH_INDEX }));
  await tolerate(NUMBERS.duplicateName, () =>
    database.createView(SEARCH_VIEW, { type: 'search-alias', indexes }),
  );
}

async function tolerate(number: number, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isNumber(error, number)) throw error;
  }
}
