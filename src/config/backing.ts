import { z } from 'zod';
import { isPath } from '../platform/paths.ts';
import { address, count, group, milliseconds, text } from './pieces.ts';

/** The systems that a server may stand on. What is not named is embedded. */

export { vault } from './vault.ts';

const name = (value: string, says: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'use letters, digits, ".", "_" and "-"')
    .default(value)
    .describe(says);

export const amqp = group({
  url: address(/^amqps?:$/, 'amqp://user:password@host:5672').describe(
    'RabbitMQ, for commands, events and orders: amqp://user:password@host:5672/vhost; null: in this process.',
  ),
  vaultPath: text('Where Vault makes its user and password, such as rabbitmq/creds/biotope.'),
  prefix: name('biotope', 'What names of exchanges and queues begin with.'),
  prefetch: count(256, 'Commands that one server has in hand at once.', 10_000),
  dispatchMax: count(
    256,
    'Steps that are ordered from the workers of a pool at once: more than it has places, so that its queue tells how much waits.',
    100_000,
  ),
});

export const postgres = group({
  url: address(/^postgres(?:ql)?:$/, 'postgres://user:password@host:5432/biotope').describe(
    'PostgreSQL, as the store: postgres://user:password@host:5432/database; null: a file in the data folder.',
  ),
  schema: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,62}$/, 'use lower-case letters, digits and "_"')
    .default('biotope')
    .describe('The schema that its tables are in; it is made where it is missing.'),
});

export const arango = group({
  url: address(/^https?:$/, 'http://host:8529').describe(
    'ArangoDB, as the store: http://host:8529; null: a file in the data folder.',
  ),
  database: name('biotope', 'Its database; it is made where it is missing.'),
  username: z.string().min(1).max(200).default('root').describe('Who asks.'),
  password: text('The password. Better in BIOTOPE_ARANGO_PASSWORD than in a file.'),
});

export const consul = group({
  url: address(/^https?:$/, 'http://127.0.0.1:8500').describe(
    'Consul, for keys and as the registry of services: http://127.0.0.1:8500; null: a file in the data folder.',
  ),
  token: text('Its ACL token. Better in BIOTOPE_CONSUL_TOKEN than in a file.'),
  vaultPath: text('Where Vault makes its tokens, such as consul/creds/biotope.'),
  datacenter: text("Its datacenter; null: the agent's own."),
  prefix: z
    .string()
    .max(200)
    .refine((path) => path === '' || isPath(path), 'use segments joined by "/"')
    .default('')
    .describe('What the keys of all templates stand below, such as biotope/keys; empty: nothing.'),
  service: name('biotope', 'The name under which a server registers itself.'),
  check: z
    .enum(['ttl', 'http'])
    .default('ttl')
    .describe(
      'How Consul sees that a server is well: the server says so, or the agent asks /readyz.',
    ),
  ttlMs: milliseconds(15_000, 'A server that is silent for longer is not well.', 1_000),
  forgetAfterMs: milliseconds(
    300_000,
    'Consul forgets a server that was not well for so long; not less than a minute.',
    60_000,
  ),
});

/** One for each system behind the server. */
export const breaker = group({
  failuresMin: count(3, 'Failures within the window that open a circuit breaker.', 1_000),
  windowMs: milliseconds(30_000, 'How long a failure counts.', 1_000),
  callTimeoutMs: milliseconds(5_000, 'How long one call to a system may take.', 100),
  probeEveryMs: milliseconds(2_000, 'How often a system that is away is asked.', 100),
});
