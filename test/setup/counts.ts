import { readFileSync } from 'node:fs';

/** What is read of vitest's JSON report. */
export interface Report {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

export function summarize(report: Report): { line: string; isSuccess: boolean } {
  const passed = report.numPassedTests;
  const skipped = report.numPendingTests + report.numTodoTests;
  // A file that could not even be loaded has no tests to count, and is no success either.
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + unloaded;
  return {
    line: `${passed} passed, ${failed} failed, ${skipped} skipped`,
    isSuccess: report.success && failed === 0 && passed > 0,
  };
}

if (import.meta.main) {
  const { line, isSuccess } = summarize(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
  console.log(line);
  process.exitCode = isSuccess ? 0 : 1;
}
