import type pg from 'pg';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { Ids } from '../../platform/ids.ts';
import type { NewEntry } from '../decide-group.ts';
import type { Store } from '../store.ts';
import type { Connections } from './connections.ts';

type Listener = Parameters<NonNullable<Store['hear']>>[0];

/**
 * LISTEN and NOTIFY: what one process commits, others hear of at once. Nothing depends on it: what is lost
 * is found by looking, a moment later. States, from when somebody first wants to hear:
 *
 *   connecting -> listening -> waiting (the connection is lost) -> connecting … -> closed
 */
export interface Hints {
  hear(listener: Listener): () => void;
  /** Part of the transaction that is told of: it is heard once that is committed. */
  send(writer: pg.Client, entries: readonly NewEntry[]): Promise<unknown>;
  close(): Promise<void>;
}

interface Dependencies {
  connections: Connections;
  clock: Clock;
  ids: Ids;
  /** The channel, too: whoever works in the same schema listens. */
  schema: string;
}

const AGAIN_AFTER_MS = 1_000;

/** A payload may have 8,000 bytes. Of more scopes it is only said that there is something. */
const SCOPES_MAX = 50;
const PAYLOAD_CHARACTERS_MAX = 2_000;

interface Payload {
  by: string;
  /** Null: too many to be named. */
  scopes: string[] | null;
}

export function createHints({ connections, clock, ids, schema }: Dependencies): Hints {
  const self = ids();
  const listeners = new Set<Listener>();
  let connected: pg.Client | undefined;
  let connecting: Promise<void> | undefined;
  let again: Timer | undefined;
  let isClosed = false;

  function take(payload: string | undefined): void {
    const { by, scopes } = JSON.parse(payload ?? '{}') as Payload;
    if (by === self) return;
    for (const listener of [...listeners]) listener(scopes);
  }

  async function listen(): Promise<void> {
    const client = await connections.connect();
    client.on('notification', ({ payload }) => take(payload));
    client.on('end', listenAgain);
    connected = client;
    await client.query(`LISTEN "${schema}"`);
  }

  function listenAgain(): void {
    connected = undefined;
    if (isClosed || again !== undefined) return;
    again = clock.setTimer(AGAIN_AFTER_MS, () => {
      again = undefined;
      connecting = listen().catch(listenAgain);
    });
  }

  return {
    hear: (listener) => {
      listeners.add(listener);
      connecting ??= listen().catch(listenAgain);
      return () => listeners.delete(listener);
    },
    send: (writer, entries) => {
      const named = [...new Set(entries.map(({ transaction }) => transaction.scope))];
      const all = { by: self, scopes: named.length > SCOPES_MAX ? null : named } satisfies Payload;
      const text = JSON.stringify(all);
      const payload =
        text.length > PAYLOAD_CHARACTERS_MAX ? JSON.stringify({ ...all, scopes: null }) : text;
      return writer.query({
        name: 'hint',
        text: 'SELECT pg_notify($1, $2)',
        values: [schema, payload],
      });
    },
    close: async () => {
      isClosed = true;
      again?.cancel();
      await connecting;
      await connected?.end().catch(() => {});
    },
  };
}
