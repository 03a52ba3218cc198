import type { EngineContext } from '../context.ts';
import type { Duty } from '../duties/duties.ts';
import { inboxKey } from '../intake/inbox.ts';

const PAGE = 500;
const SCOPE = '@inbox';
const HOUR_MS = 3_600_000;

export function forgettingOldCommands(context: EngineContext): Duty {
  return {
    name: 'forget old commands',
    everyMs: HOUR_MS,
    isForAll: true,
    perform: () => forgetOldCommands(context),
  };
}

/**
 * Forgets commands whose time is over: a repetition that comes later counts as a new command. Pages
 * through the inbox, so that a long one is never in memory whole.
 */
async function forgetOldCommands({ store, clock }: EngineContext): Promise<number> {
  let forgotten = 0;
  let afterKey = '';
  for (;;) {
    const page = await store.find('inbox', { afterKey, limit: PAGE });
    const nowMs = clock.nowMs();
    const over = page.filter(({ value }) => value.expiresAtMs < nowMs);
    if (over.length > 0) {
      await store.commit({
        scope: SCOPE,
        expect: [],
        writes: over.map(({ value }) => ({
          kind: 'delete' as const,
          collection: 'inbox' as const,
          key: inboxKey(value),
        })),
        events: [],
      });
    }
    forgotten += over.length;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return forgotten;
    afterKey = inboxKey(last.value);
  }
}
