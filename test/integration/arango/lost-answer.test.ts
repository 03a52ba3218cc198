import { describe, expect, it } from 'vitest';
import { groupOf } from '../../../src/store/arango/aql/journal.ts';
import { capture, found, whole } from '../../support/arango/commits.ts';
import type { Answer, Exchange } from '../../support/arango/double.ts';
import {
  aborts,
  asksIn,
  begins,
  commits,
  REFUSALS,
  refused,
} from '../../support/arango/exchanges.ts';
import { storeOfTest } from '../../support/arango/opened-store.ts';
import { queue, transaction } from '../../support/records.ts';

describe('a commit whose answer is lost', () => {
  const asked = (groupId: string | null): Exchange[] => [
    begins('2', {
      collections: { exclusive: ['counters'], read: ['journal'] },
      waitForSync: true,
      allowImplicit: false,
      lockTimeout: 10,
    }),
    asksIn('2', groupId === null ? [] : [groupId]),
    commits('2'),
  ];

  const LOST: { name: string; answer: Answer }[] = [
    { name: 'the connection was lost', answer: 'reset' },
    { name: 'the answer was cut off', answer: 'cut' },
    { name: 'no answer came in time', answer: 'silence' },
    { name: 'the server had an error of its own', answer: REFUSALS.internal },
  ];

  it.each(LOST)('was done where the journal has it: $name', async ({ answer }) => {
    const { double, store } = await storeOfTest();
    const written = capture(asksIn('1', [true]));
    const settled = asked(null);
    const look = settled[1];
    double.play(begins('1'), asksIn('1', found()), written.exchange, refused(commits('1'), answer));
    double.play(aborts('1'), ...settled);
    if (look !== undefined) {
      // The id is known once it was written.
      Object.defineProperty(look, 'answer', {
        get: () => {
          const [entry] = written.body().bindVars.journal as { groupId: string }[];
          return asksIn('2', [entry?.groupId]).answer;
        },
      });
    }
    const committed = await store.commit(transaction({ writes: [queue('a', 1)] }));
    expect(committed).toMatchObject({ number: 1, sequence: 1 });
    double.done();
  });

  it.each(LOST)('was not done where it has not, and is done again: $name', async ({ answer }) => {
    const { double, store } = await storeOfTest();
    double.play(
      begins('1'),
      asksIn('1', found()),
      asksIn('1', [true]),
      refused(commits('1'), answer),
      aborts('1'),
      ...asked('the group of somebody else'),
      ...whole('3'),
    );
    expect(await store.commit(transaction())).toMatchObject({ number: 1 });
  });

  it('asks for the place that it was to have', async () => {
    const { double, store } = await storeOfTest();
    const [, look] = asked(null);
    const seen = capture(look ?? asksIn('2', []));
    double.play(
      begins('1'),
      asksIn('1', found({ counters: [{ key: 'feed', value: 8 }] })),
      asksIn('1', [true]),
      refused(commits('1'), 'reset'),
      aborts('1'),
      begins('2'),
      seen.exchange,
      commits('2'),
      ...whole('3'),
    );
    await store.commit(transaction());
    expect(seen.body()).toMatchObject(groupOf('9'));
  });
});
