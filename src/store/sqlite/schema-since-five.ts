/** Version 5. What was told to whom outside, and how far. */
export const WEBHOOKS = `
  CREATE TABLE webhooks (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL, value TEXT NOT NULL
  );
  CREATE TABLE deliveries (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL,
    "webhook" TEXT, "status" TEXT, value TEXT NOT NULL
  );
  CREATE INDEX deliveries_status ON deliveries ("status", key);
`;

/** Version 6. Approvals: nobody has asked for one until now. */
export const APPROVALS = `
  CREATE TABLE plans (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL, value TEXT NOT NULL
  );
  UPDATE environments SET value = json_set(value, '$.requireApproval', json('false'));
  UPDATE runs SET value = json_set(
    value, '$.requireApproval', NULL, '$.approval', NULL, '$.cancelReason', NULL
  );
  UPDATE templates SET value = json_set(value, '$.template.approval', NULL);
`;

/** Version 7. Who leads, where several processes work on one store: here it is one. */
export const LEADERSHIP = `
  CREATE TABLE leaderships (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL, value TEXT NOT NULL
  );
  CREATE TABLE heartbeats (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL, value TEXT NOT NULL
  );
  CREATE TABLE seals (
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, revision INTEGER NOT NULL, value TEXT NOT NULL
  );
`;
