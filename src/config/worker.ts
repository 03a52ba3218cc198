import { z } from 'zod';
import { count, DEFAULT_CONCURRENCY, group, listenAddress, milliseconds } from './pieces.ts';

/** Of `biotope worker`, which works on the steps of a pool in a process of its own. */
export const worker = group({
  servers: z
    .array(z.string().max(2_000))
    .max(20)
    .default([])
    .describe(
      'Addresses of servers over one store, such as https://biotope.example.com: any of them is asked.',
    ),
  insecureHttp: z
    .boolean()
    .default(false)
    .describe('Plain http is used for servers on other machines: the network is trusted.'),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'use lower-case letters, digits, ".", "_" and "-"')
    .nullable()
    .default(null)
    .describe(
      "Its name, and that of its folder below workers in the data folder; null: the pool's, and a number.",
    ),
  concurrency: count(
    DEFAULT_CONCURRENCY,
    'Steps that one worker has in hand at once.',
    10_000,
  ).meta({ shownDefault: 'two for each core, at least 4' }),
  needsTerraform: z
    .boolean()
    .default(true)
    .describe('It begins only where Terraform is; false: no step of its pool needs it.'),
  listen: listenAddress
    .nullable()
    .default(null)
    .describe(
      'Where it tells whether it lives, whether it is ready, and its metrics; null: nowhere.',
    ),
  graceMs: milliseconds(
    10_000,
    'How long steps may go on after SIGTERM before they are asked to stop.',
    0,
  ),
});
