import type { LeadershipRecord } from '../../../src/model/leadership.ts';
import type { Chronicle } from './chronicle.ts';
import { type Check, type Commit, putsOf, type Records, type SeenPut } from './records.ts';
import { isOfHealth } from './states.ts';

interface Facts {
  records: Records;
  nowMs(): number;
  leaseMs: number;
}

/**
 * One process leads, and what only it should do nobody else does. Whoever takes the leadership from
 * another one has waited for a whole lease in which that one was silent: nobody but itself can know
 * whether it is dead.
 */
export function watchLeadership(chronicle: Chronicle, { records, nowMs, leaseMs }: Facts): Check {
  let lastBeatAtMs = 0;

  function seeLeadership({ value, before }: SeenPut<'leaderships'>): void {
    const hasChanged = value.holder !== null && value.holder !== before?.holder;
    if (hasChanged && value.epoch !== (before?.epoch ?? 0) + 1) {
      chronicle.complain(
        `the epoch of the leadership went from ${before?.epoch} to ${value.epoch}`,
      );
    }
    if (hasChanged && before?.holder != null) seeTaking(value, before);
  }

  function seeTaking(value: LeadershipRecord, before: LeadershipRecord): void {
    chronicle.mark('leadership taken');
    if (nowMs() - lastBeatAtMs >= leaseMs) return;
    chronicle.complain(`${value.holder} took the leadership from ${before.holder}, which beats`);
  }

  /** In stories with one server nobody has to lead. */
  function demandLeader({ author }: Commit, what: string): void {
    const led = records.all('leaderships')[0];
    if (led === undefined || author === undefined || author === led.holder) return;
    chronicle.complain(`${author} ${what}, and ${led.holder ?? 'nobody'} leads`);
  }

  return (commit) => {
    for (const write of putsOf(commit, 'leaderships')) seeLeadership(write);
    if (putsOf(commit, 'heartbeats').length > 0) {
      lastBeatAtMs = nowMs();
      demandLeader(commit, 'beats');
    }
    for (const write of putsOf(commit, 'environments').filter(isOfHealth)) {
      demandLeader(commit, `judged the health of ${write.key}`);
    }
  };
}
