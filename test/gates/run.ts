import { budgets } from './budgets.ts';
import { commands } from './commands.ts';
import { cycles } from './cycles.ts';
import { errors } from './errors.ts';
import { floors } from './floors.ts';
import { lock } from './lock.ts';
import { purity } from './purity.ts';
import { type Gate, readTree } from './source.ts';
import { words } from './words.ts';

const GATES: Record<string, Gate> = {
  floors,
  purity,
  cycles,
  budgets,
  errors,
  words,
  lock,
  commands,
};

const files = readTree(process.cwd());
// A gate that looks at nothing would pass for ever.
if (!files.some(({ path }) => path.startsWith('src/'))) throw new Error('no source files found');

let violations = 0;
for (const [name, gate] of Object.entries(GATES)) {
  for (const { path, line, message } of gate(files)) {
    violations += 1;
    console.error(`${path}:${line} ${name}: ${message}`);
  }
}
console.log(`${Object.keys(GATES).length} gates, ${files.length} files, ${violations} violations`);
process.exitCode = violations === 0 ? 0 : 1;
