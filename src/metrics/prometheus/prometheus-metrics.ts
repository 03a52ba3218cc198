import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Described, Metrics } from '../metrics.ts';

export interface PrometheusMetrics extends Metrics {
  /** All of it in the text format of Prometheus. */
  text(): Promise<string>;
  contentType: string;
  close(): void;
}

/** With what Node tells of itself: processor, memory, loop, collections of garbage. */
export function createPrometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const told = <L extends string>({ name, help, labels }: Described<L>) => ({
    name,
    help,
    labelNames: labels,
    registers: [registry],
  });
  return {
    counter: (described) => {
      const counter = new Counter(told(described));
      return { add: (labels, amount = 1) => counter.inc(labels, amount) };
    },
    gauge: (described) => {
      const gauge = new Gauge(told(described));
      return { set: (labels, value) => gauge.set(labels, value) };
    },
    gaugeOf: (described, read) => {
      new Gauge({
        ...told(described),
        async collect() {
          const readings = await Promise.resolve()
            .then(read)
            .catch(() => undefined);
          if (readings === undefined) return;
          this.reset();
          for (const { labels, value } of readings) this.set(labels, value);
        },
      });
    },
    histogram: ({ buckets, ...described }) => {
      const histogram = new Histogram({ ...told(described), buckets: [...buckets] });
      return { observe: (labels, value) => histogram.observe(labels, value) };
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
    close: () => registry.clear(),
  };
}
