import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** A skipped test proves nothing; this says aloud which ones were, and why. */
export function describeSkipped(tests: readonly TestCase[]): string[] {
  if (tests.length === 0) return [];
  const lines = tests.map((test) => {
    const result = test.result();
    const reason = result.state === 'skipped' ? result.note : undefined;
    return `  - [${test.project.name}] ${test.fullName}: ${reason ?? 'NO REASON GIVEN'}`;
  });
  return [
    '',
    `SKIPPED: ${tests.length} test${tests.length === 1 ? '' : 's'} did not run`,
    ...lines,
  ];
}

export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    for (const line of describeSkipped(skipped)) console.error(line);
  }
}
