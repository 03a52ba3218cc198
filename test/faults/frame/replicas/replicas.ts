import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from '../../../../src/bus/messages/commands.ts';
import { isBiotopeError } from '../../../../src/model/errors.ts';
import { messageOf } from '../../../../src/model/thrown.ts';
import type { Store, Transaction } from '../../../../src/store/store.ts';
import type { FromReplica, ToReplica } from './wire.ts';

const PROGRAM = fileURLToPath(new URL('replica.ts', import.meta.url));

/** A process with an engine and a worker of its own, over a store that it reaches through this one. */
export interface Replica {
  submit(id: string, command: Command): Promise<string>;
  /** Stops the process at its next commit of this kind, anew each time. */
  stopAt(isChosen: (transaction: Transaction) => boolean, moment: Moment): Promise<'stopped'>;
  /** Lets it go on; what it has sent is brought to the store first, then all that it does. */
  goOn(): void;
  /** Commits that were taken since `goOn`. */
  takenLate: Transaction[];
  /** Commits that were refused since then. */
  refusedLate: Transaction[];
  end(): Promise<void>;
}

/**
 * `before`: the commit has not reached the store, and comes late. Otherwise so long after it was told that
 * the commit is made: it may be in the middle of whatever follows from that.
 */
export type Moment = 'before' | { afterMs: number };

export async function startReplicas(
  store: Store,
  folders: { shared: string; own: readonly string[] },
): Promise<Replica[]> {
  const children = new Set<ChildProcess>();
  store.watch((transaction, committed) => {
    for (const child of children) send(child, { kind: 'committed', transaction, committed });
  });
  return Promise.all(folders.own.map((own) => start(store, children, [folders.shared, own])));
}

type Call = Extract<FromReplica, { kind: 'call' }>;

interface Chosen {
  isChosen(transaction: Transaction): boolean;
  moment: Moment;
  stopped(): void;
}

async function start(store: Store, children: Set<ChildProcess>, args: string[]): Promise<Replica> {
  const child = fork(PROGRAM, args, { serialization: 'advanced', stdio: 'inherit' });
  const submitted = new Map<string, PromiseWithResolvers<string>>();
  const held: FromReplica[] = [];
  let chosen: Chosen | undefined;
  let isStopped = false;
  let isLate = false;
  const takenLate: Transaction[] = [];
  const refusedLate: Transaction[] = [];

  const answer = async (message: Call) => {
    const { id, method, args: given } = message;
    try {
      const run = store[method] as (...all: unknown[]) => Promise<unknown>;
      const result = await run.apply(store, given);
      if (method === 'commit' && isLate) takenLate.push(given[0] as Transaction);
      send(child, { kind: 'answer', id, result });
    } catch (error) {
      if (method === 'commit' && isLate) refusedLate.push(given[0] as Transaction);
      const code = isBiotopeError(error) ? error.code : 'INTERNAL';
      send(child, { kind: 'refusal', id, code, message: messageOf(error) });
    }
  };
  const stop = (at: Chosen) => {
    if (chosen !== at) return;
    isStopped = true;
    child.kill('SIGSTOP');
    at.stopped();
  };
  const stopAround = async (message: Call) => {
    const at = chosen;
    if (at === undefined) return;
    if (at.moment === 'before') {
      held.push(message);
      return stop(at);
    }
    await answer(message);
    await pause(at.moment.afterMs);
    stop(at);
  };
  const take = (message: FromReplica) => {
    if (message.kind === 'submitted') {
      const { answer: told, id } = message;
      if (told.outcome === 'accepted') submitted.get(id)?.resolve(told.runId ?? '');
      else submitted.get(id)?.reject(new Error(told.message));
    }
    if (message.kind !== 'call') return;
    const isCommit = message.method === 'commit';
    const isIt = !isStopped && isCommit && chosen?.isChosen(message.args[0] as Transaction);
    if (isIt) void stopAround(message);
    else if (isStopped) held.push(message);
    else void answer(message);
  };

  const isReady = new Promise<void>((resolve) => {
    child.on('message', (message: FromReplica) => {
      if (message.kind === 'ready') resolve();
      else take(message);
    });
  });
  const died = new Promise<never>((_, reject) => {
    child.once('exit', () => reject(new Error('a process that was to answer has ended')));
  });
  // Who waits for an answer hears of it.
  died.catch(() => {});
  children.add(child);
  await Promise.race([isReady, died]);
  return {
    submit: (id, command) => {
      const told = Promise.withResolvers<string>();
      submitted.set(id, told);
      send(child, { kind: 'submit', id, command });
      return Promise.race([told.promise, died]);
    },
    stopAt: (isChosen, moment) =>
      new Promise((stopped) => {
        isLate = false;
        takenLate.length = 0;
        refusedLate.length = 0;
        chosen = { isChosen, moment, stopped: () => stopped('stopped') };
      }),
    goOn: () => {
      isStopped = false;
      isLate = true;
      chosen = undefined;
      for (const message of held.splice(0)) take(message);
      child.kill('SIGCONT');
    },
    takenLate,
    refusedLate,
    end: async () => {
      children.delete(child);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function send(child: ChildProcess, message: ToReplica): void {
  if (child.connected) child.send(message, () => {});
}
