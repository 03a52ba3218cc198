import type { Metrics } from '../../src/metrics/metrics.ts';

/** Where nobody looks at what is counted. */
export const noMetrics: Metrics = {
  counter: () => ({ add: () => {} }),
  gauge: () => ({ set: () => {} }),
  gaugeOf: () => {},
  histogram: () => ({ observe: () => {} }),
};
