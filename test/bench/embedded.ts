import { join } from 'node:path';
import { publishSource } from '../../src/compose/publishing/publish.ts';
import { type Biotope, openBiotope } from '../../src/compose/seat/biotope.ts';
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

/**
 * In seconds, from the command to `ok`: the first environment of a fresh data folder, then further
 * ones of the same template.
 */
export function createInTurn(
  chains: Chains,
  terms: EmbeddedTerms,
  count: number,
): Promise<number[]> {
  return withFolder((folder) => {
    const config = configurationFor(folder, terms);
    return withPublished({ folder, config, chains }, async (biotope) => {
      const times: number[] = [];
      while (times.length < count) {
        times.push(await seconds(() => createEnvironment(biotope, `number-${times.length}`)));
      }
      return times;
    });
  });
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
