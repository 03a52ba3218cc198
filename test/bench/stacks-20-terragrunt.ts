import { chainsOf } from './chains.ts';
import { oursAndWhole } from './command-line.ts';
import { type Benchmark, compare, type Goal, inTurns, median, ratioOf } from './figure.ts';
import { refuseQuick } from './peers/peers.ts';
import { applyWithTerragrunt, type Passing, terragrunt } from './peers/terragrunt.ts';

const AT_ONCE = 2;

const TERRAGRUNT = `terragrunt run --all apply --parallelism ${AT_ONCE}`;

const goal: Pick<Goal, 'unit' | 'target' | 'targetIs'> = {
  unit: 's',
  target: 0.8,
  targetIs: 'at most',
};

/** Neither has any state to begin with. */
export const stacks20Terragrunt: Benchmark = {
  name: 'stacks-20-terragrunt',
  says: 'the 20 modules of stacks-20 by Terragrunt, which only keeps their order or passes outputs on',
  goals: [
    { ...goal, name: 'stacks-20-terragrunt', comparedWith: TERRAGRUNT },
    {
      ...goal,
      name: 'stacks-20-terragrunt whole command',
      comparedWith: `${TERRAGRUNT} that passes outputs on, as ours does`,
    },
  ],
  async run({ pairs, say, quick, peersFolder }) {
    refuseQuick(quick);
    const chains = chainsOf(5, { quick });
    const program = await terragrunt(peersFolder);
    const byTerragrunt = (passing: Passing) =>
      applyWithTerragrunt(program, chains, { atOnce: AT_ONCE, passing });
    const { ours, whole, order, values } = await inTurns(pairs, {
      order: () => byTerragrunt('order'),
      ...oursAndWhole(chains, { atOnce: AT_ONCE }),
      values: () => byTerragrunt('values'),
    });
    say(`Terragrunt: ${median(order).toFixed(3)} s; passing outputs on, as ours does:`);
    say(`${median(values).toFixed(3)} s, of which ours is ${ratioOf(ours, values)}`);
    say(`"biotope environment create" as a whole command is ${ratioOf(whole, order)} of the first`);
    return [compare(ours, order), compare(whole, values)];
  },
};
