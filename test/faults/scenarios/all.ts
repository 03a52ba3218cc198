import type { Scenario } from '../frame/scenario.ts';
import { atAnyMoment } from './at-any-moment.ts';
import { atFailpoints } from './at-failpoints.ts';
import { clockMoved } from './clock-moved.ts';
import { driverLock, driverStopped, stateLock } from './locks.ts';
import { liveOrphan, strangerForOrphan } from './orphans.ts';
import { sigtermIdle, sigtermInApply } from './signals.ts';
import { terraformHangs, terraformKilled } from './terraform-dies.ts';

export const SCENARIOS: readonly Scenario[] = [
  atFailpoints,
  atAnyMoment,
  terraformKilled,
  terraformHangs,
  liveOrphan,
  strangerForOrphan,
  stateLock,
  driverLock,
  driverStopped,
  sigtermInApply,
  sigtermIdle,
  clockMoved,
];
