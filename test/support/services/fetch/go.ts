import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cacheFolder } from '../place.ts';
import { installed, run } from './run.ts';

export interface GoProgram {
  /** Name of the program in the cache. */
  name: string;
  module: string;
  version: string;
  /** What `go mod edit` has to change first. */
  edits?: readonly string[];
  linkerFlags?: string;
}

/**
 * Builds a program out of a module that Go's proxy has: in a copy, because Go refuses to install a
 * module whose own file replaces others. Needs `go`; a minute to some minutes of both cores.
 */
export async function buildWithGo({
  name,
  module,
  version,
  edits = [],
  linkerFlags = '',
}: GoProgram): Promise<string> {
  const program = join(cacheFolder('bin'), `${name}-${version}`);
  if (existsSync(program)) return program;
  if (installed('go') === undefined) throw new Error(`go is needed to build ${name}: install it`);
  console.error(`building ${name} ${version} (once)`);
  const environment = goEnvironment();
  const scratch = join(cacheFolder('src'), `${basename(module)}-${process.pid}`);
  try {
    const asked = await run('go', ['mod', 'download', '-json', `${module}@${version}`], {
      folder: cacheFolder('src'),
      environment,
    });
    const { Dir: source }: { Dir: string } = JSON.parse(asked);
    cpSync(source, scratch, { recursive: true });
    await run('chmod', ['-R', 'u+w', scratch]);
    const terms = { folder: scratch, environment };
    if (edits.length > 0) await run('go', ['mod', 'edit', ...edits], terms);
    await buildIn(scratch, program, linkerFlags);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return program;
}

/** Builds what lies in a folder, and puts it in its place when it is whole. */
export async function buildIn(folder: string, program: string, linkerFlags = ''): Promise<void> {
  const growing = `${program}.${process.pid}`;
  const flags = ['-trimpath', '-ldflags', `-s -w ${linkerFlags}`, '-o', growing];
  const terms = { folder, environment: goEnvironment(), timeoutMs: 1_800_000 };
  await run('nice', ['go', 'build', ...flags, '.'], terms);
  renameSync(growing, program);
}

function goEnvironment(): Record<string, string | undefined> {
  return {
    GOMODCACHE: cacheFolder('go', 'modules'),
    GOCACHE: cacheFolder('go', 'build'),
    GOFLAGS: '-modcacherw -buildvcs=false -mod=mod',
    GOTOOLCHAIN: 'local',
    CGO_ENABLED: '0',
  };
}
