import type { Address } from '../../model/address.ts';
import { createFifo, type Fifo } from '../../platform/fifo.ts';
import type { Lanes } from './lanes.ts';
import type { Readiness } from './readiness.ts';

/** A run as the pools see it. */
export interface PoolUser {
  readiness: Readiness;
  /** Steps it was given a place for and has not decided about yet. */
  allotted: Address[];
  /** Steps that hold a place, with their lane. */
  held: Map<Address, string>;
}

/**
 * Places in the pools' lanes. Runs with ready steps stand in a ring, each gets one place at its turn: a run
 * of three steps never waits behind the thousands of another one.
 */
export interface Pools<U extends PoolUser> {
  /** The run may have ready steps. */
  offer(user: U, nowMs: number): void;
  /** Gives free places to ready steps; returns the runs that got one. */
  allot(nowMs: number): Set<U>;
  hold(user: U, address: Address, lane: string): void;
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

export function createPools<U extends PoolUser>({ placesIn }: Pick<Lanes, 'placesIn'>): Pools<U> {
  const lines = new Map<string, Line<U>>();

  function lineOf(lane: string): Line<U> {
    const known = lines.get(lane);
    if (known !== undefined) return known;
    const concurrency = placesIn(lane);
    const line: Line<U> = { concurrency, inUse: 0, ring: createFifo(), inRing: new Set() };
    lines.set(lane, line);
    return line;
  }

  function join(line: Line<U>, user: U): void {
    if (line.inRing.has(user)) return;
    line.inRing.add(user);
    line.ring.push(user);
  }

  function hold(user: U, address: Address, lane: string): void {
    if (user.held.has(address)) return;
    user.held.set(address, lane);
    lineOf(lane).inUse += 1;
  }

  function release(user: U, address: Address): void {
    const lane = user.held.get(address);
    if (lane === undefined) return;
    user.held.delete(address);
    lineOf(lane).inUse -= 1;
  }

  function serve(lane: string, line: Line<U>, nowMs: number, served: Set<U>): void {
    while (line.inUse < line.concurrency) {
      const user = line.ring.shift();
      if (user === undefined) return;
      if (!line.inRing.delete(user)) continue;
      const address = user.readiness.take(lane, nowMs);
      if (address === undefined) continue;
      hold(user, address, lane);
      user.allotted.push(address);
      served.add(user);
      if (user.readiness.hasReady(lane, nowMs)) join(line, user);
    }
  }

  return {
    offer(user, nowMs) {
      for (const lane of user.readiness.lanesWithReady(nowMs)) join(lineOf(lane), user);
    },
    allot(nowMs) {
      const served = new Set<U>();
      for (const [lane, line] of lines) serve(lane, line, nowMs, served);
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
