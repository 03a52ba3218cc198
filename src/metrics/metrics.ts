/**
 * What the process counts and measures, for whoever watches it. Labels are few and known before: never
 * the name of an environment, a run or a request.
 */
export interface Metrics {
  counter<L extends string = never>(described: Described<L>): Counter<L>;
  gauge<L extends string = never>(described: Described<L>): Gauge<L>;
  /** Asked for its values whenever somebody looks. What it throws leaves the values as they were. */
  gaugeOf<L extends string = never>(
    described: Described<L>,
    read: () => Reading<L>[] | Promise<Reading<L>[]>,
  ): void;
  /** `buckets`: upper bounds, in the unit of the name. */
  histogram<L extends string = never>(
    described: Described<L> & { buckets: readonly number[] },
  ): Histogram<L>;
}

export interface Described<L extends string> {
  /** With its unit: `biotope_run_duration_seconds`; of a counter `…_total`. */
  name: string;
  help: string;
  labels: readonly L[];
}

export type Labels<L extends string> = Readonly<Record<L, string>>;

export interface Reading<L extends string> {
  labels: Labels<L>;
  value: number;
}

export interface Counter<L extends string> {
  add(labels: Labels<L>, amount?: number): void;
}

export interface Gauge<L extends string> {
  set(labels: Labels<L>, value: number): void;
}

export interface Histogram<L extends string> {
  observe(labels: Labels<L>, value: number): void;
}
