import { describe, expect, it } from 'vitest';
import { createFifo } from '../../../src/platform/fifo.ts';

describe('a fifo', () => {
  it('returns everything in order, whatever is put back, over many thousands of items', () => {
    const fifo = createFifo<number>();
    const out: number[] = [];
    let next = 0;
    for (let round = 0; round < 3_000; round += 1) {
      fifo.push(next++);
      fifo.push(next++);
      const first = fifo.shift();
      if (first !== undefined && round % 3 === 0) fifo.putBack(first);
      else if (first !== undefined) out.push(first);
    }
    expect(fifo.size).toBe(next - out.length);
    expect(fifo.peek()).toBe(out.length);
    for (let item = fifo.shift(); item !== undefined; item = fifo.shift()) out.push(item);
    expect(out).toEqual(Array.from({ length: next }, (_, at) => at));
    expect([fifo.size, fifo.peek()]).toEqual([0, undefined]);
    fifo.putBack(7);
    expect([fifo.shift(), fifo.shift()]).toEqual([7, undefined]);
  });
});
