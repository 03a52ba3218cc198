import { defineConfig } from 'vitest/config';

const SECONDS = 1000;

/**
 * From quick to slow; `groupOrder` runs them one after the other, so that a broken rule is known
 * before a minute of end-to-end tests. A folder that does not exist yet is a project without tests.
 */
const PROJECTS = [
  { name: 'unit', timeoutMs: 10 * SECONDS },
  { name: 'contract', timeoutMs: 30 * SECONDS },
  { name: 'integration', timeoutMs: 60 * SECONDS },
  // Its stories are told on all cores already.
  { name: 'simulation', timeoutMs: 900 * SECONDS, oneFileAtATime: true },
  { name: 'fuzz', timeoutMs: 900 * SECONDS },
  // These mostly wait for processes that they start and kill, each in a data folder of its own.
  { name: 'faults', timeoutMs: 180 * SECONDS },
  { name: 'e2e', timeoutMs: 300 * SECONDS },
];

function project(description: (typeof PROJECTS)[number], groupOrder: number) {
  const { name, timeoutMs, oneFileAtATime = false } = description;
  return {
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
      fileParallelism: !oneFileAtATime,
      sequence: { groupOrder },
      unstubEnvs: true,
      restoreMocks: true,
    },
  };
}

// Set by .ci/run, which reads the numbers of the whole run from there.
const reportFile = process.env.BIOTOPE_TEST_REPORT;

export default defineConfig({
  test: {
    projects: PROJECTS.map(project),
    // A forgotten `.only` would silently pass everything else.
    allowOnly: false,
    reporters: ['default', './test/setup/skip-reporter.ts', ...(reportFile ? ['json'] : [])],
    ...(reportFile ? { outputFile: { json: reportFile } } : {}),
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'html'],
    },
  },
});
