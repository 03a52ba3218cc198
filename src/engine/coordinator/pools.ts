import type { Address } from '../../model/address.ts';
import { createFifo, type Fifo } from '../../platform/fifo.ts';
import type { EngineSettings } from '../context.ts';
import type { Readiness } from './readiness.ts';

/** A run as the pools see it. */
export interface PoolUser {
  readiness: Readiness;
  /** Steps it was given a place for and has not decided about yet. */
  allotted: Address[];
  /** Steps that hold a place, with their pool. */
  held: Map<Address, string>;
}

/**
 * Places in the pools. Runs with ready steps stand in a ring, each gets one place at its turn: a run
 * of three steps never waits behind the thousands of another one.
 */
export interface Pools<U extends PoolUser> {
  /** The run may have ready steps. */
  offer(user: U, nowMs: number): void;
  /** Gives free places to ready steps; returns the runs that got one. */
  allot(nowMs: number): Set<U>;
  hold(user: U, address: Address, pool: string): void;
  release(user: U, address: Address): void;
  /** Gives back all it holds and takes it out of the line. */
  remove(user: U): void;
}

interface Line<U> {
  concurrency: number;
  inUse: number;
  ring: Fifo<U>;
  /** Who stands in the ring; an entry of the ring without one here has left. */
  inRing: Set<U>;
}

export function createPools<U extends PoolUser>(settings: EngineSettings): Pools<U> {
  const lines = new Map<string, Line<U>>();

  function lineOf(pool: string): Line<U> {
    const known = lines.get(pool);
    if (known !== undefined) return known;
    const concurrency = settings.poolConcurrency.get(pool) ?? 1;
    const line: Line<U> = { concurrency, inUse: 0, ring: createFifo(), inRing: new Set() };
    lines.set(pool, line);
    return line;
  }

  function join(line: Line<U>, user: U): void {
    if (line.inRing.has(user)) return;
    line.inRing.add(user);
    line.ring.push(user);
  }

  function hold(user: U, address: Address, pool: string): void {
    if (user.held.has(address)) return;
    user.held.set(address, pool);
    lineOf(pool).inUse += 1;
  }

  function release(user: U, address: Address): void {
    const pool = user.held.get(address);
    if (pool === undefined) return;
    user.held.delete(address);
    lineOf(pool).inUse -= 1;
  }

  function serve(pool: string, line: Line<U>, nowMs: number, served: Set<U>): void {
    while (line.inUse < line.concurrency) {
      const user = line.ring.shift();
      if (user === undefined) return;
      if (!line.inRing.delete(user)) continue;
      const address = user.readiness.take(pool, nowMs);
      if (address === undefined) continue;
      hold(user, address, pool);
      user.allotted.push(address);
      served.add(user);
      if (user.readiness.hasReady(pool, nowMs)) join(line, user);
    }
  }

  return {
    offer(user, nowMs) {
      for (const pool of user.readiness.poolsWithReady(nowMs)) join(lineOf(pool), user);
    },
    allot(nowMs) {
      const served = new Set<U>();
      for (const [pool, line] of lines) serve(pool, line, nowMs, served);
      return served;
    },
    hold,
    release,
    remove(user) {
      for (const line of lines.values()) line.inRing.delete(user);
      for (const address of [...user.held.keys()]) release(user, address);
    },
  };
}
