import { CHAINS, chainsOf, moduleAround } from './chains.ts';
import { createFirst } from './embedded.ts';
import { type Benchmark, compare, inTurns, median, ratioOf } from './figure.ts';
import { applyPlainly } from './floor.ts';

const LENGTH = 5;
const WORK_SECONDS = 1;

function workingModule(id: string): string {
  return `${moduleAround('terraform_data.it.output')}
resource "terraform_data" "it" {
  input = "\${var.from}/${id}"
  provisioner "local-exec" {
    command = "sleep ${WORK_SECONDS}"
  }
}
`;
}

/** As many at a time as there are chains: then each chain needs no more than its own work. */
export const stacks20Work: Benchmark = {
  name: 'stacks-20-work',
  says: `20 modules in ${CHAINS} chains with ${WORK_SECONDS} s of work in each, ${CHAINS} at a time`,
  goals: [
    {
      name: 'stacks-20-work',
      unit: 's',
      comparedWith: `the critical path (${LENGTH} times ${WORK_SECONDS} s)`,
      target: 1.2,
      targetIs: 'at most',
    },
  ],
  async run({ pairs, say, quick }) {
    const chains = chainsOf(LENGTH, { quick, moduleText: workingModule });
    const { floor, ours } = await inTurns(pairs, {
      floor: () => applyPlainly(chains, { atOnce: CHAINS }),
      ours: () => createFirst(chains, { atOnce: CHAINS }),
    });
    const ideal = ours.map(() => LENGTH * WORK_SECONDS);
    const path = `${ratioOf(floor, ideal)} of the path`;
    say(`plain terraform init + apply: ${median(floor).toFixed(3)} s, ${path}`);
    return [compare(ours, ideal)];
  },
};
