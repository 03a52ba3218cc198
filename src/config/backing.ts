import { z } from 'zod';
import { isPath } from '../platform/paths.ts';
import { count, group, milliseconds } from './pieces.ts';

/** The systems that a server may stand on. What is not named is embedded. */

/** May hold a password: shown nowhere. */
function address(protocol: RegExp, example: string) {
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

const text = (says: string) => z.string().min(1).max(1_000).nullable().default(null).describe(says);

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
  prefix: name('biotope', 'What names of exchanges and queues begin with.'),
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
  datacenter: text("Its datacenter; null: the agent's own."),
  prefix: z
    .string()
    .max(200)
    .refine((path) => path === '' || isPath(path), 'use segments joined by "/"')
    .default('')
    .describe('What the keys of all templates stand below, such as biotope/keys; empty: nothing.'),
});

export const vault = group({
  url: address(/^https?:$/, 'https://vault.example.com:8200').describe(
    'Vault or OpenBao, for secrets: https://host:8200; null: a file in the data folder.',
  ),
  token: text('A token to log in with. Better in BIOTOPE_VAULT_TOKEN than in a file.'),
  mount: z
    .string()
    .regex(/^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/, 'write the path of a mount, such as secret')
    .default('secret')
    .describe('Where its key-value engine (version 2) is mounted.'),
});

/** One for each system behind the server. */
export const breaker = group({
  failuresMin: count(3, 'Failures within the window that open a circuit breaker.', 1_000),
  windowMs: milliseconds(30_000, 'How long a failure counts.', 1_000),
  callTimeoutMs: milliseconds(5_000, 'How long one call to a system may take.', 100),
  probeEveryMs: milliseconds(2_000, 'How often a system that is away is asked.', 100),
});
