import { chainsOf } from './chains.ts';
import { oursAndWhole } from './command-line.ts';
import { type Benchmark, compare, inTurns, median, ratioOf } from './figure.ts';
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
      ...oursAndWhole(chains, { atOnce: AT_ONCE }),
    });
    say(`cdktn: ${median(theirs).toFixed(3)} s`);
    say(`"biotope environment create" as a whole command: ${median(whole).toFixed(3)} s,`);
    say(`${ratioOf(whole, theirs)} of it`);
    return [compare(ours, theirs)];
  },
};
