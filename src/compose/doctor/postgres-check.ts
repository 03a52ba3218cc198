import { type Check, type Finding, failed, ok, skipped, warning } from './check.ts';

/** Reachable, of a version that is known, with the rights that it takes. */
export const postgresCheck: Check = {
  name: 'PostgreSQL',
  run: async ({ config }) => {
    const { url, schema } = config.postgres;
    if (url === null) return skipped('the store is embedded');
    const { inspectPostgres } = await import('../../store/postgres/inspect.ts');
    const facts = await inspectPostgres({ url, schema }, config.breaker.callTimeoutMs);
    return judge(facts, { schema, sharesSecrets: config.vault.url !== null });
  },
};

type Facts = Awaited<
  ReturnType<typeof import('../../store/postgres/inspect.ts')['inspectPostgres']>
>;

function judge(
  facts: Facts,
  { schema, sharesSecrets }: { schema: string; sharesSecrets: boolean },
): Finding {
  const { serverVersion, schemaVersion, knownVersion } = facts;
  if (facts.isReadOnly) {
    return failed(
      `version ${serverVersion} answers, and may only be read`,
      'Name the primary server in postgres.url.',
    );
  }
  if (!facts.mayWork) {
    return failed(
      `version ${serverVersion} answers, and the user may not work in the schema ${schema}`,
      `Let it: CREATE SCHEMA ${schema} AUTHORIZATION <user>, by an administrator of the database.`,
    );
  }
  const made = schemaVersion === 0 ? 'is made by the first server' : `has version ${schemaVersion}`;
  const older =
    schemaVersion === 0 || schemaVersion === knownVersion ? '' : `, which becomes ${knownVersion}`;
  const found = `version ${serverVersion} answers; the schema ${schema} ${made}${older}`;
  if (!facts.isDurable) {
    return warning(`${found}; fsync is off`, 'A power cut loses data: switch fsync on.');
  }
  if (sharesSecrets) return ok(found);
  return warning(
    `${found}; secrets lie in this data folder alone`,
    'Servers over other data folders cannot read them: name a Vault (vault.url).',
  );
}
