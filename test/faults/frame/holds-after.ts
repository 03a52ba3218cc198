import { describe, expect, test } from 'vitest';
import { foundIn } from './report.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

/** As many rounds of each as CI runs. */
export function holdsAfter(scenarios: readonly Scenario[]): void {
  describe('what was promised holds after', () => {
    test.for(scenarios)('$name: $fault', { timeout: 900_000 }, async (scenario, { skip }) => {
      const hindrance = scenario.hindrance?.();
      if (hindrance !== undefined) skip(hindrance);
      const tallied = await runScenario(scenario, { rounds: scenario.rounds.ci });
      expect(tallied.measures.rounds?.n).toBe(scenario.rounds.ci);
      expect(foundIn(tallied)).toEqual([]);
    });
  });
}
