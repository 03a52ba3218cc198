import { readFileSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { createCommandExecutor } from '../../../src/executors/command/command.ts';
import { commandDefinition } from '../../../src/executors/command/definition.ts';
import { SecretValue } from '../../../src/platform/secret-value.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { describeExecutorContract } from './executor-contract.ts';

const SECRET = 'canary-command-5Rt1';
const APP = join(import.meta.dirname, 'thing-app');
const FILES = ['thing/adopt', 'thing/create', 'thing/destroy', 'thing/inspect', 'thing/thing.mjs'];

describeExecutorContract('command', async () => {
  const folder = temporaryFolder();
  const bundleFolder = join(folder, 'bundle');
  await cp(APP, bundleFolder, { recursive: true });
  const file = join(folder, 'world', 'thing.json');
  const spec = (size: number, token: string) => ({
    create: ['./thing/create', file] as const satisfies string[],
    destroy: ['./thing/destroy', file],
    inspect: ['./thing/inspect', file],
    env: { SIZE: size },
    input: { token: new SecretValue(token), labels: ['a', 'b'] },
    secretOutputs: ['password'],
  });
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  return {
    definition: commandDefinition,
    executor: createCommandExecutor({ settings: { path } }),
    secret: SECRET,
    bundle: {
      paths: FILES,
      read: (name) => readFileSync(join(bundleFolder, name)),
      isExecutable: (name) => !name.endsWith('.mjs'),
    },
    bundleFolder,
    first: spec(1, SECRET),
    changed: spec(2, `${SECRET}-2`),
    world: () => readFile(file, 'utf8').catch(() => null),
    damage: async () => {
      const thing = JSON.parse(await readFile(file, 'utf8'));
      await writeFile(file, JSON.stringify({ ...thing, size: '0' }));
    },
    adoption: {
      how: { id: 'id-1' },
      spec: { ...spec(1, SECRET), adopt: ['./thing/adopt', file] },
      prepare: async () => {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, JSON.stringify({ id: 'id-1', size: '7', password: 'of old' }));
      },
      rest: async () => null,
    },
  };
});
