import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { publishDirectly, resource, template } from '../support/templates.ts';
import { type Benchmark, compare } from './figure.ts';
import { type IdleWhole, untilSucceeded, withIdleWhole } from './idle-whole.ts';
import { heapFlags } from './launcher.ts';

const WAVE = 100;
const MIB = 1024 * 1024;

/** Environments of three steps are made and taken down again, a hundred at a time. */
async function runMany(idle: IdleWhole, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += 2 * WAVE) {
    const names = Array.from({ length: Math.min(WAVE, to - at) }, (_, place) => `e${at + place}`);
    await wave(idle, names, (name) => ({
      type: 'environment.create',
      data: { name, template: 'sample' },
    }));
    await wave(idle, names, (name) => ({ type: 'environment.destroy', data: { name } }));
  }
}

type Command = Parameters<IdleWhole['send']>[0];

async function wave(
  idle: IdleWhole,
  names: readonly string[],
  command: (name: string) => Command,
): Promise<void> {
  const ended = untilSucceeded(idle, names.length);
  await Promise.all([ended, ...names.map((name) => idle.send(command(name)))]);
}

/** Of this process, in MiB, once what nobody needs is collected. */
function residentMib(): number {
  // What V8 keeps for later is given back as well: how much that is depends on the moment.
  global.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  return process.memoryUsage.rss() / MIB;
}

/** What a process of its own prints: its resident memory after so many runs each. */
async function printResident(counts: readonly number[]): Promise<void> {
  const resources = ['a', 'b', 'c'].map((id, at, ids) =>
    resource(id, { executor: 'idle', needs: ids.slice(Math.max(0, at - 1), at), with: { id } }),
  );
  await withIdleWhole(async (idle) => {
    await publishDirectly(idle.store, template('1.0.0', resources));
    const found: number[] = [];
    let done = 0;
    for (const count of counts) {
      await runMany(idle, done, count);
      done = count;
      found.push(residentMib());
    }
    process.stdout.write(JSON.stringify(found));
  });
}

async function residentAfter(counts: readonly number[]): Promise<number[]> {
  const args = [...heapFlags(), '--expose-gc', import.meta.filename, ...counts.map(String)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

const FULL = [1_000, 10_000];
const TINY = [20, 40];

export const memory: Benchmark = {
  name: 'memory',
  says: 'resident memory of one process after 1,000 and after 10,000 runs',
  goals: [
    {
      name: 'memory',
      unit: 'MiB after 10,000 runs',
      comparedWith: 'the same process after 1,000 runs',
      target: 1.1,
      targetIs: 'at most',
    },
  ],
  async run({ pairs, quick, say }) {
    const [few, many]: [number[], number[]] = [[], []];
    for (let pair = 0; pair < pairs; pair += 1) {
      const [after = Number.NaN, later = Number.NaN] = await residentAfter(quick ? TINY : FULL);
      say(`${after.toFixed(1)} MiB, then ${later.toFixed(1)} MiB`);
      few.push(after);
      many.push(later);
    }
    return [compare(many, few)];
  },
};

if (import.meta.main) await printResident(process.argv.slice(2).map(Number));
