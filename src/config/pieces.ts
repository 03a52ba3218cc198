import { availableParallelism } from 'node:os';
import { z } from 'zod';

/** What settings are made of. */
export const DAY_MS = 24 * 3_600_000;

export function milliseconds(defaultMs: number, says: string, minimumMs = 1) {
  return z
    .int()
    .min(minimumMs)
    .max(365 * DAY_MS)
    .default(defaultMs)
    .meta({ description: says, unit: 'milliseconds' });
}

export function count(defaultCount: number, says: string, maximum = 1_000_000) {
  return z.int().min(1).max(maximum).default(defaultCount).describe(says);
}

/** A group of settings: unknown names are refused, an absent group has all its defaults. */
export function group<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape).prefault({} as z.input<z.ZodObject<S>>);
}

/** May hold a password: shown nowhere. */
export function address(protocol: RegExp, example: string) {
  return z
    .string()
    .max(2_000)
    .refine(
      (text) => URL.canParse(text) && protocol.test(new URL(text).protocol),
      `write an address such as ${example}`,
    )
    .nullable()
    .default(null);
}

export const text = (says: string) =>
  z.string().min(1).max(1_000).nullable().default(null).describe(says);

/** Terraform spends most of its time starting and waiting: more of them than cores pay. */
export const DEFAULT_CONCURRENCY = Math.max(4, 2 * availableParallelism());

/** `0.0.0.0:8420`, `[::1]:8420`, `localhost:0`; port 0 lets the system choose one. */
export const listenAddress = z
  .string()
  .max(300)
  .regex(/^(?:\[[0-9a-fA-F:.]+\]|[^:\s/@[\]]+):\d{1,5}$/, 'write HOST:PORT such as 127.0.0.1:8420')
  .refine(
    (text) => Number(text.slice(text.lastIndexOf(':') + 1)) <= 65_535,
    'a port is at most 65535',
  );
