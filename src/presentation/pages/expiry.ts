import { type Expiry, expiryOf } from '../../model/expiry.ts';
import { formatDuration } from './duration.ts';

type Ending = Parameters<typeof expiryOf>[0];

/** `expires in 2 d 4 h`, `expired 3 h 10 min ago`; empty for what is to stay, or is gone. */
export function expiryText(environment: Ending, nowMs: number): string {
  const expiry = expiryOf(environment);
  if (expiry === null) return '';
  const aheadMs = expiry.plannedAtMs - nowMs;
  if (aheadMs > 0) return `expires in ${formatDuration(aheadMs)}`;
  const since = `expired ${formatDuration(-aheadMs)} ago`;
  return [since, ...whyStill(expiry, nowMs)].join(': ');
}

/** Why it is still there, where that is known. */
function whyStill({ obstacle, attempts, nextAttemptAtMs }: Expiry, nowMs: number): string[] {
  if (obstacle === 'protected') return ['it is protected'];
  const tried = `destroying it failed ${attempts === 1 ? 'once' : `${attempts} times`}`;
  if (obstacle === 'given-up') return [`${tried} and was given up`];
  if (nextAttemptAtMs === null) return [];
  return [`${tried}, again in ${formatDuration(Math.max(0, nextAttemptAtMs - nowMs))}`];
}
