import { chainsOf } from './chains.ts';
import { createByCommand } from './command-line.ts';
import { type Benchmark, compare, inTurns, median } from './figure.ts';
import { applyWithTerragrunt, terragrunt } from './peers/terragrunt.ts';

const AT_ONCE = 2;

/** As a person waits for either: both are whole commands, and neither has any state to begin with. */
export const stacks20Terragrunt: Benchmark = {
  name: 'stacks-20-terragrunt',
  says: 'the 20 modules of stacks-20 by "biotope environment create", and by Terragrunt',
  goals: [
    {
      name: 'stacks-20-terragrunt',
      unit: 's',
      comparedWith: `terragrunt run --all apply --parallelism ${AT_ONCE}`,
      target: 0.8,
      targetIs: 'at most',
    },
  ],
  async run({ pairs, say, peersFolder }) {
    const chains = chainsOf(5);
    const program = await terragrunt(peersFolder);
    const byTerragrunt = (passing: 'order' | 'values') =>
      applyWithTerragrunt(program, chains, { atOnce: AT_ONCE, passing });
    const { ours, order, values } = await inTurns(pairs, {
      order: () => byTerragrunt('order'),
      ours: () => createByCommand(chains, { atOnce: AT_ONCE }),
      values: () => byTerragrunt('values'),
    });
    const toValues = median(compare(ours, values).ratios).toFixed(3);
    say(`Terragrunt that only keeps the order: ${median(order).toFixed(3)} s`);
    say(
      `one that passes outputs, as ours does: ${median(values).toFixed(3)} s, ours ${toValues} of it`,
    );
    return [compare(ours, order)];
  },
};
