/**
 * What the schema holds, step by step: step n leads from version n to n + 1, and one that was released
 * never changes. Every name is looked up in the schema alone: see connections.ts.
 *
 * Keys sort by their bytes (COLLATE "C"), as the port says. A record is text: a text in it may hold
 * what `jsonb` refuses. `first` and `second` are the fields of its collection's INDEXES, in that order;
 * only those have an index that change seldom or lead to few.
 */
const RECORDS = `
  CREATE TABLE records (
    collection text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL,
    scope text COLLATE "C" NOT NULL, revision bigint NOT NULL,
    first text COLLATE "C", second text COLLATE "C",
    derived text COLLATE "C",
    value text NOT NULL,
    PRIMARY KEY (collection, key)
  ) WITH (fillfactor = 80);
  CREATE INDEX records_first ON records (collection, first, key)
    WHERE collection IN ('environments', 'runs', 'templates', 'audit');
  CREATE INDEX records_second ON records (collection, second, key)
    WHERE collection IN ('runs', 'audit', 'deliveries');
`;

/**
 * One row of `feed`: whoever commits holds it until the commit is over, so that the order of commits is
 * the order of the feed. A group is what shares one physical commit.
 */
const JOURNAL = `
  CREATE TABLE feed (one boolean PRIMARY KEY DEFAULT true CHECK (one), sequence bigint NOT NULL);
  INSERT INTO feed (sequence) VALUES (0);

  CREATE TABLE journal (
    sequence bigint PRIMARY KEY, scope text COLLATE "C" NOT NULL, number bigint NOT NULL,
    at_ms bigint NOT NULL, group_id uuid NOT NULL, run_id text COLLATE "C",
    touched text NOT NULL, events text
  );
  CREATE UNIQUE INDEX journal_scope ON journal (scope, number);
  CREATE INDEX journal_run ON journal (run_id, sequence) WHERE run_id IS NOT NULL;
  CREATE TABLE journal_runs (
    run_id text COLLATE "C" NOT NULL, sequence bigint NOT NULL, PRIMARY KEY (run_id, sequence)
  );
  CREATE TABLE cursors (name text PRIMARY KEY, sequence bigint NOT NULL);
`;

const LOGS = `
  CREATE TABLE logs (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id text COLLATE "C" NOT NULL, address text COLLATE "C" NOT NULL,
    claim_number bigint NOT NULL, position bigint NOT NULL, text text NOT NULL,
    UNIQUE (run_id, address, claim_number, position)
  );
  CREATE INDEX logs_run ON logs (run_id, sequence);
  CREATE INDEX logs_step ON logs (run_id, address, sequence);
`;

/** Made from the records, in the same commit. */
const DERIVED = `
  CREATE TABLE edges (
    source text COLLATE "C" NOT NULL, target text COLLATE "C" NOT NULL,
    PRIMARY KEY (source, target)
  );
  CREATE INDEX edges_target ON edges (target, source);

  CREATE TABLE search_documents (
    collection text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL,
    document tsvector NOT NULL,
    PRIMARY KEY (collection, key)
  );
  CREATE INDEX search_documents_words ON search_documents USING gin (document);
`;

export const MIGRATIONS: readonly string[] = [RECORDS + JOURNAL + LOGS + DERIVED];
