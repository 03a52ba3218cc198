import { CHAINS, chainsOf } from './chains.ts';
import { firstAndFurther } from './embedded.ts';
import { type Benchmark, compare, type Goal, inTurns, median, ratioOf } from './figure.ts';
import { applyPlainly } from './floor.ts';

const AT_ONCE = 2;

function goal(name: string, target: number): Goal {
  const comparedWith = 'plain terraform init + apply in the same order';
  return { name, unit: 's', comparedWith, target, targetIs: 'at most' };
}

function stacksBenchmark(name: string, length: number): Benchmark {
  const count = CHAINS * length;
  return {
    name,
    says: `${count} one-resource Terraform modules in ${CHAINS} chains, ${AT_ONCE} at a time, from the command to ok`,
    goals: [goal(`${name} first apply`, 0.9), goal(`${name} further environments`, 0.6)],
    async run({ pairs, say, quick }) {
      const chains = chainsOf(length, { quick });
      const plainly = (env = {}) => applyPlainly(chains, { atOnce: AT_ONCE, env });
      const { floor, lean, first, further } = await inTurns(pairs, {
        floor: () => plainly(),
        ...firstAndFurther(chains, { atOnce: AT_ONCE }),
        lean: () => plainly({ GOGC: 'off' }),
      });
      say(`the floor: ${median(floor).toFixed(3)} s; with GOGC=off ${median(lean).toFixed(3)} s`);
      say(`of that one: first ${ratioOf(first, lean)}, further ${ratioOf(further, lean)}`);
      return [compare(first, floor), compare(further, floor)];
    },
  };
}

export const stacks20 = stacksBenchmark('stacks-20', 5);
export const stacks100 = stacksBenchmark('stacks-100', 25);
