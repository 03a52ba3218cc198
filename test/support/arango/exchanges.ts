import { LAYOUT_DIGEST, SCHEMA_VERSION } from '../../../src/store/arango/migrate.ts';
import type { Answer, Exchange } from './double.ts';

/** What ArangoDB's documentation shows of its answers, put together for a test. */

export const DATABASE = 'biotope';
export const AT = `/_db/${DATABASE}`;

/** https://docs.arangodb.com/3.12/develop/http-api/general-request-handling/#error-handling */
function refusal(status: number, errorNum: number, errorMessage = 'refused'): Answer {
  return { status, body: { error: true, code: status, errorNum, errorMessage } };
}

/** https://docs.arangodb.com/3.12/develop/error-codes/ */
export const REFUSALS = {
  lockTimeout: refusal(409, 18, 'lock timeout'),
  locked: refusal(423, 28, 'locked'),
  deadlock: refusal(409, 29, 'deadlock detected'),
  writeConflict: refusal(409, 1200, 'write-write conflict; key: 1'),
  revisionsDiffer: refusal(409, 1200, 'conflict, _rev values do not match'),
  stale: refusal(412, 1200, 'conflict, _rev values do not match'),
  documentNotFound: refusal(404, 1202, 'document not found'),
  collectionNotFound: refusal(404, 1203, 'collection or view not found'),
  duplicateName: refusal(409, 1207, 'duplicate name'),
  uniqueViolated: refusal(409, 1210, 'unique constraint violated - in index primary'),
  databaseNotFound: refusal(404, 1228, 'database not found'),
  queryKilled: refusal(410, 1500, 'query killed'),
  schemaViolated: refusal(400, 1620, 'schema validation failed'),
  transactionAborted: refusal(409, 1654, 'transaction aborted'),
  transactionNotFound: refusal(404, 1655, 'transaction not found'),
  graphExists: refusal(409, 1925, 'graph already exists'),
  forbidden: refusal(403, 11, 'forbidden'),
  unauthorised: refusal(401, 11, 'not authorized to execute this request'),
  internal: refusal(500, 4, 'internal error'),
  overloaded: refusal(503, 21003, 'queue capacity exceeded'),
} as const;

/** https://docs.arangodb.com/3.12/develop/http-api/databases/#get-information-about-the-current-database */
export function currentDatabase(facts: { sharding?: string } = {}): Exchange {
  const result = { name: DATABASE, id: '82', path: '', isSystem: false, sharding: '', ...facts };
  return {
    method: 'GET',
    path: `${AT}/_api/database/current`,
    answer: { status: 200, body: { error: false, code: 200, result } },
  };
}

/** https://docs.arangodb.com/3.12/develop/http-api/administration/#get-the-server-version */
export function serverVersion(version = '3.12.5'): Exchange {
  const body = { server: 'arango', license: 'community', version };
  return { method: 'GET', path: `${AT}/_api/version?details=false`, answer: { status: 200, body } };
}

/** https://docs.arangodb.com/3.12/develop/http-api/cluster/#get-the-server-role */
export function serverRole(role = 'SINGLE'): Exchange {
  const body = { error: false, code: 200, mode: 'default', role };
  return { method: 'GET', path: `${AT}/_admin/server/role`, answer: { status: 200, body } };
}

/** https://docs.arangodb.com/3.12/develop/http-api/documents/#get-a-document */
export function versionRecord(facts: { version?: number; layout?: string } = {}): Exchange {
  const body = {
    _id: 'biotope/version',
    _key: 'version',
    _rev: '_iYnEcTa---',
    version: SCHEMA_VERSION,
    layout: LAYOUT_DIGEST,
    ...facts,
  };
  return {
    method: 'GET',
    path: `${AT}/_api/document/biotope/version`,
    answer: { status: 200, body },
  };
}

/** A database that is as it should be. */
export function opened(): Exchange[] {
  return [currentDatabase(), serverVersion(), serverRole(), versionRecord()];
}

/** https://docs.arangodb.com/3.12/develop/http-api/transactions/stream-transactions/ */
export function begins(id: string, body?: unknown): Exchange {
  return {
    method: 'POST',
    path: `${AT}/_api/transaction/begin`,
    headers: { 'x-arango-trx-id': null },
    body,
    answer: { status: 201, body: { error: false, code: 201, result: { id, status: 'running' } } },
  };
}

export function commits(id: string): Exchange {
  return ends(id, 'PUT', 'committed');
}

export function aborts(id: string): Exchange {
  return ends(id, 'DELETE', 'aborted');
}

function ends(id: string, method: 'PUT' | 'DELETE', status: string): Exchange {
  return {
    method,
    path: `${AT}/_api/transaction/${id}`,
    answer: { status: 200, body: { error: false, code: 200, result: { id, status } } },
  };
}

/** https://docs.arangodb.com/3.12/develop/http-api/queries/aql-queries/#create-a-cursor */
export function asks(rows: readonly unknown[], facts: Partial<Exchange> = {}): Exchange {
  const body = {
    result: rows,
    hasMore: false,
    cached: false,
    extra: { warnings: [], stats: {} },
    error: false,
    code: 201,
  };
  return {
    method: 'POST',
    path: `${AT}/_api/cursor`,
    headers: { 'x-arango-trx-id': null },
    answer: { status: 201, body },
    ...facts,
  };
}

/** As a step of a transaction. */
export function asksIn(
  id: string,
  rows: readonly unknown[],
  facts: Partial<Exchange> = {},
): Exchange {
  return asks(rows, { headers: { 'x-arango-trx-id': id }, ...facts });
}

export function refused(exchange: Exchange, answer: Answer): Exchange {
  return { ...exchange, answer };
}
