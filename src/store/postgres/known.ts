import type pg from 'pg';
import { type Before, type Decision, type Known, NO_RECORD, recordId } from '../decide-group.ts';
import type { PreparedTransaction } from '../prepared-transaction.ts';
import { createRecent, type Recent } from '../recent.ts';
import type { CollectionName } from '../records.ts';
import { asText } from './text.ts';

/**
 * What this process knows of revisions and numbers: what it wrote and looked up. It holds as long as the
 * feed stands where this process left it: whoever commits moves that.
 */
export interface KnownRecords {
  /** Asks for all that these name and that is not known. Sent at once. */
  lookUp(client: pg.Client, transactions: readonly PreparedTransaction[]): LookUp;
  committed(decision: Decision): void;
  /** Somebody else has committed, or nobody knows who has. */
  forget(): void;
}

export interface LookUp {
  /** Resolves once it is answered. */
  answered: Promise<unknown>;
  /** What was remembered is old: asks for that as well. Call it after `forget`. */
  askForRemembered(client: pg.Client): Promise<unknown>;
  before(sequence: number): Before;
}

/** Twice as many at most. */
const REMEMBERED_MAX = 20_000;

const RECORDS = `
  SELECT wanted.place, r.revision, r.derived
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (collection, key, place)
  JOIN records AS r ON r.collection = wanted.collection AND r.key = wanted.key`;

const NUMBERS = `
  SELECT wanted.place, last.number
  FROM unnest($1::text[]) WITH ORDINALITY AS wanted (scope, place)
  CROSS JOIN LATERAL (
    SELECT number FROM journal AS j WHERE j.scope = wanted.scope ORDER BY number DESC LIMIT 1
  ) AS last`;

interface Named {
  collection: CollectionName;
  key: string;
}

export function createKnownRecords(): KnownRecords {
  const records = createRecent<Known>(REMEMBERED_MAX);
  const numbers = createRecent<number>(REMEMBERED_MAX);
  return {
    lookUp: (client, transactions) => {
      const ofRecords = createLooking(records, namedBy(transactions), askRecords);
      const ofNumbers = createLooking(numbers, scopesOf(transactions), askNumbers);
      return {
        answered: Promise.all([ofRecords.ask(client), ofNumbers.ask(client)]),
        askForRemembered: (again) =>
          Promise.all([ofRecords.askForRemembered(again), ofNumbers.askForRemembered(again)]),
        before: (sequence) => ({
          sequence,
          record: (collection, key) => ofRecords.found(recordId(collection, key)) ?? NO_RECORD,
          number: (scope) => ofNumbers.found(scope) ?? 0,
        }),
      };
    },
    committed: (decision) => {
      for (const [id, { prepared, revision, derived }] of decision.rows) {
        records.set(id, prepared === null ? NO_RECORD : { revision, derived });
      }
      for (const [scope, number] of decision.numbers) numbers.set(scope, number);
    },
    forget: () => {
      records.clear();
      numbers.clear();
    },
  };
}

type Ask<N, T> = (client: pg.Client, wanted: readonly N[]) => Promise<T[]>;

/** Of one kind, by id: what the memory holds is not asked for. */
function createLooking<N, T>(memory: Recent<T>, named: ReadonlyMap<string, N>, ask: Ask<N, T>) {
  /** Of this look: the memory may drop what it holds meanwhile. */
  const found = new Map<string, T>();
  const remembered = new Map<string, N>();
  const missing = new Map<string, N>();
  for (const [id, name] of named) {
    const known = memory.get(id);
    if (known !== undefined) found.set(id, known);
    (known === undefined ? missing : remembered).set(id, name);
  }

  async function askFor(client: pg.Client, wanted: ReadonlyMap<string, N>): Promise<void> {
    if (wanted.size === 0) return;
    const answers = await ask(client, [...wanted.values()]);
    for (const [at, id] of [...wanted.keys()].entries()) {
      const answer = answers[at];
      if (answer !== undefined) found.set(id, answer);
    }
  }

  return {
    ask: (client: pg.Client) => askFor(client, missing),
    askForRemembered: (client: pg.Client) => askFor(client, remembered),
    found: (id: string) => found.get(id),
  };
}

async function askRecords(client: pg.Client, wanted: readonly Named[]): Promise<Known[]> {
  const values = [wanted.map(({ collection }) => collection), wanted.map(({ key }) => asText(key))];
  const { rows } = await client.query({ name: 'known-records', text: RECORDS, values });
  const known = wanted.map(() => NO_RECORD);
  for (const { place, revision, derived } of rows) {
    known[Number(place) - 1] = { revision: Number(revision), derived };
  }
  return known;
}

async function askNumbers(client: pg.Client, scopes: readonly string[]): Promise<number[]> {
  const values = [scopes.map(asText)];
  const { rows } = await client.query({ name: 'known-numbers', text: NUMBERS, values });
  const numbers = scopes.map(() => 0);
  for (const { place, number } of rows) numbers[Number(place) - 1] = Number(number);
  return numbers;
}

function namedBy(transactions: readonly PreparedTransaction[]): Map<string, Named> {
  const named = new Map<string, Named>();
  const add = ({ collection, key }: Named) =>
    named.set(recordId(collection, key), { collection, key });
  for (const { expect, writes } of transactions) {
    for (const expectation of expect) add(expectation);
    for (const { write } of writes) add(write);
  }
  return named;
}

function scopesOf(transactions: readonly PreparedTransaction[]): Map<string, string> {
  return new Map(transactions.map(({ scope }) => [scope, scope]));
}
