import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishSource } from '../../src/compose/publishing/publish.ts';
import { type Stack, stacksOf, writeTemplate } from './chains.ts';
import { createEnvironment, withEmbedded } from './embedded.ts';
import { type Benchmark, type Figure, inPairs, seconds } from './figure.ts';
import { applyPlainly } from './floor.ts';

const AT_ONCE = 2;

/** A fresh data folder, from the command to `ok`; then a second environment of the same template. */
async function measure(stacks: readonly Stack[]): Promise<{ first: number; further: number }> {
  const source = mkdtempSync(join(tmpdir(), 'biotope-chains-'));
  try {
    writeTemplate(source, stacks);
    return await withEmbedded(AT_ONCE, async (biotope) => {
      const { signal } = new AbortController();
      await publishSource(biotope, source, { signal, upgrade: false, skipLock: false });
      const first = await seconds(() => createEnvironment(biotope, 'first', 'chains'));
      const further = await seconds(() => createEnvironment(biotope, 'further', 'chains'));
      return { first, further };
    });
  } finally {
    rmSync(source, { recursive: true, force: true });
  }
}

export const stacks20: Benchmark = {
  name: 'stacks-20',
  says: '20 one-resource Terraform modules in 4 chains, 2 at a time, from the command to ok',
  async run({ pairs, say }) {
    const stacks = stacksOf({ count: 4, length: 5 });
    const further: number[] = [];
    const floor = () => seconds(() => applyPlainly(stacks, { atOnce: AT_ONCE }));
    const ours = async () => {
      const measured = await measure(stacks);
      further.push(measured.further);
      return measured.first;
    };
    const result = await inPairs(pairs, ours, floor);
    const lean = await seconds(() =>
      applyPlainly(stacks, { atOnce: AT_ONCE, env: { GOGC: 'off' } }),
    );
    say(`the floor with GOGC=off, once: ${lean.toFixed(3)} s`);
    say(`a further environment of the same template: ${Math.min(...further).toFixed(3)} s`);
    return [figure(result)];
  },
};

function figure({ value, ratio }: { value: number; ratio: number }): Figure {
  return {
    name: 'stacks-20',
    value,
    unit: 's',
    comparedWith: 'plain terraform init + apply in the same order',
    ratio,
    target: 1,
    targetIs: 'at most',
    holds: ratio <= 1,
  };
}
