import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it, onTestFinished } from 'vitest';
import { dataPaths } from '../../../src/compose/data-folder.ts';
import type { RemoteBackend } from '../../../src/executors/terraform/backend.ts';
import { terraformDefinition } from '../../../src/executors/terraform/definition.ts';
import { createTerraformExecutor } from '../../../src/executors/terraform/terraform.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { SecretValue } from '../../../src/platform/secret-value.ts';
import { bundleIn, hostWithoutConfiguration } from '../../fixtures/terraform/bundle.ts';
import { isThere } from '../../fixtures/terraform/programs.ts';
import { ownPrefix, removeKeys } from '../../support/consul.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { describeExecutorContract } from './executor-contract.ts';
import type { ExecutorSubject } from './life.ts';

const SECRET = 'canary-tf-4Wq9';
const bundleFolder = join(import.meta.dirname, '../../fixtures/terraform/contract');

describeExecutorContract('terraform', () => openSubject('terraform'));

if (isThere('tofu')) describeExecutorContract('terraform with OpenTofu', () => openSubject('tofu'));
else it('the executor terraform with OpenTofu', ({ skip }) => skip('tofu is not on the PATH'));

describeOver(['CONSUL_URL'], 'the same with states in Consul', ({ CONSUL_URL: url }) => {
  describeExecutorContract("terraform with Consul's backend", () => {
    const path = ownPrefix();
    onTestFinished(() => removeKeys({ url, prefix: path }));
    const block = { address: new URL(url).host, scheme: 'http' };
    return openSubject('terraform', { type: 'consul', path, arguments: block });
  });
});

async function openSubject(
  binary: string,
  backend: RemoteBackend | null = null,
): Promise<ExecutorSubject> {
  const folder = temporaryFolder();
  const world = join(folder, 'world');
  await mkdir(world);
  await writeFile(join(world, 'other'), 'of somebody else');
  const spec = (mark: string, password: string) => ({
    module: './modules/marker',
    variables: { folder: world, mark, password: new SecretValue(password) },
  });
  return {
    definition: terraformDefinition,
    executor: createTerraformExecutor({
      clock: systemClock,
      folders: dataPaths(join(folder, 'data')),
      settings: { binary, host: hostWithoutConfiguration(), backend },
    }),
    secret: SECRET,
    bundle: await bundleIn(bundleFolder),
    bundleFolder,
    first: spec('first', SECRET),
    changed: spec('changed', `${SECRET}-2`),
    world: () => filesIn(world),
    // The module looks at the file again after it was made, as a provider reads what it made.
    damage: async () => {
      const file = join(world, 'made.tfstate');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace('"first"', '"changed by hand"'));
    },
    adoption: {
      how: { 'terraform_data.kept': 'kept-1' },
      spec: { ...spec('first', SECRET), module: './modules/kept' },
      prepare: () => writeFile(join(world, 'kept'), 'of old'),
      rest: async () => (await filesIn(world)).filter(({ name }) => name === 'other'),
    },
  };
}

async function filesIn(folder: string) {
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      return { name, text: await readFile(file, 'utf8'), changedAt: (await stat(file)).mtimeMs };
    }),
  );
}
