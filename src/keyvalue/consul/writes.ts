import type { ConsulClient } from '../../platform/consul/client.ts';
import { answerOf, lacksRight } from '../../platform/consul/failures.ts';
import { keyConflict } from '../changes.ts';
import type { KeyValueChange } from '../keyvalue.ts';

interface Terms {
  client: ConsulClient;
  /** What each key begins with in Consul. */
  root: string;
  signal: AbortSignal | undefined;
}

type KeyOperation = { KV: { Verb: string; Key: string; Value?: string; Index?: number } };

/** Takes a value of any size that Consul keeps. A conflict is an answer here, `false`. */
export async function setAlone(
  change: Extract<KeyValueChange, { kind: 'set' }>,
  { client, root, signal }: Terms,
): Promise<void> {
  const key = `${root}${change.key}`;
  const { value, revision: cas } = change;
  const isSet = await client.ask({ right: writing(key), signal }, (consul, terms) =>
    consul.kv.set({ key, value, cas, ...terms }),
  );
  if (isSet !== true) throw keyConflict(change);
}

/** All or nothing: what Consul refuses names the operation, and nothing was done. */
export async function transact(
  changes: readonly KeyValueChange[],
  { client, root, signal }: Terms,
): Promise<void> {
  const planned = changes.flatMap((change) =>
    operationsFor(change, root).map((operation) => ({ change, operation })),
  );
  const operations = planned.map(({ operation }) => operation);
  const keys = changes.map(({ key }) => key);
  const right = writing(`${root}${keys[0]}`);
  await client.ask({ right, signal }, async (consul, terms) => {
    try {
      // The types of the package describe another shape than Consul takes and the package sends.
      await consul.transaction.create(operations as never, terms as never);
    } catch (error) {
      const refused = refusalOf(error);
      const change = planned[refused?.at ?? -1]?.change;
      if (refused === undefined || change === undefined) throw error;
      if (!refused.isForbidden) throw keyConflict(change);
      throw lacksRight(writing(`${root}${change.key}`));
    }
  });
}

/** Deleting by revision is content with a key that is gone: that it is there is asked for as well. */
function operationsFor(change: KeyValueChange, root: string): KeyOperation[] {
  const Key = `${root}${change.key}`;
  const Index = change.revision;
  if (change.kind === 'set') {
    const Value = Buffer.from(change.value).toString('base64');
    return [{ KV: { Verb: 'cas', Key, Value, Index } }];
  }
  if (Index === 0) return [{ KV: { Verb: 'check-not-exists', Key } }];
  return [{ KV: { Verb: 'check-index', Key, Index } }, { KV: { Verb: 'delete-cas', Key, Index } }];
}

/** The first operation that was refused; undefined: the whole request was. */
function refusalOf(error: unknown): { at: number; isForbidden: boolean } | undefined {
  const { statusCode, body } = answerOf(error);
  if (statusCode !== 409 || typeof body !== 'object' || body === null) return undefined;
  const { Errors: errors } = body as { Errors?: { OpIndex?: unknown; What?: unknown }[] | null };
  const first = errors?.[0];
  if (typeof first?.OpIndex !== 'number') return undefined;
  return { at: first.OpIndex, isForbidden: /permission denied/i.test(String(first.What)) };
}

function writing(key: string): string {
  return `key "${key}" { policy = "write" }`;
}
