import type { Scenario } from '../frame/scenario.ts';
import { atAnyMoment } from './at-any-moment.ts';
import { atFailpoints } from './at-failpoints.ts';
import { besideOthers } from './beside-others.ts';
import { clockMoved } from './clock-moved.ts';
import { fullDisk, lostState } from './full-disk.ts';
import { driverLock, driverStopped, stateLock } from './locks.ts';
import { lostData } from './lost-data.ts';
import { membersPaused } from './members-paused.ts';
import { outOfMemory } from './memory.ts';
import { liveOrphan, strangerForOrphan } from './orphans.ts';
import { pausedHolder } from './paused-holder.ts';
import { serverDies } from './server-dies.ts';
import { servicesDie } from './services-die.ts';
import { sigtermIdle, sigtermInApply } from './signals.ts';
import { terraformHangs, terraformKilled } from './terraform-dies.ts';

/** Of one data folder. */
export const OF_ONE_FOLDER: readonly Scenario[] = [
  atFailpoints,
  atAnyMoment,
  besideOthers,
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
  pausedHolder,
  outOfMemory,
  fullDisk,
  lostState,
  lostData,
  serverDies,
];

/** Of servers and workers over services. */
export const OF_CLUSTERS: readonly Scenario[] = [servicesDie, membersPaused];

export const SCENARIOS: readonly Scenario[] = [...OF_ONE_FOLDER, ...OF_CLUSTERS];
