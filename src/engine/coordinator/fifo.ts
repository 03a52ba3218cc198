/** A queue whose `shift` costs the same however long it is. */
export interface Fifo<T> {
  push(item: T): void;
  shift(): T | undefined;
  peek(): T | undefined;
  readonly size: number;
}

const COMPACT_AFTER = 1_024;

export function createFifo<T>(): Fifo<T> {
  let items: T[] = [];
  let head = 0;
  return {
    push(item) {
      items.push(item);
    },
    shift() {
      if (head >= items.length) return undefined;
      const item = items[head];
      head += 1;
      if (head > COMPACT_AFTER && head * 2 > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    peek: () => items[head],
    get size() {
      return items.length - head;
    },
  };
}
