import { v7 } from 'uuid';

/** New identifiers: unique, and later ones sort after earlier ones (UUID version 7, RFC 9562). */
export type Ids = () => string;

export const systemIds: Ids = () => v7();

/** A number in [0, 1). */
export type Random = () => number;

export const systemRandom: Random = Math.random;
