import { expect, it } from 'vitest';
import { environmentOf } from '../../../../src/executors/terraform/environment.ts';
import { DEFAULT_SETTINGS } from '../../../../src/executors/terraform/settings.ts';
import { workFolderAt } from '../../../../src/executors/terraform/work-folder.ts';

it('Terraform and its providers see the site’s proxy and certificates at every call, and nothing unnamed', () => {
  const host = {
    HTTPS_PROXY: 'http://proxy',
    no_proxy: 'localhost',
    SSL_CERT_FILE: '/etc/site.pem',
    AWS_SECRET_ACCESS_KEY: 'unnamed',
  };
  const settings = { ...DEFAULT_SETTINGS, host, cliConfigFile: null };
  const terraform = { settings, product: 'terraform', folder: workFolderAt('/work') } as const;
  const seen = environmentOf(terraform, { HTTPS_PROXY: 'http://own' });
  expect(seen).toMatchObject({ no_proxy: 'localhost', SSL_CERT_FILE: '/etc/site.pem' });
  expect(seen.HTTPS_PROXY).toBe('http://own');
  expect(seen).not.toHaveProperty('AWS_SECRET_ACCESS_KEY');
});
