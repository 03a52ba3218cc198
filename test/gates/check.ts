import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Every check runs, whatever the others say: one round shows all there is to repair. */
const CHECKS: Record<string, string[]> = {
  types: ['tsc', '--noEmit', '--pretty'],
  lint: ['biome', 'check', '--error-on-warnings', '--colors=force', '.'],
  'dead code': ['knip', '--no-progress'],
  // Without the tests: what only a test uses is dead too, unless it says `@internal`.
  'dead code without tests': ['knip', '--no-progress', '--production', '--strict'],
  gates: ['node', 'test/gates/run.ts'],
  documentation: ['node', 'test/docs/run.ts', '--check'],
};

interface Outcome {
  name: string;
  isPassed: boolean;
}

/** `npm run` has put node_modules/.bin first on the PATH, and with it the right node. */
function runCheck(name: string, [program = '', ...args]: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const finish = (isPassed: boolean) => {
      console.log(`${isPassed ? 'ok    ' : 'FAILED'} ${name}`);
      if (!isPassed) console.log(output);
      resolve({ name, isPassed });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', (error) => {
      output += `${program} cannot be started: ${error.message}; run this as "npm run check"`;
      finish(false);
    });
    child.on('close', (code) => {
      if (code !== null) finish(code === 0);
      else finish(false);
    });
  });
}

async function runAll(): Promise<Outcome[]> {
  const waiting = Object.entries(CHECKS);
  const outcomes: Outcome[] = [];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      outcomes.push(await runCheck(...next));
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane));
  return outcomes;
}

const outcomes = await runAll();
const failed = outcomes.filter(({ isPassed }) => !isPassed);
console.log(
  failed.length === 0
    ? `${outcomes.length} checks passed`
    : `${failed.length} of ${outcomes.length} checks failed: ${failed.map(({ name }) => name).join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
