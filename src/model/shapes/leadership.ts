import type { HeartbeatRecord, LeadershipRecord } from '../leadership.ts';
import { flag, nullOr, number, shaped, text, time } from './check.ts';

export const leadershipRecord = shaped<LeadershipRecord>({
  holder: nullOr(text),
  isService: flag,
  epoch: number,
  sinceMs: time,
});

export const heartbeatRecord = shaped<HeartbeatRecord>({ epoch: number, beat: number });
