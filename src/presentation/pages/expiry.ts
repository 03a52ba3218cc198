import type { EnvironmentRecord } from '../../model/environment.ts';
import { formatDuration } from './duration.ts';

type Ending = Pick<EnvironmentRecord, 'status' | 'plannedDestructionAtMs'>;

/** `expires in 2 d 4 h`, `expired 3 h 10 min ago`; empty for what is to stay, or is gone. */
export function expiryText({ status, plannedDestructionAtMs }: Ending, nowMs: number): string {
  if (plannedDestructionAtMs === null || status === 'destroyed') return '';
  const aheadMs = plannedDestructionAtMs - nowMs;
  return aheadMs > 0
    ? `expires in ${formatDuration(aheadMs)}`
    : `expired ${formatDuration(-aheadMs)} ago`;
}
