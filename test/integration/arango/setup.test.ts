import { describe, expect, it } from 'vitest';
import { probeArango } from '../../../src/store/arango/connections.ts';
import { LAYOUT } from '../../../src/store/arango/layout.ts';
import { LAYOUT_DIGEST, SCHEMA_VERSION } from '../../../src/store/arango/migrate.ts';
import type { Exchange } from '../../support/arango/double.ts';
import {
  AT,
  currentDatabase,
  DATABASE,
  opened,
  REFUSALS,
  refused,
  serverRole,
  serverVersion,
  versionRecord,
} from '../../support/arango/exchanges.ts';
import { doubleOfTest, openOver, openReaderOver, USER } from '../../support/arango/opened-store.ts';

const made = { status: 200, body: { error: false, code: 200 } } as const;

/** https://docs.arangodb.com/3.12/develop/http-api/collections/#create-a-collection */
function makesCollection(name: string, isEdges = false): Exchange {
  return {
    method: 'POST',
    path: `${AT}/_api/collection`,
    answer: { status: 200, body: { error: false, code: 200, name, type: isEdges ? 3 : 2 } },
  };
}

/** https://docs.arangodb.com/3.12/develop/http-api/indexes/persistent/ */
function makesIndex(collection: string, body?: unknown): Exchange {
  return { method: 'POST', path: `${AT}/_api/index?collection=${collection}`, body, answer: made };
}

function makesEverything(): Exchange[] {
  return [
    makesCollection('biotope'),
    ...LAYOUT.flatMap(({ name, isEdges, indexes }) => [
      makesCollection(name, isEdges),
      ...indexes.map(({ name: index, fields, isUnique = false }) =>
        makesIndex(name, { type: 'persistent', name: index, fields, unique: isUnique }),
      ),
    ]),
    makesGraph(),
    ...['environments', 'resources', 'templates'].map((name) =>
      makesIndex(name, {
        type: 'inverted',
        name: 'words',
        fields: [{ name: 'words', analyzer: 'identity', searchField: true }],
        commitIntervalMsec: 500,
      }),
    ),
    makesView(),
  ];
}

/** https://docs.arangodb.com/3.12/develop/http-api/graphs/named-graphs/#create-a-graph */
function makesGraph(): Exchange {
  const edgeDefinitions = [
    { collection: 'depends_on', from: ['resources'], to: ['resources', 'external_resources'] },
  ];
  return {
    method: 'POST',
    path: `${AT}/_api/gharial?waitForSync=true`,
    body: { edgeDefinitions, name: 'dependencies', options: {} },
    answer: { status: 201, body: { error: false, code: 201, graph: { name: 'dependencies' } } },
  };
}

/** https://docs.arangodb.com/3.12/develop/http-api/views/search-alias-views/#create-a-search-alias-view */
function makesView(): Exchange {
  const indexes = ['environments', 'resources', 'templates'].map((collection) => ({
    collection,
    index: 'words',
  }));
  return {
    method: 'POST',
    path: `${AT}/_api/view`,
    body: { type: 'search-alias', indexes, name: 'searched_records' },
    answer: { status: 201, body: { name: 'searched_records', type: 'search-alias', indexes } },
  };
}

const written = {
  status: 202,
  body: { _id: 'biotope/version', _key: 'version', _rev: '_iYnEcTb---' },
} as const;

/** https://docs.arangodb.com/3.12/develop/http-api/documents/#create-a-document */
const savesVersion: Exchange = {
  method: 'POST',
  path: `${AT}/_api/document/biotope`,
  body: { _key: 'version', version: SCHEMA_VERSION, layout: LAYOUT_DIGEST },
  answer: written,
};

/** https://docs.arangodb.com/3.12/develop/http-api/documents/#update-a-document */
const updatesVersion: Exchange = {
  method: 'PATCH',
  path: `${AT}/_api/document/biotope/version`,
  headers: { 'if-match': '_iYnEcTa---' },
  body: { version: SCHEMA_VERSION, layout: LAYOUT_DIGEST },
  answer: written,
};

/** https://docs.arangodb.com/3.12/develop/http-api/databases/#create-a-database */
const createsDatabase: Exchange = {
  method: 'POST',
  path: '/_db/_system/_api/database',
  body: {
    name: DATABASE,
    users: [{ username: USER.username, passwd: USER.password }],
    options: { sharding: 'single' },
  },
  answer: { status: 201, body: { error: false, code: 201, result: true } },
};

const noDatabase = refused(currentDatabase(), REFUSALS.databaseNotFound);

describe('opening a store on ArangoDB', () => {
  const open = async (...exchanges: Exchange[]) => {
    const { double, place } = await doubleOfTest();
    double.play(...exchanges);
    const store = await openOver(place);
    await store.close();
  };

  it('asks for nothing but where it stands, where all is there', async () => {
    await open(...opened());
  });

  it('makes the database from the system one, with its user named, and all that is in it', async () => {
    await open(
      noDatabase,
      createsDatabase,
      serverVersion(),
      serverRole(),
      refused(versionRecord(), REFUSALS.collectionNotFound),
      ...makesEverything(),
      savesVersion,
    );
  });

  it('gives every collection a schema of draft 4 with what it may not lack', async () => {
    for (const { name, properties, required } of LAYOUT) {
      expect(required.length, name).toBeGreaterThan(0);
      expect(Object.keys(properties), name).toEqual(expect.arrayContaining([...required]));
    }
    const rule = { type: 'object', properties: { value: expect.anything() }, required: ['value'] };
    const counters: Exchange = {
      ...makesCollection('counters'),
      seen: (body) => {
        expect(body).toMatchObject({ waitForSync: true, schema: { rule, level: 'strict' } });
      },
    };
    const everything = makesEverything();
    const at = 1 + LAYOUT.flatMap(({ indexes }) => [0, ...indexes]).length - 1;
    everything[at] = counters;
    await open(
      ...[currentDatabase(), serverVersion(), serverRole()],
      refused(versionRecord(), REFUSALS.documentNotFound),
      ...everything,
      savesVersion,
    );
  });

  it('takes what another process was quicker to make: database, collections, graph, view', async () => {
    const everything = makesEverything().map((exchange) => {
      if (exchange.path.endsWith('/collection')) return refused(exchange, REFUSALS.duplicateName);
      if (exchange.path.endsWith('/view')) return refused(exchange, REFUSALS.duplicateName);
      if (exchange.path.includes('/gharial')) return refused(exchange, REFUSALS.graphExists);
      return exchange;
    });
    await open(
      noDatabase,
      refused(createsDatabase, REFUSALS.duplicateName),
      serverVersion(),
      serverRole(),
      refused(versionRecord(), REFUSALS.documentNotFound),
      ...everything,
      refused(savesVersion, REFUSALS.uniqueViolated),
      versionRecord(),
    );
  });

  it('makes what is missing where the layout has grown, and looks again where somebody else did', async () => {
    await open(
      ...[currentDatabase(), serverVersion(), serverRole()],
      versionRecord({ layout: 'sha256:older' }),
      ...makesEverything(),
      refused(updatesVersion, REFUSALS.stale),
      versionRecord(),
    );
  });

  it('refuses data of a newer program', async () => {
    const newer = versionRecord({ version: SCHEMA_VERSION + 1 });
    const refusedOne = open(currentDatabase(), serverVersion(), serverRole(), newer);
    await expect(refusedOne).rejects.toMatchObject({ code: 'STORE_TOO_NEW' });
  });

  it.each(['3.11.14', '2.8.0'])('refuses a server that is too old: %s', async (version) => {
    const refusedOne = open(currentDatabase(), serverVersion(version));
    await expect(refusedOne).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' });
  });

  it('refuses a database of a cluster that lies on several servers, and takes a OneShard one', async () => {
    const flexible = currentDatabase({ sharding: 'flexible' });
    const begun = [currentDatabase(), serverVersion(), serverRole('COORDINATOR')];
    const refusedOne = open(...begun, flexible);
    await expect(refusedOne).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' });
    await open(...begun, currentDatabase({ sharding: 'single' }), versionRecord());
  });

  it('tells who may not create a database what to ask for, and names no password', async () => {
    const refusedOne = open(noDatabase, refused(createsDatabase, REFUSALS.forbidden));
    await expect(refusedOne).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining(DATABASE),
      remedy: expect.stringContaining('administrator'),
    });
    const error: unknown = await refusedOne.catch((thrown) => thrown);
    expect(JSON.stringify(error)).not.toContain(USER.password);
  });

  it('says that the login is refused', async () => {
    const refusedOne = open(refused(currentDatabase(), REFUSALS.unauthorised));
    await expect(refusedOne).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      facts: { system: 'arango' },
    });
  });

  it('takes user and password from the address, where they stand there', async () => {
    const { double, place } = await doubleOfTest();
    const headers = { authorization: `Basic ${Buffer.from('zoë:p:ä?').toString('base64')}` };
    double.play(...opened().map((exchange) => ({ ...exchange, headers })));
    const url = place.url.replace('http://', `http://${encodeURIComponent('zoë')}:p%3A%C3%A4%3F@`);
    const store = await openOver({ ...place, url });
    await store.close();
  });
});

describe('opening a store on ArangoDB for reading alone', () => {
  const read = async (...exchanges: Exchange[]) => {
    const { double, place } = await doubleOfTest();
    double.play(...exchanges);
    const store = await openReaderOver(place);
    await store?.close();
    return store;
  };

  it('makes nothing, and says where there is nothing yet', async () => {
    expect(await read(noDatabase)).toBeUndefined();
    const empty = refused(versionRecord(), REFUSALS.collectionNotFound);
    expect(await read(currentDatabase(), serverVersion(), empty)).toBeUndefined();
  });

  it('reads what is there, also of a program with another layout, and nothing of a newer version', async () => {
    const begun = [currentDatabase(), serverVersion()];
    expect(await read(...begun, versionRecord({ layout: 'sha256:other' }))).toBeDefined();
    const newer = read(...begun, versionRecord({ version: SCHEMA_VERSION + 1 }));
    await expect(newer).rejects.toMatchObject({ code: 'STORE_TOO_NEW' });
  });
});

describe('the probe of a circuit breaker', () => {
  /** https://docs.arangodb.com/3.12/develop/http-api/administration/#get-the-server-availability */
  const available = (answer: Exchange['answer']): Exchange => ({
    method: 'GET',
    path: `${AT}/_admin/server/availability`,
    answer,
  });
  const mode = (name: string) => ({ status: 200, body: { error: false, code: 200, mode: name } });

  const probe = async (...exchanges: Exchange[]) => {
    const { double, place } = await doubleOfTest();
    double.play(...exchanges);
    await probeArango(place);
  };

  it('passes where the server lets us in and can be written to', async () => {
    await expect(probe(currentDatabase(), available(mode('default')))).resolves.toBeUndefined();
  });

  it.each([
    { name: 'only reads', exchanges: [currentDatabase(), available(mode('readonly'))] },
    { name: 'starts or stops', exchanges: [currentDatabase(), available(REFUSALS.overloaded)] },
    { name: 'refuses the login', exchanges: [refused(currentDatabase(), REFUSALS.unauthorised)] },
    { name: 'does not answer', exchanges: [refused(currentDatabase(), 'silence')] },
  ])('fails where it $name', async ({ exchanges }) => {
    await expect(probe(...exchanges)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      facts: { system: 'arango' },
    });
  });
});
