import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Limits } from '../../model/limits.ts';
import type { Clock } from '../../platform/clock.ts';
import {
  fetchEnvironment,
  readingEnvironment,
  readSettings,
  type Variables,
} from './environment.ts';
import { gitError, limitError, timeoutError } from './failures.ts';
import { findGit } from './find-git.ts';
import { type GitAnswer, runGit } from './run-git.ts';

export interface GitSettings {
  /** The environment of this process: what of it Git sees is decided in `environment.ts`. */
  host: NodeJS.ProcessEnv;
  passEnvironment: readonly string[];
  /** For everything that is asked of one repository. */
  timeoutMs: number;
  limits: Limits;
}

/** One repository that is being looked at, in a private folder. */
export interface GitSession {
  url: string;
  limits: Limits;
  /** The bare repository that is fetched into. */
  repository: string;
  /** Git's answer, whether it was able to or not. Rejects where it was stopped. */
  try(args: readonly string[]): Promise<GitAnswer>;
  /** What Git answers. Rejects with the reason why it was not able to. */
  ask(args: readonly string[]): Promise<Buffer>;
  /** The same of what was fetched already, however long ago that is. */
  read(args: readonly string[], input?: string): Promise<Buffer>;
}

/** Names of 5,000 files, or of the branches and tags of a large project. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

export async function openGit(request: {
  /** Private, and empty. */
  folder: string;
  url: string;
  settings: GitSettings;
  signal: AbortSignal;
  clock: Clock;
}): Promise<GitSession> {
  const { folder, url, settings, signal, clock } = request;
  const { host, limits } = settings;
  const scratch = join(folder, 'scratch');
  const repository = join(folder, 'repository');
  await mkdir(scratch);
  const { program } = await findGit(host.PATH);
  const untilMs = clock.nowMs() + settings.timeoutMs;

  const timeLeft = () => Math.max(1, untilMs - clock.nowMs());
  const run = async (
    args: readonly string[],
    env: Variables,
    { input, timeoutMs = timeLeft() }: { input?: string | undefined; timeoutMs?: number } = {},
  ) => {
    const answer = await runGit({
      git: program,
      scratch,
      args,
      cwd: folder,
      env,
      signal,
      timeoutMs,
      outputBytesMax: ANSWER_BYTES_MAX + limits.bundleBytesMax,
      fileBytesMax: limits.repositoryBytesMax,
      ...(input === undefined ? {} : { input }),
    });
    signal.throwIfAborted();
    if (answer.process.timedOut) throw timeoutError(url, settings.timeoutMs);
    if (answer.process.outputExceeded) throw limitError(url, 'it names too much', 'bundleBytesMax');
    return answer;
  };
  const insist = async (...call: Parameters<typeof run>) => {
    const { process, stdout, stderr } = await run(...call);
    if (process.exitCode === 0) return stdout;
    throw gitError(url, stderr);
  };

  // Not from a repository that the folder for temporary files may lie in.
  const reading = { ...readingEnvironment(host), GIT_CEILING_DIRECTORIES: join(folder, '..') };
  const listed = await insist(['config', '--null', '--list'], reading);
  const own = readSettings(listed.toString('utf8'));
  const env = fetchEnvironment(host, own, settings.passEnvironment);
  await insist(['init', '--bare', '--quiet', '--template=', repository], env);
  const inside = (args: readonly string[]) => [`--git-dir=${repository}`, ...args];
  return {
    url,
    limits,
    repository,
    try: (args) => run(inside(args), env),
    ask: (args) => insist(inside(args), env),
    read: (args, input) => insist(inside(args), env, { input, timeoutMs: settings.timeoutMs }),
  };
}
