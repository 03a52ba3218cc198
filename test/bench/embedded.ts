import { join } from 'node:path';
import { publishSource } from '../../src/compose/publishing/publish.ts';
import { openBiotope } from '../../src/compose/seat/biotope.ts';
import type { Biotope } from '../../src/compose/seat/contract.ts';
import { type Config, configSchema } from '../../src/config/schema.ts';
import { isRunFinished } from '../../src/model/run.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { type Chains, TEMPLATE, writeTemplate } from './chains.ts';
import { seconds } from './figure.ts';
import { withFolder } from './folder.ts';
import { writeCliConfiguration } from './terraform.ts';

export interface EmbeddedTerms {
  atOnce: number;
  /** Text of Terraform's CLI configuration. */
  cliConfiguration?: string;
}

/** The settings of one measurement, everything else as users have it. */
export function configurationFor(folder: string, terms: EmbeddedTerms): Config {
  const cliConfigFile = writeCliConfiguration(folder, terms.cliConfiguration ?? '');
  return configSchema.parse({
    dataFolder: join(folder, 'data'),
    pools: { default: { concurrency: terms.atOnce } },
    terraform: { cliConfigFile },
  });
}

/** The embedded whole over a data folder of its own, in which the chains are published. */
export async function withPublished<T>(
  { folder, config, chains }: { folder: string; config: Config; chains: Chains },
  work: (biotope: Biotope) => Promise<T>,
): Promise<T> {
  const source = join(folder, 'template');
  writeTemplate(source, chains);
  const { signal } = new AbortController();
  const biotope = openBiotope({ config, command: 'bench', log: silentLogger, notify: () => {} });
  try {
    await publishSource(biotope, source, { signal, upgrade: false, skipLock: false });
    return await work(biotope);
  } finally {
    await biotope.close(signal);
  }
}

type Create = (name: string) => Promise<number>;

/** `create` tells the seconds from the command to `ok`, in a fresh data folder at first. */
function withCreate<T>(
  chains: Chains,
  terms: EmbeddedTerms,
  work: (create: Create) => Promise<T>,
): Promise<T> {
  return withFolder((folder) => {
    const config = configurationFor(folder, terms);
    return withPublished({ folder, config, chains }, (biotope) =>
      work((name) => seconds(() => createEnvironment(biotope, name))),
    );
  });
}

export function createFirst(chains: Chains, terms: EmbeddedTerms): Promise<number> {
  return withCreate(chains, terms, (create) => create('first'));
}

/** Two arms, `further` right after `first`: the second environment of the same template. */
export function firstAndFurther(chains: Chains, terms: EmbeddedTerms) {
  let furtherTime = Number.NaN;
  return {
    first: () =>
      withCreate(chains, terms, async (create) => {
        const firstTime = await create('first');
        furtherTime = await create('further');
        return firstTime;
      }),
    further: async () => furtherTime,
  };
}

async function createEnvironment(biotope: Biotope, name: string): Promise<void> {
  const command = { type: 'environment.create', data: { name, template: TEMPLATE } } as const;
  const answer = await biotope.submit(command, new AbortController().signal);
  if (answer.outcome === 'rejected' || answer.runId === null) throw new Error('not accepted');
  for (;;) {
    const run = (await biotope.store.get('runs', answer.runId))?.value;
    if (run?.status === 'succeeded') return;
    if (run !== undefined && isRunFinished(run)) throw new Error(run.failure?.message);
    await biotope.changed(100);
  }
}
