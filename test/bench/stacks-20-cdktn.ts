import { chainsOf } from './chains.ts';
import { createByCommand } from './command-line.ts';
import { type Benchmark, compare, inTurns, median } from './figure.ts';
import { cdktn, deployWithCdktn } from './peers/cdktn.ts';

const AT_ONCE = 2;

export const stacks20Cdktn: Benchmark = {
  name: 'stacks-20-cdktn',
  says: 'the 20 modules of stacks-20 by "biotope environment create", and by the CLI of CDK Terrain',
  goals: [
    {
      name: 'stacks-20-cdktn',
      unit: 's',
      comparedWith: `cdktn deploy --parallelism ${AT_ONCE}`,
      target: 0.2,
      targetIs: 'at most',
    },
  ],
  async run({ pairs, say, peersFolder }) {
    const chains = chainsOf(5);
    const packages = await cdktn(peersFolder);
    const { ours, theirs } = await inTurns(pairs, {
      theirs: () => deployWithCdktn(packages, chains, { atOnce: AT_ONCE }),
      ours: () => createByCommand(chains, { atOnce: AT_ONCE }),
    });
    say(`cdktn: ${median(theirs).toFixed(3)} s`);
    return [compare(ours, theirs)];
  },
};
