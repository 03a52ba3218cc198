import { DEFAULT_ENGINE_SETTINGS } from '../../src/engine/context.ts';
import { NO_WISHES } from '../../src/engine/planner/asked.ts';
import { planRun } from '../../src/engine/planner/planner.ts';
import { DEFAULT_LIMITS, RESOURCES_PER_ENVIRONMENT_CEILING } from '../../src/model/limits.ts';
import type { ResourceTemplate } from '../../src/model/template.ts';
import { resource, template } from '../support/templates.ts';
import { type Benchmark, compare, inTurns, median, seconds } from './figure.ts';
import { idleDefinitions } from './idle-whole.ts';

const LAYERS = 10;

/**
 * Layers of a count with a joint between each two, as in the template `large-graph`: a layer needs the
 * joint before it, and a joint all of its layer. Half of the resources' inputs are known after deploy.
 */
const resources = Array.from({ length: LAYERS }, (_, at): ResourceTemplate[] => [
  resource(`layer${at}`, {
    executor: 'idle',
    count: '${parameters.width}',
    needs: at === 0 ? [] : [`joint${at - 1}`],
    with: {
      prefix: `\${environment.name}/layer${at}/\${string(self.index)}`,
      after: at === 0 ? 'start' : `\${resources.joint${at - 1}.outputs.prefix}`,
    },
  }),
  resource(`joint${at}`, {
    executor: 'idle',
    needs: [`layer${at}`],
    with: { prefix: `\${environment.name}/joint${at}` },
  }),
]).flat();

const context = {
  definitions: idleDefinitions,
  settings: DEFAULT_ENGINE_SETTINGS,
  limits: {
    ...DEFAULT_LIMITS,
    resourcesPerEnvironmentMax: RESOURCES_PER_ENVIRONMENT_CEILING,
    dependenciesPerEnvironmentMax: 10 * RESOURCES_PER_ENVIRONMENT_CEILING,
  },
};

const request = {
  environment: { name: 'shop', description: '', tags: [] },
  template: {
    reference: { name: 'sample', version: '1.0.0', digest: 'sha256:0' },
    template: template('1.0.0', resources),
  },
  recorded: new Map(),
  asked: NO_WISHES,
};

/** So many resources, joints included, as often as it takes to plan `total` of them. In seconds. */
function plan(size: number, total: number): Promise<number> {
  const parameters = { width: size / LAYERS - 1 };
  return seconds(async () => {
    for (let planned = 0; planned < total; planned += size) {
      const { summary } = planRun(context, { ...request, parameters });
      if (summary.create !== size) throw new Error(`${summary.create} of ${size} are planned`);
    }
  });
}

const SMALL = 1_000;
const MIDDLE = 10_000;
const LARGE = 100_000;

/** Linear: 100,000 resources take no longer in one plan than in a hundred. */
export const planning: Benchmark = {
  name: 'plan',
  says: 'planning 100,000 resources, in plans of 1,000, 10,000 and 100,000',
  goals: [
    { name: 'plan 10,000', unit: 's', comparedWith: '1 s', target: 1, targetIs: 'at most' },
    ...[MIDDLE, LARGE].map((size) => ({
      name: `plan ${size.toLocaleString('en')} linear`,
      unit: 's per 100,000',
      comparedWith: 'plans of 1,000',
      target: 1.2,
      targetIs: 'at most' as const,
    })),
  ],
  async run({ pairs, quick }) {
    const total = quick ? SMALL : LARGE;
    const arm = (size: number) => () => plan(quick ? SMALL : size, total);
    const { small, middle, large } = await inTurns(pairs, {
      small: arm(SMALL),
      middle: arm(MIDDLE),
      large: arm(LARGE),
    });
    const one = middle.map((time) => time / (total / (quick ? SMALL : MIDDLE)));
    return [{ value: median(one), ratios: one }, compare(middle, small), compare(large, small)];
  },
};
