import { existsSync } from 'node:fs';
import type { Config } from '../../config/schema.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Store } from '../../store/store.ts';
import { dataPaths, holdsData } from '../data-folder.ts';
import { isStoreShared } from '../open-store.ts';
import { withShipped } from '../publishing/with-shipped.ts';
import { secretsForReading } from '../secrets.ts';
import type { Biotope } from './contract.ts';
import { findDriver } from './driver-lock.ts';
import { nextLook } from './next-look.ts';
import type { Notify } from './notice.ts';
import { createReader, createSharedReader } from './reader.ts';
import { isHeldByNobody, type Seat, takeSeat, unfinishedRuns } from './seat.ts';

export interface OpenRequest {
  config: Config;
  command: string;
  log: Logger;
  notify: Notify;
}

const SEAT_POLL_MS = 250;

export function openBiotope(request: OpenRequest): Biotope {
  const { config, log, notify } = request;
  const paths = dataPaths(config.dataFolder);
  const reader = isStoreShared(config) ? createSharedReader({ config, log }) : createReader(paths);
  const secretsRead = secretsForReading({ config, paths, log });
  let seat: Seat | undefined;
  let taking: Promise<void> | undefined;

  /** Both are opened anew where somebody reads again. */
  const closeReader = async () => {
    await reader.close();
    await secretsRead.close();
  };

  const take = async () => {
    try {
      seat = await takeSeat({ ...request, paths, closeReader });
    } finally {
      taking = undefined;
    }
  };

  /** Whoever asks while the seat is being taken waits for the same answer. */
  const drive = async () => {
    if (seat === undefined) {
      taking ??= take();
      await taking;
    }
    return seat !== undefined;
  };

  let lookAgainAtMs = 0;
  const driveIfLeft = async () => {
    (seat ?? reader).demandThere();
    if (seat !== undefined) return true;
    if (systemClock.nowMs() < lookAgainAtMs) return false;
    lookAgainAtMs = systemClock.nowMs() + SEAT_POLL_MS;
    if (!(await drive())) return false;
    notify({ kind: 'taken-over' });
    return true;
  };

  /** To look is to open the lock's file, and that would make it. */
  const mayBeDriven = () => holdsData(paths) || existsSync(paths.lock);

  const otherDriver = () =>
    seat === undefined && taking === undefined && mayBeDriven() ? findDriver(paths) : undefined;

  const driveOrWait = async (signal: AbortSignal) => {
    let isTold = false;
    while (!(await drive())) {
      const driver = otherDriver();
      if (!isTold && driver !== undefined) {
        notify({ kind: 'waiting-for-driver', driver });
        isTold = true;
      }
      await pause(SEAT_POLL_MS);
      signal.throwIfAborted();
    }
    if (seat === undefined) throw new Error('the seat was taken and is not there');
    return seat;
  };

  const layers = new Map<Store, Store>();
  const storeWithShipped = (below: Store) => {
    const layer = layers.get(below) ?? withShipped(below, config.limits);
    layers.set(below, layer);
    return layer;
  };

  const biotope: Biotope = {
    config,
    paths,
    log,
    notify,
    get store() {
      return seat?.store ?? reader.store();
    },
    get storeWithShipped() {
      return storeWithShipped(biotope.store);
    },
    get secrets() {
      return seat?.secrets ?? secretsRead;
    },
    get seat() {
      return seat;
    },
    server: undefined,
    drive,
    driveIfLeft,
    driveOrWait,
    otherDriver,
    interruptedRuns: async () => {
      if (seat !== undefined || otherDriver() !== undefined) return [];
      const runs = await unfinishedRuns(reader.store());
      return isStoreShared(config) ? runs.filter(isHeldByNobody) : runs;
    },
    submit: async (command, signal) => {
      const { submitCommand } = await import('./submit.ts');
      return submitCommand(biotope, command, signal);
    },
    plan: async (terms) => {
      const { planEnvironment } = await import('../plans/plan-environment.ts');
      return planEnvironment(biotope, terms);
    },
    impact: async (terms) => {
      const { planTemplate } = await import('../plans/plan-template.ts');
      return planTemplate(biotope, terms);
    },
    revealOutputs: async ({ outputs }) => {
      const { revealAll } = await import('../../queries/reveal.ts');
      return revealAll(outputs, biotope.secrets);
    },
    publish: async (source, options) => {
      const { publishSource } = await import('../publishing/publish.ts');
      return publishSource(biotope, source, options);
    },
    checkTemplate: async (source, signal) => {
      const { checkSource, demandSound } = await import('../publishing/publish.ts');
      const check = await checkSource(biotope, source, signal);
      const { template, bundle } = demandSound(check, source);
      const { name, version, resources } = template;
      const { unchecked } = check;
      return { name, version, digest: bundle.digest, resources: resources.length, unchecked };
    },
    changed: (timeoutMs) =>
      seat === undefined ? pause(timeoutMs) : nextLook(seat.store, timeoutMs),
    close: async (abort) => {
      await taking?.catch(() => {});
      for (const layer of layers.values()) await layer.close();
      await closeReader();
      await seat?.leave(abort);
      seat = undefined;
    },
  };
  return biotope;
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    systemClock.setTimer(delayMs, resolve);
  });
}
