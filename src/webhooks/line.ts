import type { DeliveryRecord } from '../model/webhook.ts';
import type { Stored } from '../store/store.ts';

/**
 * Deliveries of one webhook that are on their way. Of each environment one at a time goes, the first
 * one first: order is kept where nothing fails. One that has to wait for another attempt lets others by.
 */
export interface Line {
  readonly size: number;
  /** News of a delivery, in any order. */
  take(stored: Stored<DeliveryRecord>): void;
  /** The next one whose time has come; it counts as under way until `end`. */
  next(nowMs: number): Stored<DeliveryRecord> | undefined;
  end(delivery: DeliveryRecord): void;
  /** Not before this time: what became of its last attempt could not be recorded. */
  delay(id: string, untilMs: number): void;
  /** When the next one that waits is due; null: none waits. */
  dueAtMs(): number | null;
}

export function createLine(): Line {
  const waiting = new Map<string, Stored<DeliveryRecord>>();
  const newest = new Map<string, number>();
  const underWay = new Set<string>();
  const busy = new Set<string>();
  const delayed = new Map<string, number>();

  const dueOf = ({ id, nextAttemptAtMs }: DeliveryRecord) =>
    Math.max(nextAttemptAtMs ?? 0, delayed.get(id) ?? 0);

  return {
    get size() {
      return waiting.size;
    },
    take(stored) {
      const { id, status } = stored.value;
      if ((newest.get(id) ?? 0) >= stored.revision) return;
      if (status === 'pending') {
        waiting.set(id, stored);
        newest.set(id, stored.revision);
      } else {
        waiting.delete(id);
        newest.delete(id);
      }
    },
    next(nowMs) {
      for (const stored of waiting.values()) {
        const { id, event } = stored.value;
        if (underWay.has(id) || busy.has(event.scope) || dueOf(stored.value) > nowMs) continue;
        underWay.add(id);
        busy.add(event.scope);
        delayed.delete(id);
        return stored;
      }
      return undefined;
    },
    end({ id, event }) {
      underWay.delete(id);
      busy.delete(event.scope);
    },
    delay: (id, untilMs) => {
      if (waiting.has(id)) delayed.set(id, untilMs);
    },
    dueAtMs() {
      let first: number | null = null;
      for (const { value } of waiting.values()) {
        if (underWay.has(value.id) || busy.has(value.event.scope)) continue;
        const dueMs = dueOf(value);
        if (first === null || dueMs < first) first = dueMs;
      }
      return first;
    },
  };
}
