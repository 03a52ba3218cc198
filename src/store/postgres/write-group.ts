import type pg from 'pg';
import type { NewDerived, NewEntry, NewRow } from '../decide-group.ts';
import type { KeptEvents } from '../kept-events.ts';
import type { GroupWork } from '../physical-commit.ts';
import { SEARCH_WEIGHTS, type SearchedFields, searchTextOfFields } from '../search-text.ts';
import type { LogChunk } from '../store.ts';
import { asText } from './text.ts';

const FEED = 'UPDATE feed SET sequence = $1';

const PUT = `
  INSERT INTO records (collection, key, scope, revision, first, second, derived, value)
  SELECT * FROM unnest(
    $1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[]
  )
  ON CONFLICT (collection, key) DO UPDATE SET
    scope = excluded.scope, revision = excluded.revision, first = excluded.first,
    second = excluded.second, derived = excluded.derived, value = excluded.value`;

const DELETE = `
  DELETE FROM records AS r USING unnest($1::text[], $2::text[]) AS gone (collection, key)
  WHERE r.collection = gone.collection AND r.key = gone.key`;

const JOURNAL = `
  INSERT INTO journal (sequence, scope, number, at_ms, group_id, run_id, touched, events)
  SELECT sequence, scope, number, at_ms, $1::uuid, run_id, touched, events
  FROM unnest(
    $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[]
  ) AS entry (sequence, scope, number, at_ms, run_id, touched, events)`;

const RUNS = 'INSERT INTO journal_runs SELECT DISTINCT * FROM unnest($1::text[], $2::bigint[])';

/** In the order of the list: their numbers are the order in which they are read. */
const LOGS = `
  INSERT INTO logs (run_id, address, claim_number, position, text)
  SELECT run_id, address, claim_number, position, text
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[])
    WITH ORDINALITY AS chunk (run_id, address, claim_number, position, text, place)
  ORDER BY place
  ON CONFLICT (run_id, address, claim_number, position) DO NOTHING`;

const PUBLISHED = `
  INSERT INTO cursors VALUES ('published', $1)
  ON CONFLICT (name) DO UPDATE SET sequence = greatest(cursors.sequence, excluded.sequence)`;

/** Those that stay are not touched, those that are new are added: all in one look. */
const EDGES = `
  WITH now AS (
    SELECT DISTINCT source, target FROM unnest($2::text[], $3::text[]) AS edge (source, target)
  ), gone AS (
    DELETE FROM edges AS e WHERE e.source = ANY ($1::text[])
      AND NOT EXISTS (SELECT FROM now WHERE now.source = e.source AND now.target = e.target)
  )
  INSERT INTO edges SELECT source, target FROM now ON CONFLICT DO NOTHING`;

const SEARCHABLE = `
  INSERT INTO search_documents (collection, key, document)
  SELECT collection, key, document::tsvector
  FROM unnest($1::text[], $2::text[], $3::text[]) AS made (collection, key, document)
  ON CONFLICT (collection, key) DO UPDATE SET document = excluded.document`;

const UNSEARCHABLE = `
  DELETE FROM search_documents AS d USING unnest($1::text[], $2::text[]) AS gone (collection, key)
  WHERE d.collection = gone.collection AND d.key = gone.key`;

/** Sends everything at once; one result for each statement, in order. None of them waits for another. */
export function sendWrites(client: pg.Client, work: GroupWork): Promise<unknown>[] {
  const sent: Promise<unknown>[] = [];
  const send = (name: string, text: string, values: unknown[]) => {
    sent.push(client.query({ name, text, values }));
  };
  const { decision, groupId, logs, publishedThrough } = work;
  const rows = [...decision.rows.values()];
  const put = rows.filter(({ prepared }) => prepared !== null);
  const gone = rows.filter(({ prepared }) => prepared === null);
  if (put.length > 0) send('put', PUT, putColumns(put));
  if (gone.length > 0) send('delete', DELETE, keyColumns(gone));
  if (decision.entries.length > 0) {
    send('journal', JOURNAL, [groupId, ...entryColumns(decision.entries)]);
    send('feed', FEED, [decision.sequence]);
  }
  const [runIds, sequences] = runColumns(decision.entries);
  if (runIds.length > 0) send('runs', RUNS, [runIds, sequences]);
  if (logs.length > 0) send('logs', LOGS, logColumns(logs));
  if (publishedThrough > 0) send('published', PUBLISHED, [publishedThrough]);
  sendDerived(send, [...decision.derived.values()]);
  return sent;
}

function putColumns(rows: readonly NewRow[]): unknown[] {
  const indexed = (row: NewRow, at: number) => {
    const value = row.prepared?.indexed[at] ?? null;
    return value === null ? null : asText(value);
  };
  return [
    ...keyColumns(rows),
    rows.map(({ scope }) => asText(scope)),
    rows.map(({ revision }) => revision),
    rows.map((row) => indexed(row, 0)),
    rows.map((row) => indexed(row, 1)),
    rows.map(({ derived }) => derived),
    rows.map(({ prepared }) => prepared?.value),
  ];
}

function keyColumns(rows: readonly { collection: string; key: string }[]): string[][] {
  return [rows.map(({ collection }) => collection), rows.map(({ key }) => asText(key))];
}

function entryColumns(entries: readonly NewEntry[]): unknown[][] {
  const runOf = ({ runId }: KeptEvents) => (runId === null ? null : asText(runId));
  return [
    entries.map(({ sequence }) => sequence),
    entries.map(({ transaction }) => asText(transaction.scope)),
    entries.map(({ number }) => number),
    entries.map(({ atMs }) => atMs),
    entries.map(({ transaction }) => runOf(transaction.events)),
    entries.map(({ transaction }) => transaction.touched),
    entries.map(({ transaction }) => transaction.events.json),
  ];
}

/** Of transactions that tell of several runs; most tell of one. */
function runColumns(entries: readonly NewEntry[]): [string[], number[]] {
  const found = entries.flatMap(({ transaction: { events }, sequence }) =>
    events.runIds.map((runId) => ({ runId: asText(runId), sequence })),
  );
  return [found.map(({ runId }) => runId), found.map(({ sequence }) => sequence)];
}

function logColumns(logs: readonly LogChunk[]): unknown[][] {
  return [
    logs.map(({ runId }) => asText(runId)),
    logs.map(({ address }) => asText(address)),
    logs.map(({ claimNumber }) => claimNumber),
    logs.map(({ offset }) => offset),
    // As JSON: a program's output may hold every character.
    logs.map(({ text }) => JSON.stringify(text)),
  ];
}

function sendDerived(
  send: (name: string, text: string, values: unknown[]) => void,
  changed: readonly NewDerived[],
): void {
  if (changed.length === 0) return;
  const resources = changed.filter(({ collection }) => collection === 'resources');
  if (resources.length > 0) {
    const edges = resources.flatMap(({ key, source }) => {
      const targets: string[] = source === undefined ? [] : JSON.parse(source.edges);
      return targets.map((target) => ({ source: key, target }));
    });
    send('edges', EDGES, [
      resources.map(({ key }) => asText(key)),
      edges.map(({ source }) => asText(source)),
      edges.map(({ target }) => asText(target)),
    ]);
  }
  const texts = changed.filter(({ source }) => source !== undefined);
  const gone = changed.filter(({ source }) => source === undefined);
  const documents = texts.map(({ source }) => documentOf(JSON.parse(source?.text ?? '{}')));
  if (texts.length > 0) send('searchable', SEARCHABLE, [...keyColumns(texts), documents]);
  if (gone.length > 0) send('unsearchable', UNSEARCHABLE, keyColumns(gone));
}

/** PostgreSQL's own bounds are 2 KB for a word and 16,383 for a place. */
export const WORD_CHARACTERS_MAX = 500;
const PLACE_MAX = 16_383;

/** Letters of PostgreSQL for what weighs most, and so on: see search.ts. */
const WEIGHTS = { name: 'A', tags: 'B', description: 'D' } as const;

/** Made here and not by the server, so that a word is the same for every adapter. */
function documentOf(fields: SearchedFields): string {
  const texts = searchTextOfFields(fields);
  let place = 0;
  const words: string[] = [];
  for (const field of Object.keys(SEARCH_WEIGHTS) as (keyof typeof SEARCH_WEIGHTS)[]) {
    for (const word of texts[field].split(' ').filter(Boolean)) {
      place = Math.min(place + 1, PLACE_MAX);
      words.push(`'${word.slice(0, WORD_CHARACTERS_MAX)}':${place}${WEIGHTS[field]}`);
    }
  }
  return words.join(' ');
}
