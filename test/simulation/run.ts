import {
  INTERRUPTED_EXIT_CODE,
  readProgramOptions,
  refuseUsage,
  untilInterrupted,
  wholeNumber,
} from '../support/program-options.ts';
import { PLANTED_BUGS } from './planted/bugs.ts';
import { describeBroken } from './threads/describe.ts';
import { type Many, tellMany } from './threads/tell-many.ts';

const HELP = `npm run simulate [-- OPTIONS]

Tells stories, each from one number, and prints the first one in which a promise was broken as it
happened.

  --seeds N        how many stories (1000)
  --from SEED      the first one (1)
  --threads N      how many at a time (one on each core)
  --planted NAME   with a bug that is built in, until a story finds it
  --history        prints the last story in any case
  --help

Bugs that can be built in:
${PLANTED_BUGS.map(({ name, says }) => `  ${name.padEnd(32)} ${says}`).join('\n')}

It ends with 0 where no promise was broken, and with 1 where one was. Ctrl-C ends it after the stories
that are being told.
`;

const values = readProgramOptions(HELP, {
  seeds: { type: 'string', default: '1000' },
  from: { type: 'string', default: '1' },
  threads: { type: 'string' },
  planted: { type: 'string' },
  history: { type: 'boolean', default: false },
});

const say = (line: string) => process.stderr.write(`${line}\n`);

const signal = untilInterrupted(() => say('The stories that are being told come to their end.'));

function demandPlanted(name: string): void {
  if (PLANTED_BUGS.some((bug) => bug.name === name)) return;
  refuseUsage(`There is no planted bug ${name}. --help tells which there are.`);
}

async function simulate(): Promise<Many> {
  const { planted, threads } = values;
  const seeds = wholeNumber('seeds', values.seeds, { min: 1 });
  const from = wholeNumber('from', values.from);
  if (planted !== undefined) demandPlanted(planted);
  const beganAtMs = performance.now();
  let toldAt = 0;
  let brokenAt = 0;
  const many = await tellMany({
    from,
    seeds,
    signal,
    ...(planted === undefined ? {} : { bug: planted }),
    ...(threads === undefined ? {} : { threads: wholeNumber('threads', threads, { min: 1 }) }),
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
else say(`No promise was broken${signal.aborted ? ' until it was interrupted' : ''}.`);
const unbroken = signal.aborted ? INTERRUPTED_EXIT_CODE : 0;
process.exitCode = many.broken.length === 0 ? unbroken : 1;
