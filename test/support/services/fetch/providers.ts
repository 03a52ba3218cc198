import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, madeFolder } from '../place.ts';
import { buildWithGo } from './go.ts';

interface Provider {
  type: string;
  namespace: string;
  version: string;
  module: string;
  /** As Go names it: the commit of that version where its module file lacks the /vN of the tag. */
  goVersion: string;
}

const PROVIDERS: Provider[] = [
  {
    type: 'random',
    namespace: 'hashicorp',
    version: '3.9.0',
    module: 'github.com/terraform-providers/terraform-provider-random',
    goVersion: 'v1.3.2-0.20260513075824-f8d869dc98d9',
  },
  {
    type: 'vault',
    namespace: 'hashicorp',
    version: '5.9.0',
    module: 'github.com/hashicorp/terraform-provider-vault',
    goVersion: 'v1.9.1-0.20260422134934-5e9fcd457a99',
  },
  {
    type: 'rabbitmq',
    namespace: 'cyrilgdn',
    version: '1.8.0',
    module: 'github.com/cyrilgdn/terraform-provider-rabbitmq',
    goVersion: 'v1.8.0',
  },
  {
    type: 'postgresql',
    namespace: 'cyrilgdn',
    version: '1.7.1',
    module: 'github.com/terraform-providers/terraform-provider-postgresql',
    goVersion: 'v1.7.1',
  },
];

const HOST = 'registry.terraform.io';

/** Terraform's CLI configuration that takes providers from a folder, and from nowhere else. */
export async function getProviders(): Promise<string> {
  const mirror = cacheFolder('providers');
  for (const provider of PROVIDERS) await place(provider, mirror);
  const file = join(cacheFolder(), 'terraformrc');
  writeFileSync(
    file,
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  );
  return file;
}

async function place(provider: Provider, mirror: string): Promise<void> {
  const { type, namespace, version, module, goVersion } = provider;
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const folder = join(
    mirror,
    HOST,
    namespace,
    type,
    version,
    `${process.platform}_${architecture}`,
  );
  const file = join(madeFolder(folder), `terraform-provider-${type}_v${version}`);
  if (existsSync(file)) return;
  const built = await buildWithGo({
    name: `terraform-provider-${type}`,
    module,
    version: goVersion,
    linkerFlags: `-X main.version=${version}`,
  });
  copyFileSync(built, file);
}
