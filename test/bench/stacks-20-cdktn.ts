import { chainsOf } from './chains.ts';
import { createByCommand } from './command-line.ts';
import { createInTurn } from './embedded.ts';
import { type Benchmark, compare, inTurns, median } from './figure.ts';
import { cdktn, deployWithCdktn } from './peers/cdktn.ts';
import { refuseQuick } from './peers/peers.ts';

const AT_ONCE = 2;

/** Neither has any state to begin with. */
export const stacks20Cdktn: Benchmark = {
  name: 'stacks-20-cdktn',
  says: 'the 20 modules of stacks-20 by the command line of CDK Terrain',
  goals: [
    {
      name: 'stacks-20-cdktn',
      unit: 's',
      comparedWith: `cdktn deploy --parallelism ${AT_ONCE}`,
      target: 0.2,
      targetIs: 'at most',
    },
  ],
  async run({ pairs, say, quick, peersFolder }) {
    refuseQuick(quick);
    const chains = chainsOf(5, { quick });
    const packages = await cdktn(peersFolder);
    const { ours, whole, theirs } = await inTurns(pairs, {
      theirs: () => deployWithCdktn(packages, chains, { atOnce: AT_ONCE }),
      ours: async () => (await createInTurn(chains, { atOnce: AT_ONCE }, 1))[0] ?? Number.NaN,
      whole: () => createByCommand(chains, { atOnce: AT_ONCE }),
    });
    const wholeRatio = median(compare(whole, theirs).ratios).toFixed(3);
    say(`cdktn: ${median(theirs).toFixed(3)} s`);
    say(`"biotope environment create" as a whole command: ${median(whole).toFixed(3)} s,`);
    say(`${wholeRatio} of it`);
    return [compare(ours, theirs)];
  },
};
