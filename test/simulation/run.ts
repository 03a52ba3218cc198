import { parseArgs } from 'node:util';
import { plantedBug } from './planted/bugs.ts';
import { describeBroken } from './threads/describe.ts';
import { type Many, tellMany } from './threads/tell-many.ts';

/**
 * npm run simulate [-- --seeds N] [--from SEED] [--threads N] [--planted NAME] [--history]
 *
 * Tells stories, each from one number, and prints the first one in which a promise was broken as it
 * happened. `--history` prints the last story in any case.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    threads: { type: 'string' },
    planted: { type: 'string' },
    history: { type: 'boolean', default: false },
  },
});

const say = (line: string) => process.stderr.write(`${line}\n`);

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number < 2 ** 32) return number;
  say(`--${name} ${text}: write a whole number.`);
  process.exit(64);
}

async function simulate(): Promise<Many> {
  const seeds = wholeNumber('seeds', values.seeds);
  const from = wholeNumber('from', values.from);
  const bug = values.planted === undefined ? {} : { bug: plantedBug(values.planted).name };
  const threads =
    values.threads === undefined ? {} : { threads: wholeNumber('threads', values.threads) };
  const beganAtMs = performance.now();
  let toldAt = 0;
  let brokenAt = 0;
  const many = await tellMany({
    from,
    seeds,
    ...bug,
    ...threads,
    isTold: values.history,
    onProgress: ({ stories, broken }) => {
      // Whoever ends a long range early knows what it has found so far.
      for (const { seed, violations } of broken.slice(brokenAt)) say(`${seed}: ${violations[0]}`);
      brokenAt = broken.length;
      if (stories - toldAt < 1_000) return;
      toldAt = stories;
      say(`${stories} of ${seeds}`);
    },
  });
  const seconds = (performance.now() - beganAtMs) / 1_000;
  say(
    `${many.stories} stories (${many.commands} commands, ${many.commits} commits) in ` +
      `${seconds.toFixed(1)} s: ${(many.stories / seconds).toFixed(0)} a second`,
  );
  return many;
}

const many = await simulate();
if (values.history) process.stdout.write(`${many.lines.join('\n')}\n`);
if (many.broken.length > 0) process.stdout.write(`${await describeBroken(many, values.planted)}\n`);
else say('No promise was broken.');
process.exitCode = many.broken.length === 0 ? 0 : 1;
