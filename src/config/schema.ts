import { z } from 'zod';
import { DEFAULT_LIMITS, type Limits, RESOURCES_PER_ENVIRONMENT_CEILING } from '../model/limits.ts';
import { accessSchema } from './access.ts';
import { amqp, arango, breaker, consul, postgres, vault } from './backing.ts';
import { engine } from './engine.ts';
import { expiry } from './expiry.ts';
import { count, DAY_MS, DEFAULT_CONCURRENCY, group, milliseconds } from './pieces.ts';
import { server, traces } from './server.ts';
import { terraform } from './terraform.ts';
import { webhookDelivery, webhooks } from './webhooks.ts';
import { worker } from './worker.ts';

/**
 * The one schema of all settings. Each leaf can be set in a file (`log: {level: debug}`) and by the
 * environment (`BIOTOPE_LOG_LEVEL=debug`); the loader and docs/configuration.md are made from it. `meta`
 * tells the unit of a number, and in words a default that differs from machine to machine.
 */
/** They wait for answers from elsewhere and for the disk; what they have in common is one commit. */
const DEFAULT_CALL_CONCURRENCY = 160;

function variables(pattern: RegExp, rule: string) {
  return z.array(z.string().regex(pattern, rule).max(200)).default([]);
}

function limit(name: keyof Limits, unit: string, says: string, maximum = Number.MAX_SAFE_INTEGER) {
  return z
    .int()
    .min(1)
    .max(maximum)
    .default(DEFAULT_LIMITS[name])
    .meta({ description: says, unit });
}

const limits = group({
  resourcesPerEnvironmentMax: limit(
    'resourcesPerEnvironmentMax',
    'resources',
    'Resources of one environment, each of a count by itself.',
    RESOURCES_PER_ENVIRONMENT_CEILING,
  ),
  dependenciesPerEnvironmentMax: limit(
    'dependenciesPerEnvironmentMax',
    'dependencies',
    'Dependencies between the resources of one environment.',
  ),
  commandBytesMax: limit('commandBytesMax', 'bytes', 'One command, with its parameters.'),
  nestingLevelsMax: limit(
    'nestingLevelsMax',
    'levels',
    'How deep a document, a value or a folder may be nested.',
  ),
  templateBytesMax: limit('templateBytesMax', 'bytes', 'A template.yaml.'),
  bundleBytesMax: limit('bundleBytesMax', 'bytes', "All files of a template's folder together."),
  bundleFilesMax: limit('bundleFilesMax', 'files', "Files in a template's folder."),
  repositoryBytesMax: limit(
    'repositoryBytesMax',
    'bytes',
    'One package that is fetched from Git or a registry; all modules of a template may have four times as much.',
  ),
  outputBytesMax: limit('outputBytesMax', 'bytes', 'All outputs of one resource together.'),
  stepLogBytesMax: limit('stepLogBytesMax', 'bytes', 'The log of one attempt at a step.'),
  specBytesMax: limit('specBytesMax', 'bytes', 'What stands under with of one resource.'),
  stateBytesMax: limit('stateBytesMax', 'bytes', 'The Terraform state of one resource.'),
  expressionCharactersMax: limit('expressionCharactersMax', 'characters', 'One expression.'),
} satisfies Record<keyof Limits, z.ZodType>);

const approval = group({
  waitMaxMs: z
    .int()
    .min(1_000)
    .max(365 * DAY_MS)
    .nullable()
    .default(null)
    .meta({
      description: 'Wait for an approval after which a run is cancelled; null: it waits.',
      unit: 'milliseconds',
    }),
});

const validation = group({
  probeTimeoutMs: milliseconds(5_000, 'How long one question to a status endpoint may take.'),
  probesConcurrentMax: count(16, 'Status endpoints asked at once.', 1_000),
});

const health = group({
  intervalMs: milliseconds(
    30_000,
    'How often a server asks the status endpoints of an environment.',
    1_000,
  ),
  failuresMax: count(3, 'Silences in a row after which an environment is failed.', 1_000),
});

const reconcile = group({
  jitterMs: milliseconds(
    5 * 60_000,
    'By how much at most scheduled reconciliations of a server come later, so that not all begin at once.',
    0,
  ),
});

const command = group({
  path: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('PATH of the programs of templates; null: that of this process.'),
  passEnvironment: variables(/^[A-Za-z_][A-Za-z0-9_]*$/, 'name a variable').describe(
    'Variables of this process that they may see.',
  ),
});

const hosts = z.array(
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?$/, 'name a host, or host:port')
    .max(260),
);

const catalog = group({
  gitHosts: hosts
    .default(['github.com', 'gitlab.com', 'bitbucket.org'])
    .describe('Hosts that templates and modules may be fetched from.'),
  registryHosts: hosts
    .default(['registry.terraform.io', 'registry.opentofu.org'])
    .describe('Registries that may be asked for modules.'),
  gitTimeoutMs: milliseconds(
    120_000,
    'How long fetching a template or module may take; all modules of a template may take four times as long.',
    1_000,
  ),
  passEnvironment: variables(
    /^(?!GIT_)[A-Za-z_][A-Za-z0-9_]*$/,
    "name a variable that is none of Git's own",
  ).describe('Variables that your credential helpers for Git need.'),
});

const poolName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and "-"');

const pool = z.strictObject({
  concurrency: count(
    DEFAULT_CONCURRENCY,
    'Steps at once that start a program: Terraform, commands.',
    10_000,
  ).meta({ shownDefault: 'two for each core, at least 4' }),
  callConcurrency: count(
    DEFAULT_CALL_CONCURRENCY,
    'Steps at once that only make calls: keys, secrets, what others own.',
    10_000,
  ),
});

interface Pools {
  default: z.output<typeof pool>;
  [name: string]: z.output<typeof pool>;
}

const LOG_LEVELS = ['auto', 'debug', 'info', 'warn', 'error', 'silent'] as const;

const settings = z.strictObject({
  dataFolder: z.string().min(1).default('.biotope').describe('Where everything is kept.'),
  log: group({
    level: z
      .enum(LOG_LEVELS)
      .default('auto')
      .describe('What is written to the log on stderr; auto: info for a server, else warn.'),
    format: z
      .enum(['auto', 'json', 'human'])
      .default('auto')
      .describe('auto: for people on a terminal, JSON lines elsewhere.'),
  }),
  pools: z
    .record(poolName, pool)
    .default({})
    .meta({
      description: 'Pools of workers, by name.',
      shownDefault: 'one pool, named default',
    })
    .transform((pools): Pools => ({ default: pool.parse({}), ...pools })),
  limits,
  server,
  traces,
  access: accessSchema,
  catalog,
  terraform,
  command,
  credentials: group({
    passEnvironment: variables(
      /^[A-Za-z_][A-Za-z0-9_]*\*?$/,
      'name a variable, or a beginning such as AWS_*',
    ).describe('Variables of this process that templates may name as credentials.'),
  }),
  engine,
  approval,
  expiry,
  validation,
  health,
  reconcile,
  webhooks,
  webhookDelivery,
  amqp,
  postgres,
  arango,
  consul,
  vault,
  breaker,
  worker,
});

export const configSchema = settings.refine(
  ({ postgres, arango }) => postgres.url === null || arango.url === null,
  {
    path: ['arango', 'url'],
    message: 'the data is in one store: name either postgres.url or arango.url',
  },
);

export type Config = z.output<typeof configSchema>;
