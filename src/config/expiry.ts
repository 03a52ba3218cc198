import { z } from 'zod';
import { count, DAY_MS, group, milliseconds } from './pieces.ts';

function timeToLive(says: string) {
  return z
    .int()
    .min(60_000)
    .max(3_660 * DAY_MS)
    .nullable()
    .default(null)
    .meta({ description: says, unit: 'milliseconds' });
}

/** When environments end, and what a service does about it. */
export const expiry = group({
  warnBeforeMs: z
    .array(
      z
        .int()
        .min(1_000)
        .max(365 * DAY_MS),
    )
    .max(10)
    .default([DAY_MS, DAY_MS / 24])
    .meta({
      description: 'How long before its end it is told that an environment is to end.',
      unit: 'milliseconds',
    }),
  defaultTtlMs: timeToLive('Of environments for which nobody says when they end; null: they stay.'),
  maximumTtlMs: timeToLive('How far away an end may be; null: as far as people like.'),
  attemptsMax: count(5, 'Destructions begun for one planned end before it is given up.', 100),
  initialDelayMs: milliseconds(60_000, 'Pause before the second of them; pauses double.', 1_000),
  delayMaxMs: milliseconds(DAY_MS / 4, 'Longest pause between them.', 1_000),
});
