import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Benchmark, compare, inTurns, type Measured, seconds } from './figure.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/biotope', import.meta.url));
/** A start takes little: many are needed before a ratio of them says something. */
const STARTS_A_PAIR = 5;

const STARTS: readonly { args: string[]; target: number }[] = [
  { args: ['--version'], target: 1.3 },
  { args: ['--help'], target: 3.5 },
  { args: ['environment', 'create', '--help'], target: 3.5 },
];

/** What a person waits for before anything is done. Node's own start is what nobody can avoid. */
export const start: Benchmark = {
  name: 'start',
  says: 'from the shell to the last line of an answer that needs no data',
  goals: STARTS.map(({ args, target }) => ({
    name: `start ${args.join(' ')}`,
    unit: 's',
    comparedWith: 'node -e 0',
    target,
    targetIs: 'at most',
  })),
  async run({ pairs }) {
    const figures: Measured[] = [];
    for (const { args } of STARTS) {
      const { ours, bare } = await inTurns(pairs * STARTS_A_PAIR, {
        bare: () => seconds(() => run(process.execPath, ['-e', '0'])),
        ours: () => seconds(() => run(LAUNCHER, args)),
      });
      figures.push(compare(ours, bare));
    }
    return figures;
  },
};

function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'ignore' });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ${args.join(' ')} ended with ${code}`)),
    );
  });
}
