import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dataPaths } from '../../../src/compose/data-folder.ts';
import { terraformSettings } from '../../../src/compose/terraform-settings.ts';
import { configSchema } from '../../../src/config/schema.ts';

it('brings all that configuration says of Terraform together', () => {
  const config = configSchema.parse({
    terraform: { binary: 'tofu', cliConfigFile: '/etc/site.tfrc' },
    credentials: { passEnvironment: ['AWS_*'] },
    limits: { stateBytesMax: 12_345_678 },
  });
  expect(terraformSettings(config, dataPaths('/data'))).toMatchObject({
    binary: 'tofu',
    cliConfigFile: '/etc/site.tfrc',
    toolsFolder: join('/data', 'tools'),
    passEnvironment: ['AWS_*'],
    stateBytesMax: 12_345_678,
    host: process.env,
  });
});
