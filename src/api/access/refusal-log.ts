import type { ErrorCode } from '../../model/errors.ts';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import type { AuditRecord } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';

export interface Refusal {
  actor: string;
  /** A command, or a method and the route that was asked for. */
  action: string;
  subject: string;
  code: ErrorCode;
  requestId: string;
}

/**
 * Refusals that no command's own entry tells of, in the audit log. The first of a kind is written at once;
 * of those that follow within the minute only how many they were, so that no flood fills the disk.
 */
export interface RefusalLog {
  note(refusal: Refusal): void;
  /** An entry of its own for what was done. */
  record(change: Omit<Refusal, 'code'>): Promise<void>;
  /** Resolves once all that was noted is written, or cannot be. */
  close(): Promise<void>;
}

const SCOPE = '@audit';
const SUMMED_EVERY_MS = 60_000;
/** Kinds of refusals in one minute that are told apart. */
const KINDS_MAX = 20;
const OTHERS = 'others';

interface Kind {
  last: Refusal;
  /** Besides the first. */
  more: number;
}

export function createRefusalLog(context: {
  store: Store;
  clock: Clock;
  ids: Ids;
  log: Logger;
}): RefusalLog {
  const { store, clock, ids, log } = context;
  let kinds = new Map<string, Kind>();
  let timer: Timer | undefined;
  let writing: Promise<unknown> = Promise.resolve();

  function write(refusals: readonly { refusal: Refusal; count: number }[]): void {
    const records = refusals.map(({ refusal, count }) => recordOf(refusal, count));
    const writes = records.map((value) => ({
      kind: 'put' as const,
      collection: 'audit' as const,
      key: value.id,
      value,
    }));
    writing = Promise.all([
      writing,
      store.commit({ scope: SCOPE, expect: [], writes, events: [] }),
    ]).catch((err) => log.error({ err }, 'refusals could not be written to the audit log'));
  }

  function recordOf({ code, requestId, ...refusal }: Refusal, count: number): AuditRecord {
    return {
      ...refusal,
      id: ids(),
      atMs: clock.nowMs(),
      outcome: 'refused',
      code,
      environment: null,
      runId: null,
      requestId: count === 1 ? requestId : null,
      count,
      detail: {},
    };
  }

  function sumUp(): void {
    timer = undefined;
    const more = [...kinds.values()].filter((kind) => kind.more > 0);
    kinds = new Map();
    if (more.length > 0) write(more.map((kind) => ({ refusal: kind.last, count: kind.more })));
  }

  return {
    note: (refusal) => {
      timer ??= clock.setTimer(SUMMED_EVERY_MS, sumUp);
      const key = [refusal.actor, refusal.action, refusal.subject, refusal.code].join('\n');
      const known = kinds.get(key);
      if (known !== undefined) known.more += 1;
      else if (kinds.size < KINDS_MAX) {
        kinds.set(key, { last: refusal, more: 0 });
        write([{ refusal, count: 1 }]);
      } else {
        const { code, requestId } = refusal;
        const last = { actor: OTHERS, action: OTHERS, subject: '', code, requestId };
        kinds.set(OTHERS, { last, more: (kinds.get(OTHERS)?.more ?? 0) + 1 });
      }
    },
    record: async (change) => {
      const value: AuditRecord = {
        ...change,
        id: ids(),
        atMs: clock.nowMs(),
        outcome: 'accepted',
        detail: {},
      };
      const write = { kind: 'put', collection: 'audit', key: value.id, value } as const;
      await store.commit({ scope: SCOPE, expect: [], writes: [write], events: [] });
    },
    close: async () => {
      timer?.cancel();
      sumUp();
      await writing;
    },
  };
}
