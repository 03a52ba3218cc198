import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFifo, type Fifo } from '../../../src/platform/fifo.ts';

const CALLS = [
  { ofFifo: (fifo, item) => fifo.push(item), ofList: (list, item) => void list.push(item) },
  { ofFifo: (fifo, item) => fifo.putBack(item), ofList: (list, item) => void list.unshift(item) },
  { ofFifo: (fifo) => fifo.shift(), ofList: (list) => list.shift() },
] satisfies {
  ofFifo(fifo: Fifo<number>, item: number): unknown;
  ofList(list: number[], item: number): unknown;
}[];

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

  it('does what a list does, in any order of calls', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...CALLS), { maxLength: 200 }), (calls) => {
        const fifo = createFifo<number>();
        const list: number[] = [];
        for (const [item, name] of calls.entries()) {
          expect(name.ofFifo(fifo, item)).toBe(name.ofList(list, item));
          expect([fifo.peek(), fifo.size]).toEqual([list[0], list.length]);
        }
      }),
    );
  });
});
