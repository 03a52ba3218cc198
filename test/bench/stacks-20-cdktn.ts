import { chainsOf } from './chains.ts';
import { oursAndWhole } from './command-line.ts';
import { type Benchmark, compare, type Goal, inTurns, median } from './figure.ts';
import { cdktn, deployWithCdktn } from './peers/cdktn.ts';
import { refuseQuick } from './peers/peers.ts';

const AT_ONCE = 2;

function goal(name: string): Goal {
  const comparedWith = `cdktn deploy --parallelism ${AT_ONCE}`;
  return { name, unit: 's', comparedWith, target: 0.2, targetIs: 'at most' };
}

/** Neither has any state to begin with. */
export const stacks20Cdktn: Benchmark = {
  name: 'stacks-20-cdktn',
  says: 'the 20 modules of stacks-20 by the command line of CDK Terrain',
  goals: [goal('stacks-20-cdktn'), goal('stacks-20-cdktn whole command')],
  async run({ pairs, say, quick, peersFolder }) {
    refuseQuick(quick);
    const chains = chainsOf(5, { quick });
    const packages = await cdktn(peersFolder);
    const { ours, whole, theirs } = await inTurns(pairs, {
      theirs: () => deployWithCdktn(packages, chains, { atOnce: AT_ONCE }),
      ...oursAndWhole(chains, { atOnce: AT_ONCE }),
    });
    say(`cdktn: ${median(theirs).toFixed(3)} s`);
    return [compare(ours, theirs), compare(whole, theirs)];
  },
};
