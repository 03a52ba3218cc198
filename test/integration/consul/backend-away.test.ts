import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { dataPaths } from '../../../src/compose/data-folder.ts';
import { openSystems } from '../../../src/compose/systems.ts';
import { terraformSettings } from '../../../src/compose/terraform-settings.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { ExecutorError } from '../../../src/executors/executor.ts';
import { createTerraformExecutor } from '../../../src/executors/terraform/terraform.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { TERRAFORM_BACKEND } from '../../../src/systems/systems.ts';
import { hostWithoutConfiguration } from '../../fixtures/terraform/bundle.ts';
import { CHAIN, openRig } from '../../fixtures/terraform/rig.ts';
import { startConsul } from '../../support/services/consul.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SYSTEM = 'terraform-backend:consul';

describeOver(['CONSUL_URL'], 'a backend of Terraform that goes away', () => {
  it('is a system of its own: its failures name it, and a probe tells when it is back', async () => {
    const folder = temporaryFolder();
    const consul = await startConsul({ folder: join(folder, 'consul') });
    onTestFinished(consul.stop);
    const rig = await openRig(CHAIN);
    onTestFinished(rig.close);
    const config = loadConfig({
      flags: {},
      environment: {
        BIOTOPE_TERRAFORM_BACKEND_TYPE: 'consul',
        BIOTOPE_TERRAFORM_BACKEND_URL: consul.url,
        BIOTOPE_BREAKER_PROBE_EVERY_MS: '200',
      },
      folder,
    });
    const systems = await openSystems({ config, log: silentLogger, isService: true });
    onTestFinished(systems.close);
    const paths = dataPaths(join(folder, 'data'));
    const executor = createTerraformExecutor({
      clock: systemClock,
      folders: paths,
      settings: { ...terraformSettings(config, paths), host: hostWithoutConfiguration() },
      registries: systems,
    });
    const scripts = ['true', 'true', 'true'];
    const spec = { module: './modules/chain', variables: { scripts } };
    const apply = () => executor.apply(rig.context({ spec })).catch((error: unknown) => error);

    await consul.kill();
    const error = await apply();
    if (!(error instanceof ExecutorError)) throw new Error(`it did not fail: ${String(error)}`);
    expect(error.failure.system, `${error.message} ${error.failure.detail}`).toBe(SYSTEM);
    expect(error.retryable).toBe(true);
    systems.suspect(SYSTEM);
    await until(() => systems.isAway(SYSTEM));
    expect(systems.awayAmong([TERRAFORM_BACKEND])).toBe(SYSTEM);

    await consul.start();
    await until(() => !systems.isAway(SYSTEM));
    expect(await apply()).toMatchObject({ outputs: { revision: expect.any(String) } });
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
