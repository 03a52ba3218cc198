import type { EventDraft } from '../../model/event.ts';
import { type ResourceRecord, resourceKey } from '../../model/resource.ts';
import type { RunRecord } from '../../model/run.ts';
import type { Stored, Write } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import type { Move } from '../planner/plan.ts';
import { put, putResource, resourceEvent } from '../transactions.ts';

/** What puts records, with their states, under their new ids: part of the plan's transaction. */
export async function movedRecords(
  { store }: EngineContext,
  run: RunRecord,
  moves: readonly Move[],
): Promise<{ writes: Write[]; events: EventDraft[] }> {
  const removals: Write[] = [];
  const puts: Write[] = moves.map(({ to }) => putResource(to));
  const events: EventDraft[] = [];
  for (const { from, to } of moves.filter(isElsewhere)) {
    const [before, after] = [keyOf(from), keyOf(to)];
    removals.push({ kind: 'delete', collection: 'resources', key: before });
    const state = await store.get('states', before);
    if (state !== undefined) {
      removals.push({ kind: 'delete', collection: 'states', key: before });
      puts.push(put('states', after, { ...state.value, address: to.address }));
    }
    const facts = { runId: run.id, address: to.address, environment: run.environment };
    events.push(resourceEvent('resource.moved', facts, { from: from.label, to: to.label }));
  }
  return { writes: [...removals, ...puts], events };
}

/** The records as they are once that transaction is committed. */
export function withMoved(
  resources: Stored<ResourceRecord>[],
  moves: readonly Move[],
  revision: number,
): Stored<ResourceRecord>[] {
  const changed = new Map(moves.map(({ from, to }) => [from, to]));
  return resources.map((stored) => {
    const to = changed.get(stored.value);
    return to === undefined ? stored : { value: to, revision };
  });
}

function isElsewhere({ from, to }: Move): boolean {
  return from.address !== to.address;
}

function keyOf({ environment, address }: ResourceRecord): string {
  return resourceKey(environment, address);
}
