import { describe, expect, it } from 'vitest';
import { createStepLog } from '../../../src/worker/step-log.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

function open(bytesMax = 1_000_000) {
  const clock = createVirtualClock();
  const chunks: { offset: number; text: string }[] = [];
  const givenUp: unknown[] = [];
  const terms = {
    clock,
    bytesMax,
    send: async (offset: number, text: string) => {
      chunks.push({ offset, text });
    },
    onGivenUp: (error: unknown) => givenUp.push(error),
  };
  return { clock, chunks, givenUp, terms };
}

describe('the log of a step', () => {
  it('is sent in chunks, each with its offset in bytes', async () => {
    const { clock, chunks, terms } = open();
    const log = createStepLog(terms);
    log.write('größe');
    log.write('two');
    await clock.advance(1_000);
    log.write('three');
    await log.close();
    expect(chunks).toEqual([
      { offset: 0, text: 'größe\ntwo\n' },
      { offset: Buffer.byteLength('größe\ntwo\n'), text: 'three\n' },
    ]);
  });

  it('costs nothing where nothing is said', async () => {
    const { chunks, terms } = open();
    await createStepLog(terms).close();
    expect(chunks).toEqual([]);
  });

  it('does not wait for time where much is said at once', async () => {
    const { clock, chunks, terms } = open();
    const log = createStepLog(terms);
    for (let at = 0; at < 100; at += 1) log.write('x'.repeat(999));
    await clock.settle();
    expect(chunks.length).toBeGreaterThan(1);
    await log.close();
    expect(chunks.map(({ text }) => text).join('')).toBe(`${'x'.repeat(999)}\n`.repeat(100));
  });

  it('ends with a mark where it reaches its bound, and stays below it', async () => {
    const { chunks, terms } = open(500);
    const log = createStepLog(terms);
    for (let at = 0; at < 100; at += 1) log.write(`line ${at} ${'é'.repeat(20)}`);
    await log.close();
    const text = chunks.map((chunk) => chunk.text).join('');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(500);
    expect(text).toMatch(
      /^line 0 .*\n\[the log ends here: it reached its bound of 500 bytes\]\n$/s,
    );
  });

  it('keeps the order of chunks, and goes on after one that was given up', async () => {
    const { clock, chunks, givenUp, terms } = open();
    const first = Promise.withResolvers<void>();
    let calls = 0;
    const log = createStepLog({
      ...terms,
      send: async (offset, text) => {
        calls += 1;
        if (calls === 1) return first.promise;
        chunks.push({ offset, text });
      },
    });
    log.write('a');
    await clock.advance(1_000);
    log.write('b');
    await clock.advance(1_000);
    expect(calls).toBe(1);
    first.reject(new Error('away'));
    await log.close();
    expect(chunks).toEqual([{ offset: 2, text: 'b\n' }]);
    expect(givenUp).toHaveLength(1);
  });

  it('says nothing more once it is closed', async () => {
    const { chunks, terms } = open();
    const log = createStepLog(terms);
    await log.close();
    log.write('too late');
    await log.close();
    expect(chunks).toEqual([]);
  });
});
