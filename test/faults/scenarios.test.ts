import { describe, expect, test } from 'vitest';
import { foundIn } from './frame/report.ts';
import { runScenario } from './frame/run-scenario.ts';
import { SCENARIOS } from './scenarios/all.ts';

describe('what was promised holds after', () => {
  test.for(SCENARIOS)('$name: $fault', { timeout: 900_000 }, async (scenario, { skip }) => {
    const hindrance = scenario.hindrance?.();
    if (hindrance !== undefined) skip(hindrance);
    const tallied = await runScenario(scenario, { rounds: scenario.rounds.ci });
    expect(tallied.measures.rounds?.n).toBe(scenario.rounds.ci);
    expect(foundIn(tallied)).toEqual([]);
  });
});
