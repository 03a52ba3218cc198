import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installPeer, PeerMissingError, runPeer } from './peers.ts';

/** A program written in Go, built from its module as the module proxy has it. */
export interface GoProgram {
  name: string;
  module: string;
  /** As Go names it. */
  moduleVersion: string;
  /** What the program is to say of itself, as its authors build it. */
  linkerFlags: string;
}

/** The path of the program. Go's caches lie in the peers' folder as well. */
export async function goPeer(peersFolder: string, program: GoProgram): Promise<string> {
  const { name, module, moduleVersion, linkerFlags } = program;
  const env = {
    ...process.env,
    GOMODCACHE: join(peersFolder, 'go', 'modules'),
    GOCACHE: join(peersFolder, 'go', 'builds'),
    GOFLAGS: '-modcacherw -buildvcs=false -mod=mod',
    GOTOOLCHAIN: 'local',
    CGO_ENABLED: '0',
  };
  const folder = await installPeer(peersFolder, `${name}-${moduleVersion}`, async (cwd) => {
    const wanted = `${module}@${moduleVersion}`;
    const said = await runPeer('go', ['mod', 'download', '-json', wanted], { cwd, env });
    // Built in a copy of its own, so that its own go.mod rules.
    const source = join(cwd, 'source');
    cpSync(folderIn(said), source, { recursive: true });
    const flags = ['-trimpath', '-ldflags', `-s -w ${linkerFlags}`, '-o', join(cwd, name)];
    await runPeer('go', ['build', ...flags, '.'], { cwd: source, env });
    rmSync(source, { recursive: true, force: true });
  });
  return join(folder, name);
}

function folderIn(said: string): string {
  const answer: unknown = JSON.parse(said);
  if (typeof answer === 'object' && answer !== null && 'Dir' in answer) return String(answer.Dir);
  throw new PeerMissingError('go mod download did not say where the module is.');
}
