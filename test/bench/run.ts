import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Benchmark, Figure } from './figure.ts';
import { stacks20 } from './stacks-20.ts';
import { start } from './start.ts';
import { stepsChain, stepsFan } from './steps.ts';

/**
 * npm run bench [-- --only NAME] [--pairs N] [--json FILE]. Each figure is a ratio taken side by
 * side in one run: absolute times of one machine say little about another.
 */
const BENCHMARKS: readonly Benchmark[] = [stacks20, stepsChain, stepsFan, start];

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'string' },
    pairs: { type: 'string', default: '5' },
  },
});

const chosen = BENCHMARKS.filter(({ name }) => options.only === undefined || name === options.only);
if (chosen.length === 0) {
  const names = BENCHMARKS.map(({ name }) => name).join(', ');
  process.stderr.write(`There is no benchmark ${options.only}. There are: ${names}.\n`);
  process.exit(64);
}

const say = (line: string) => process.stderr.write(`${line}\n`);
const figures: Figure[] = [];
for (const { name, says, run } of chosen) {
  say(`${name}: ${says}`);
  figures.push(...((await run({ pairs: Number(options.pairs), say })) ?? []));
}
for (const figure of figures) {
  const { name, value, unit, comparedWith, ratio, target, targetIs, holds } = figure;
  process.stdout.write(
    `${name}: ${value.toFixed(3)} ${unit}, ${ratio.toFixed(3)} of ${comparedWith} ` +
      `(target ${targetIs} ${target}: ${holds ? 'holds' : 'MISSED'})\n`,
  );
}
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
process.exitCode = figures.every(({ holds }) => holds) ? 0 : 1;
