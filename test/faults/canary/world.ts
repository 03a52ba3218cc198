import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { createEmbeddedSecrets } from '../../../src/secrets/embedded/embedded-secrets.ts';
import type { Secrets } from '../../../src/secrets/secrets.ts';
import { observe, searchFolders } from '../../support/canary/observer.ts';
import { createSearch, type Hit } from '../../support/canary/search.ts';
import { plantedSecret } from '../../support/canary/secrets.ts';
import { type CliEnd, type CliProcess, startCli } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const TEMPLATES = fileURLToPath(new URL('../../fixtures/templates', import.meta.url));

interface Given {
  input?: string;
  env?: Record<string, string>;
}

/**
 * A data folder in which secrets are planted, with everything that Biotope writes or starts observed
 * for as long as the test runs. The secrets themselves lie beside it, in a folder that is the user's.
 */
export interface CanaryWorld {
  /** Where the commands are run. */
  place: string;
  dataFolder: string;
  /** The user's own file of that name. */
  ownFile(name: string): string;
  start(args: readonly string[], given?: Given): CliProcess;
  run(args: readonly string[], given?: Given): Promise<CliEnd>;
  /** Insists on the exit code 0. */
  done(args: readonly string[], given?: Given): Promise<CliEnd>;
  /** Parameters of the templates with new secrets, as JSON. */
  parameters(more?: Record<string, string>): string;
  /** The same as a file of the user's; returns `--parameters-file` and its path. */
  parametersFile(more?: Record<string, string>): string[];
  /** A switch of the template `canary` with this text; null: gone. */
  turn(name: string, text: string | null): void;
  /** Whether a resource of the template `canary` has begun since the last call. */
  hasBegun(): boolean;
  /** Works on the secret store itself. */
  withSecrets<T>(work: (secrets: Secrets) => Promise<T>): Promise<T>;
  /** From now on the newest values of these secrets are looked for as well. */
  learn(...paths: string[]): Promise<void>;
  /**
   * Ends the observation: all that was found, where secrets were seen that may be there, and every
   * command line that was seen.
   */
  end(): Promise<{ hits: Hit[]; exempt: string[]; commandLines: string[] }>;
}

/** Notes its own arguments and environment, and is Terraform from then on. */
const TERRAFORM = `#!/bin/sh
cat /proc/$$/cmdline /proc/$$/environ >> "$(dirname "$0")/switches/processes"
exec terraform "$@"
`;

function createCanaryWorld(): CanaryWorld {
  const folder = temporaryFolder();
  const [own, place, temporary] = [join(folder, 'own'), join(folder, 'place'), join(folder, 'tmp')];
  const switches = join(own, 'switches');
  for (const each of [switches, place, temporary]) mkdirSync(each, { recursive: true });
  const terraform = join(own, 'terraform');
  writeFileSync(terraform, TERRAFORM, { mode: 0o755 });
  const dataFolder = join(place, '.biotope');
  const search = createSearch();
  const observer = observe({ search, dataFolder, folders: [temporary], rootPid: process.pid });
  const printed: Hit[] = [];
  const ownFile = (name: string) => join(own, name);
  onTestFinished(async () => {
    await observer.stop();
  });

  const start: CanaryWorld['start'] = (args, { input = '', env = {} } = {}) => {
    const variables = {
      TMPDIR: temporary,
      XDG_CACHE_HOME: join(place, 'cache'),
      BIOTOPE_TERRAFORM_BINARY: terraform,
      BIOTOPE_LOG_LEVEL: 'debug',
      ...env,
    };
    const cli = startCli(args, { cwd: place, env: variables, input });
    const end = cli.end.then((ended) => {
      const what = `biotope ${args.join(' ')}`;
      printed.push(...search.hitsIn(`the answer of ${what}`, ended.stdout));
      printed.push(...search.hitsIn(`what ${what} tells`, ended.stderr));
      return ended;
    });
    return { ...cli, end };
  };
  const parameters: CanaryWorld['parameters'] = (more = {}) =>
    JSON.stringify({ password: plantedSecret(), token: plantedSecret(), switches, ...more });
  const withSecrets: CanaryWorld['withSecrets'] = async (work) => {
    const files = { path: join(dataFolder, 'secrets.db'), keyFile: join(dataFolder, 'secret.key') };
    const secrets = createEmbeddedSecrets(files);
    try {
      return await work(secrets);
    } finally {
      await secrets.close();
    }
  };

  return {
    place,
    dataFolder,
    ownFile,
    start,
    run: (args, given) => start(args, given).end,
    async done(args, given) {
      const ended = await start(args, given).end;
      expect(ended.code, `biotope ${args.join(' ')}: ${ended.stderr}`).toBe(0);
      return ended;
    },
    parameters,
    parametersFile(more) {
      const file = ownFile(`${crypto.randomUUID()}.json`);
      writeFileSync(file, parameters(more));
      return ['--parameters-file', file];
    },
    turn(name, text) {
      if (text === null) rmSync(join(switches, name), { force: true });
      else writeFileSync(join(switches, name), text);
    },
    hasBegun() {
      const journal = join(switches, 'journal');
      const isThere = existsSync(journal);
      rmSync(journal, { force: true });
      return isThere;
    },
    withSecrets,
    learn: (...paths) =>
      withSecrets(async (secrets) => {
        for (const path of paths) {
          const { _biotope: _, ...fields } = (await secrets.read(path))?.fields ?? {};
          for (const value of Object.values(fields)) search.learn(value);
        }
      }),
    async end() {
      await observer.stop();
      const processes = readFileSync(join(switches, 'processes'));
      const hits = [
        ...observer.hits,
        ...printed,
        ...search.hitsIn('arguments and environments', processes),
        ...searchFolders(search, [place, temporary]),
      ];
      const commandLines = [...observer.commandLines];
      return { hits, exempt: [...observer.exempt].sort(), commandLines };
    },
  };
}

/** A world in which the templates are published, and a secret is there that it does not know. */
export async function publishedWorld(): Promise<CanaryWorld> {
  const world = createCanaryWorld();
  for (const name of ['canary-inner', 'canary', 'untold']) {
    await world.done(['template', 'publish', join(TEMPLATES, name)]);
  }
  world.turn('issued', plantedSecret());
  return world;
}

export const CREATE = ['environment', 'create', 'one', '-t', 'canary'];

export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
