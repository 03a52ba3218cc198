import type { Stage } from './stage.ts';
import { waitingRuns } from './wishes.ts';

/**
 * While people look at a plan, somebody finds that a resource is not as it was: what the plan rests on
 * is another thing by then.
 */
export async function disturb(stage: Stage): Promise<void> {
  const { chance, clock, chronicle, records, store } = stage;
  const run = chance.pick(waitingRuns(stage));
  if (run === undefined || run.startedAtMs !== null) return;
  const { environment } = run;
  const built = records.entries('resources').filter(({ value }) => {
    return value.environment === environment && value.status === 'ok' && value.adopting === null;
  });
  const found = chance.pick(built);
  if (found === undefined) return;
  const { key } = found;
  const stored = await clock.finish(store.get('resources', key));
  if (stored === undefined) return;
  chronicle.note('world', () => `${key} is found to be broken`);
  const { address } = stored.value;
  const failed = { ...stored.value, status: 'failed' as const };
  const transaction = {
    scope: environment,
    expect: [{ collection: 'resources' as const, key, revision: stored.revision }],
    writes: [{ kind: 'put' as const, collection: 'resources' as const, key, value: failed }],
    events: [
      { type: 'resource.recorded' as const, runId: null, address, data: { status: 'failed' } },
    ],
  };
  await clock.finish(store.commit(transaction).catch(() => {}));
}
