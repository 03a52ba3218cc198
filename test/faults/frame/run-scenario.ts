import { rmSync } from 'node:fs';
import { createChance } from '../../simulation/world/chance.ts';
import { CHECKS } from '../checks/all.ts';
import { createPlace } from './place.ts';
import { prepare } from './prepare.ts';
import type { Scenario } from './scenario.ts';
import { createTally, type Tallied, type Tally } from './tally.ts';

export interface RunTerms {
  rounds: number;
  /** The number of the first one, on which depends what it meets. Default: 0. */
  from?: number;
  /** Once it is aborted no further round begins. */
  signal?: AbortSignal;
  /** Called after each round. */
  onRound?(round: number): void;
  /** The folders of rounds in which something was found are kept, and told here. */
  onKept?(folder: string, round: number): void;
}

const ROUND_TIMEOUT_MS = 600_000;
const AT_ONCE = 2;

/** Runs a scenario's rounds, some side by side, and tells what all of them together have found. */
export async function runScenario(scenario: Scenario, terms: RunTerms): Promise<Tallied> {
  const tally = createTally();
  const prepared = await prepare(scenario.templates);
  const { from = 0, signal } = terms;
  let next = from;
  const work = async () => {
    while (next < from + terms.rounds && signal?.aborted !== true) {
      const round = next;
      next += 1;
      await runRound(scenario, round, { prepared, tally, ...terms });
      terms.onRound?.(round);
    }
  };
  try {
    await Promise.all(Array.from({ length: scenario.atOnce ?? AT_ONCE }, work));
  } finally {
    rmSync(prepared, { recursive: true, force: true });
  }
  return tally.result();
}

async function runRound(
  scenario: Scenario,
  round: number,
  { prepared, tally, onKept }: Pick<RunTerms, 'onKept'> & { prepared: string; tally: Tally },
): Promise<void> {
  let foundCount = 0;
  const count: Tally['count'] = (measure, n, found = []) => {
    foundCount += found.length;
    const named = found.map((what) => `round ${round}: ${what}`);
    tally.count(measure, n, named);
  };
  const counting = { ...tally, count };
  const chance = createChance(seedOf(scenario.name, round));
  const place = createPlace({ prepared, chance, tally: counting });
  try {
    count('rounds', 1, await faultsOf(() => inTime(scenario.round(place, round))));
    const quiet = await place.quiet();
    for (const check of CHECKS) {
      count('rounds', 0, await faultsOf(() => check(quiet, counting)));
    }
  } finally {
    await place.endAll();
    if (foundCount > 0) onKept?.(place.folder, round);
    if (foundCount === 0 || onKept === undefined) {
      rmSync(place.folder, { recursive: true, force: true });
    }
  }
}

async function faultsOf(work: () => Promise<void>): Promise<string[]> {
  try {
    await work();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `it has not ended after ${ROUND_TIMEOUT_MS} ms`;
    timer = setTimeout(() => reject(new Error(message)), ROUND_TIMEOUT_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function seedOf(name: string, round: number): number {
  const digits = [...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7);
  return digits + Math.imul(round, 0x9e3779b1);
}
