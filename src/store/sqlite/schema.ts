import type { SqliteSchema } from '../../platform/sqlite-migrate.ts';
import { APPROVALS, LEADERSHIP, WEBHOOKS } from './schema-since-five.ts';

/**
 * Version 1. A table per collection: the record as JSON, and a column for every field by which it
 * can be found. Sequences are rowids: they grow as long as the newest row is not deleted.
 */
const RECORDS = `
  CREATE TABLE environments (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL, "status" TEXT,
    value TEXT NOT NULL
  );
  CREATE INDEX environments_status ON environments ("status", key);

  CREATE TABLE resources (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL,
    "environment" TEXT, "status" TEXT, value TEXT NOT NULL
  );
  CREATE INDEX resources_environment ON resources ("environment", key);
  CREATE INDEX resources_status ON resources ("status", key);

  CREATE TABLE states (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL, "environment" TEXT,
    value TEXT NOT NULL
  );
  CREATE INDEX states_environment ON states ("environment", key);

  CREATE TABLE runs (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL,
    "environment" TEXT, "status" TEXT, value TEXT NOT NULL
  );
  CREATE INDEX runs_environment ON runs ("environment", key);
  CREATE INDEX runs_status ON runs ("status", key);

  CREATE TABLE steps (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL,
    "runId" TEXT, "environment" TEXT, "status" TEXT, value TEXT NOT NULL
  );
  CREATE INDEX steps_run ON steps ("runId", key);
  CREATE INDEX steps_changed ON steps ("runId", revision);
  CREATE INDEX steps_environment ON steps ("environment", key);
  CREATE INDEX steps_status ON steps ("status", key);

  CREATE TABLE templates (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL, "name" TEXT,
    value TEXT NOT NULL
  );
  CREATE INDEX templates_name ON templates ("name", key);

  CREATE TABLE bundles (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL, value TEXT NOT NULL
  );
  CREATE TABLE queues (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL, value TEXT NOT NULL
  );
  CREATE TABLE inbox (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL, value TEXT NOT NULL
  );
  CREATE TABLE handovers (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL, value TEXT NOT NULL
  );

  CREATE TABLE audit (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL,
    "subject" TEXT, "actor" TEXT, value TEXT NOT NULL
  );
  CREATE INDEX audit_subject ON audit ("subject", key);
  CREATE INDEX audit_actor ON audit ("actor", key);
`;

/** Each scope's last number; what was committed; what is still to be published. */
const JOURNAL = `
  CREATE TABLE counters (scope TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;

  CREATE TABLE changes (
    sequence INTEGER PRIMARY KEY, scope TEXT NOT NULL, number INTEGER NOT NULL,
    touched TEXT NOT NULL
  );

  CREATE TABLE events (
    sequence INTEGER PRIMARY KEY, scope TEXT NOT NULL, number INTEGER NOT NULL,
    position INTEGER NOT NULL, type TEXT NOT NULL, run_id TEXT, address TEXT,
    at_ms INTEGER NOT NULL, data TEXT NOT NULL
  );
  CREATE INDEX events_scope ON events (scope);
  CREATE INDEX events_run ON events (run_id) WHERE run_id IS NOT NULL;

  CREATE TABLE outbox (sequence INTEGER PRIMARY KEY);
`;

const LOGS = `
  CREATE TABLE logs (
    sequence INTEGER PRIMARY KEY, run_id TEXT NOT NULL, address TEXT NOT NULL,
    claim_number INTEGER NOT NULL, position INTEGER NOT NULL, text TEXT NOT NULL
  );
  CREATE UNIQUE INDEX logs_chunk ON logs (run_id, address, claim_number, position);
  CREATE INDEX logs_run ON logs (run_id);
`;

/**
 * Made from the records, in the same commit. The full-text index keeps no copy of the texts, and so
 * needs their places (`detail` left at full): without both it ranks every hit the same.
 */
const DERIVED = `
  CREATE TABLE edges (
    source TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (source, target)
  ) WITHOUT ROWID;
  CREATE INDEX edges_target ON edges (target, source);

  CREATE TABLE search_documents (
    id INTEGER PRIMARY KEY, collection TEXT NOT NULL, key TEXT NOT NULL, UNIQUE (collection, key)
  );
  CREATE VIRTUAL TABLE search_index USING fts5 (
    name, description, tags, content = '', contentless_delete = 1
  );
`;

/**
 * Version 2. Templates made of templates, identities, protection that follows parameters, adoption and
 * rotation: records of version 1 get what they stood for without saying it.
 */
const NESTED = `
  UPDATE environments SET value = json_set(value, '$.adopting', json('{}'));

  UPDATE resources SET value = json_set(
    value, '$.identity', value ->> '$.address', '$.external', NULL, '$.adopting', NULL
  );

  UPDATE steps SET value = json_set(
    value, '$.identity', value ->> '$.address', '$.protect', json('false'), '$.adopt', NULL
  );

  UPDATE runs SET value = json_set(
    value, '$.protect', NULL, '$.asked', json('{"adopt":{},"rotate":[]}')
  );
  UPDATE runs SET value = json_set(value, '$.summary.adopt', 0, '$.summary.rotate', 0, '$.summary.decide', 0)
  WHERE value ->> '$.summary' IS NOT NULL;

  UPDATE templates SET value = json_set(
    value,
    '$.template.nested', json('[]'),
    '$.template.resources', (
      SELECT json_group_array(json_set(
        one.value, '$.prefix', '', '$.source', NULL, '$.external', NULL, '$.movedFrom', json('[]')
      ))
      FROM json_each(templates.value, '$.template.resources') AS one
    ),
    '$.template.outputs', (
      SELECT json_group_array(json_set(one.value, '$.secret', json('false')))
      FROM json_each(templates.value, '$.template.outputs') AS one
    )
  );
`;

/**
 * Version 3. What every step of a run writes goes to few places. The journal has a row for each
 * transaction, with its events, where there was one for each event; `journal_places` is written later,
 * for many rows at once, and also tells the last number of each scope. What is published is everything
 * through a cursor. Fields that keys begin with, and those that change often, have no index.
 */
const APPENDED = `
  CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY, scope TEXT NOT NULL, number INTEGER NOT NULL,
    at_ms INTEGER NOT NULL, run_id TEXT, touched TEXT NOT NULL, events TEXT
  );
  CREATE TABLE journal_places (
    subject TEXT NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (subject, sequence)
  ) WITHOUT ROWID;
  CREATE TABLE cursors (name TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;

  CREATE INDEX events_place ON events (scope, number, position);
  CREATE INDEX changes_place ON changes (scope, number);
  INSERT INTO journal (sequence, scope, number, at_ms, run_id, touched, events)
  SELECT
    c.sequence, c.scope, c.number,
    coalesce((SELECT min(at_ms) FROM events AS e WHERE e.scope = c.scope AND e.number = c.number), 0),
    NULL, c.touched,
    (
      SELECT CASE WHEN count(*) = 0 THEN NULL ELSE json_group_array(json_object(
        'type', e.type, 'runId', e.run_id, 'address', e.address, 'data', json(e.data)
      ) ORDER BY e.position) END
      FROM events AS e WHERE e.scope = c.scope AND e.number = c.number
    )
  FROM changes AS c ORDER BY c.sequence;

  INSERT INTO journal_places SELECT 'scope ' || scope, sequence FROM changes;
  INSERT INTO journal_places
  SELECT DISTINCT 'run ' || e.run_id, c.sequence
  FROM events AS e JOIN changes AS c ON c.scope = e.scope AND c.number = e.number
  WHERE e.run_id IS NOT NULL;

  INSERT INTO cursors SELECT 'indexed', coalesce(max(sequence), 0) FROM journal;
  INSERT INTO cursors VALUES ('published', coalesce(
    (
      SELECT min(c.sequence * 1048576 + e.position) - 1
      FROM outbox AS o JOIN events AS e ON e.sequence = o.sequence
      JOIN changes AS c ON c.scope = e.scope AND c.number = e.number
    ),
    (SELECT max(sequence) * 1048576 + 1048575 FROM journal),
    0
  ));

  DROP TABLE outbox;
  DROP TABLE events;
  DROP TABLE changes;
  DROP TABLE counters;

  DROP INDEX resources_environment;
  DROP INDEX resources_status;
  DROP INDEX states_environment;
  DROP INDEX steps_run;
  DROP INDEX steps_environment;
  DROP INDEX steps_status;
  ALTER TABLE steps DROP COLUMN "environment";
`;

/** Version 4. What is new in a run is found among its own rows: an index of that cost every write. */
const UNINDEXED_CHANGES = 'DROP INDEX steps_changed;';

export const STORE_SCHEMA: SqliteSchema = {
  applicationId: 0x42_69_6f_31,
  migrations: [
    RECORDS + JOURNAL + LOGS + DERIVED,
    NESTED,
    APPENDED,
    UNINDEXED_CHANGES,
    WEBHOOKS,
    APPROVALS,
    LEADERSHIP,
  ],
};
