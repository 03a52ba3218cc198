import { systemClock } from '../../../src/platform/clock.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';

/** Commits until it is killed, and prints `<scope> <number>` for what was confirmed to be durable. */
const [path = ''] = process.argv.slice(2);
const store = createSqliteStore({ path, clock: systemClock });

async function commitForEver(scope: string): Promise<never> {
  for (;;) {
    const before = await store.get('queues', scope);
    const acceptedCount = (before?.value.acceptedCount ?? 0) + 1;
    const { number } = await store.commit({
      scope,
      expect: [{ collection: 'queues', key: scope, revision: before?.revision ?? null }],
      writes: [
        {
          kind: 'put',
          collection: 'queues',
          key: scope,
          value: { environment: scope, acceptedCount },
        },
        {
          kind: 'put',
          collection: 'queues',
          key: `${scope}/${acceptedCount}`,
          value: { environment: scope, acceptedCount },
        },
      ],
      events: [{ type: 'run.queued', runId: null, address: null, data: { acceptedCount } }],
    });
    process.stdout.write(`${scope} ${number}\n`);
  }
}

await Promise.all(['a', 'b', 'c', 'd', 'e'].map(commitForEver));
