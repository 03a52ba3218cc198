import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { goPeer } from './go.ts';
import { installPeer, runPeer } from './peers.ts';

const VERSION = '3.9.0';
export const RANDOM_SOURCE = 'registry.terraform.io/hashicorp/random';

/**
 * A real provider, as its maker tagged it, in a filesystem mirror of unpacked packages: the CLI
 * configuration that has Terraform take it from there, and nothing from elsewhere.
 */
export async function randomProvider(peersFolder: string): Promise<string> {
  const program = await goPeer(peersFolder, {
    name: 'terraform-provider-random',
    module: 'github.com/terraform-providers/terraform-provider-random',
    // The commit of the tag: its go.mod lacks what the tag's own name would need.
    moduleVersion: 'v1.3.2-0.20260513075824-f8d869dc98d9',
    linkerFlags: `-X main.version=${VERSION}`,
  });
  const said = await runPeer('go', ['env', 'GOOS', 'GOARCH'], { cwd: dirname(program) });
  const platform = said.trim().split('\n').join('_');
  const mirror = await installPeer(peersFolder, `mirror-random-${VERSION}`, async (folder) => {
    const place = join(folder, ...RANDOM_SOURCE.split('/'), VERSION, platform);
    mkdirSync(place, { recursive: true });
    copyFileSync(program, join(place, `terraform-provider-random_v${VERSION}`));
  });
  return `provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror)}
    include = ["*/*/*"]
  }
}
`;
}
