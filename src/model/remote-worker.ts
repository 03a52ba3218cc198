import type { Claim } from './step.ts';

const REMOTE = 'remote/';

/** Of a worker in a process of its own, whatever it calls itself: its claims outlive every server. */
export function remoteWorkerName(name: string): string {
  return `${REMOTE}${name}`;
}

export function isRemoteWorker({ worker }: Pick<Claim, 'worker'>): boolean {
  return worker.startsWith(REMOTE);
}
