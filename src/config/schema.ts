import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { DEFAULT_LIMITS, type Limits, RESOURCES_PER_ENVIRONMENT_CEILING } from '../model/limits.ts';
import { isSecureUrl } from '../model/secure-url.ts';

/**
 * The one schema of all settings. Each leaf can be set in a file (`log: {level: debug}`) and by the
 * environment (`BIOTOPE_LOG_LEVEL=debug`); help texts and the loader are made from it.
 */
const DAY_MS = 24 * 3_600_000;

/** Terraform spends most of its time starting and waiting: more of them than cores pay. */
const DEFAULT_CONCURRENCY = Math.max(4, 2 * availableParallelism());

function milliseconds(defaultMs: number, says: string, minimumMs = 1) {
  return z
    .int()
    .min(minimumMs)
    .max(365 * DAY_MS)
    .default(defaultMs)
    .describe(says);
}

function count(defaultCount: number, says: string, maximum = 1_000_000) {
  return z.int().min(1).max(maximum).default(defaultCount).describe(says);
}

/** A group of settings: unknown names are refused, an absent group has all its defaults. */
function group<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape).prefault({} as z.input<z.ZodObject<S>>);
}

function variables(pattern: RegExp, rule: string) {
  return z.array(z.string().regex(pattern, rule).max(200)).default([]);
}

function limit(name: keyof Limits, maximum = Number.MAX_SAFE_INTEGER) {
  return z.int().min(1).max(maximum).default(DEFAULT_LIMITS[name]);
}

const limits = group({
  resourcesPerEnvironmentMax: limit(
    'resourcesPerEnvironmentMax',
    RESOURCES_PER_ENVIRONMENT_CEILING,
  ),
  dependenciesPerEnvironmentMax: limit('dependenciesPerEnvironmentMax'),
  commandBytesMax: limit('commandBytesMax'),
  nestingLevelsMax: limit('nestingLevelsMax'),
  templateBytesMax: limit('templateBytesMax'),
  bundleBytesMax: limit('bundleBytesMax'),
  bundleFilesMax: limit('bundleFilesMax'),
  repositoryBytesMax: limit('repositoryBytesMax'),
  outputBytesMax: limit('outputBytesMax'),
  stepLogBytesMax: limit('stepLogBytesMax'),
  specBytesMax: limit('specBytesMax'),
  stateBytesMax: limit('stateBytesMax'),
  expressionCharactersMax: limit('expressionCharactersMax'),
} satisfies Record<keyof Limits, z.ZodType>);

const engine = group({
  runLeaseMs: milliseconds(15_000, 'silence after which another process may take a run', 1_000),
  claimLeaseMs: milliseconds(15_000, 'silence after which a step counts as lost', 1_000),
  tickMs: milliseconds(500, 'how often leases and delays are looked at', 10),
  orderResendMs: milliseconds(10_000, 'when an order that nobody took is sent again', 100),
  runsActiveMax: count(200, 'runs under way at once'),
  inspectionsMax: count(5, 'looks at an unknown outcome before a person is asked', 1_000),
  lossesMax: count(5, 'attempts at a step that may end with nobody knowing how', 1_000),
  inboxKeepMs: milliseconds(7 * DAY_MS, 'how long command ids are remembered', 60_000),
  retry: group({
    attemptsMax: count(3, 'attempts at a step, the first included', 100),
    initialDelayMs: milliseconds(1_000, 'pause before the second attempt'),
    delayMaxMs: milliseconds(60_000, 'longest pause between attempts'),
  }),
});

const validation = group({
  probeTimeoutMs: milliseconds(5_000, 'how long one question to a status endpoint may take'),
  probesConcurrentMax: count(16, 'status endpoints asked at once', 1_000),
});

const terraform = group({
  binary: z.string().min(1).default('terraform').describe('terraform, tofu, or the path of one'),
  releasesUrl: z
    .string()
    .refine(isSecureUrl, 'name an https address')
    .default('https://releases.hashicorp.com')
    .describe('where `doctor --install` fetches Terraform: HashiCorp, or a mirror of it'),
  cliConfigFile: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("Terraform's CLI configuration (mirrors); null: TF_CLI_CONFIG_FILE or its default"),
  graceMs: milliseconds(
    5 * 60_000,
    'how long a Terraform that is asked to stop may take before it is killed',
    1_000,
  ),
});

const command = group({
  path: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('PATH of the applications of templates; null: that of this process'),
  passEnvironment: variables(/^[A-Za-z_][A-Za-z0-9_]*$/, 'name a variable').describe(
    'variables they may see',
  ),
});

const catalog = group({
  gitHosts: z
    .array(
      z
        .string()
        .regex(/^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?$/, 'name a host, or host:port')
        .max(260),
    )
    .default(['github.com', 'gitlab.com', 'bitbucket.org'])
    .describe('hosts that templates may be fetched from'),
  gitTimeoutMs: milliseconds(120_000, 'how long fetching a template may take', 1_000),
  passEnvironment: variables(
    /^(?!GIT_)[A-Za-z_][A-Za-z0-9_]*$/,
    "name a variable that is none of Git's own",
  ).describe('variables that your credential helpers for Git need'),
});

const poolName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and "-"');

const pool = z.strictObject({
  concurrency: count(DEFAULT_CONCURRENCY, 'steps of the pool at once', 10_000),
});

interface Pools {
  default: z.output<typeof pool>;
  [name: string]: z.output<typeof pool>;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export const configSchema = z.strictObject({
  dataFolder: z.string().min(1).default('.biotope').describe('where everything is kept'),
  log: group({
    level: z.enum(LOG_LEVELS).default('warn').describe('what is written to the log on stderr'),
    format: z
      .enum(['auto', 'json', 'human'])
      .default('auto')
      .describe('auto: for people on a terminal, JSON lines elsewhere'),
  }),
  pools: z
    .record(poolName, pool)
    .default({})
    .describe('pools of workers and how many steps each runs at once')
    .transform((pools): Pools => ({ default: { concurrency: DEFAULT_CONCURRENCY }, ...pools })),
  limits,
  catalog,
  terraform,
  command,
  credentials: group({
    passEnvironment: variables(
      /^[A-Za-z_][A-Za-z0-9_]*\*?$/,
      'name a variable, or a beginning such as AWS_*',
    ).describe('variables that templates may name as credentials'),
  }),
  engine,
  validation,
});

export type Config = z.output<typeof configSchema>;
