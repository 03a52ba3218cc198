import type fc from 'fast-check';

/**
 * Something that takes what comes from outside. It may refuse an input with a BiotopeError or with a
 * list of problems; whatever else it throws is a fault.
 */
export interface Target<T = unknown> {
  name: string;
  /** How many of all inputs go here, against the others. */
  weight: number;
  /** Makes what inputs are tried on; made anew for each batch. */
  open(): Promise<Trial<T>>;
}

export type Verdict = 'taken' | 'refused';

export interface Trial<T> {
  inputs: fc.Arbitrary<T>;
  /** Throws, or rejects: with a BiotopeError where it refuses the input, with anything else for a fault. */
  try(input: T): Verdict | Promise<Verdict>;
  close?(): Promise<void>;
}
