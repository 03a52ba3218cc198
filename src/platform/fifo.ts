/** First in, first out, at a constant price: an array's own `shift` moves everything behind it. */
export interface Fifo<T> {
  readonly size: number;
  push(item: T): void;
  /** Puts back what was taken too early. */
  putBack(item: T): void;
  shift(): T | undefined;
  peek(): T | undefined;
}

/** Taken places are given back once they are more than this and more than half of all. */
const TAKEN_PLACES_MAX = 1_024;

export function createFifo<T>(): Fifo<T> {
  let items: (T | undefined)[] = [];
  let head = 0;
  return {
    get size() {
      return items.length - head;
    },
    push: (item) => {
      items.push(item);
    },
    putBack: (item) => {
      if (head === 0) items.unshift(item);
      else items[--head] = item;
    },
    shift: () => {
      if (head === items.length) return undefined;
      const item = items[head];
      items[head] = undefined;
      head += 1;
      if (head > TAKEN_PLACES_MAX && head * 2 > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    peek: () => items[head],
  };
}
