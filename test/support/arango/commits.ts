import type { Looked } from '../../../src/store/arango/aql/look.ts';
import { COLLECTION_NAMES } from '../../../src/store/records.ts';
import type { Exchange } from './double.ts';
import { asksIn, begins, commits } from './exchanges.ts';

const nothing = Object.fromEntries(COLLECTION_NAMES.map((name) => [name, []]));

/** The answer to the look of a transaction, where nothing else is there. */
export const found = (facts: Partial<Looked> = {}) => [{ ...nothing, counters: [], ...facts }];

/** What is written is looked at by a test that wants to. */
interface Body {
  query: string;
  bindVars: Record<string, unknown>;
}

export function capture(exchange: Exchange): { exchange: Exchange; body: () => Body } {
  let seen: Body | undefined;
  const looking = {
    ...exchange,
    seen: (body: unknown) => {
      seen = body as Body;
    },
  };
  return {
    exchange: looking,
    body: () => {
      if (seen === undefined) throw new Error('it was not asked');
      return seen;
    },
  };
}

export const whole = (id: string, looked = found()): Exchange[] => [
  begins(id),
  asksIn(id, looked),
  asksIn(id, [true]),
  commits(id),
];
