/**
 * One after another for each name, in the order of asking: what was sent first is judged first, and
 * commands of one environment do not push each other out of their commits. Other names never wait.
 */
export type Turns = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export function createTurns(): Turns {
  const last = new Map<string, Promise<void>>();
  return (name, work) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(work);
    const over = turn.then(nothing, nothing).then(() => {
      if (last.get(name) === over) last.delete(name);
    });
    last.set(name, over);
    return turn;
  };
}

function nothing(): void {}
