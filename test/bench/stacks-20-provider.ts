import { chainsOf, moduleAround } from './chains.ts';
import { firstAndFurther } from './embedded.ts';
import { type Benchmark, compare, inTurns, median, ratioOf } from './figure.ts';
import { applyPlainly } from './floor.ts';
import { refuseQuick } from './peers/peers.ts';
import { RANDOM_SOURCE, randomProvider } from './peers/random-provider.ts';

const AT_ONCE = 2;

function randomModule(id: string): string {
  return `terraform {
  required_providers {
    random = {
      source = "${RANDOM_SOURCE}"
    }
  }
}
${moduleAround('random_id.it.hex')}
resource "random_id" "it" {
  byte_length = 4
  keepers = {
    from = "\${var.from}/${id}"
  }
}
`;
}

export const stacks20Provider: Benchmark = {
  name: 'stacks-20-provider',
  says: 'the chains of stacks-20 with one real provider (random) from a filesystem mirror',
  goals: [
    {
      name: 'stacks-20-provider',
      unit: 's',
      comparedWith: 'plain terraform init + apply with the same mirror',
      target: 0.8,
      targetIs: 'at most',
    },
  ],
  async run({ pairs, say, quick, peersFolder }) {
    refuseQuick(quick);
    const chains = chainsOf(5, { quick, moduleText: randomModule });
    const cliConfiguration = await randomProvider(peersFolder);
    const terms = { atOnce: AT_ONCE, cliConfiguration };
    const { floor, first, further } = await inTurns(pairs, {
      floor: () => applyPlainly(chains, terms),
      ...firstAndFurther(chains, terms),
    });
    const furtherOnes = `further environments ${ratioOf(further, floor)} of it`;
    say(`the floor: ${median(floor).toFixed(3)} s; ${furtherOnes}`);
    return [compare(first, floor)];
  },
};
