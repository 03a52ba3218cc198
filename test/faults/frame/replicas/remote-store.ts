import { BiotopeError } from '../../../../src/model/errors.ts';
import type { Store } from '../../../../src/store/store.ts';
import { STORE_METHODS, type ToReplica } from './wire.ts';

/** The store as a replica sees it: each call is answered by the process that started it. */
export function createRemoteStore(): Store {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const listeners = new Set<Parameters<Store['watch']>[0]>();
  let calls = 0;

  process.on('message', (message: ToReplica) => {
    if (message.kind === 'committed') {
      for (const listener of listeners) listener(message.transaction, message.committed);
    }
    if (message.kind !== 'answer' && message.kind !== 'refusal') return;
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.kind === 'answer') call?.resolve(message.result);
    else call?.reject(new BiotopeError(message.code, { message: message.message }));
  });

  const call = (method: string, args: unknown[]) => {
    calls += 1;
    const answered = Promise.withResolvers<unknown>();
    waiting.set(calls, answered);
    process.send?.({ kind: 'call', id: calls, method, args });
    return answered.promise;
  };
  const methods = STORE_METHODS.map((method) => [
    method,
    (...args: unknown[]) => call(method, args),
  ]);
  return {
    ...Object.fromEntries(methods),
    watch: (listener: Parameters<Store['watch']>[0]) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {},
  };
}
