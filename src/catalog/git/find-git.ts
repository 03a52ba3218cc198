import { BiotopeError } from '../../model/errors.ts';
import { askProgram } from '../../platform/process/ask-program.ts';
import { findProgram } from '../../platform/process/find-program.ts';

/** The first that can leave all configuration out and take settings from its environment. */
const VERSION_MIN = [2, 32] as const;
const TIMEOUT_MS = 10_000;
const OUTPUT_BYTES_MAX = 64 * 1024;

export interface GitFound {
  program: string;
  version: string;
}

/** Rejects with GIT_MISSING where there is none or a too old one; `facts.reason` says which. */
export async function findGit(path: string | undefined): Promise<GitFound> {
  const program = findProgram('git', path);
  if (program === undefined) throw missing('git was not found on the PATH');
  const answer = await askProgram({
    program,
    args: ['version'],
    env: { PATH: path ?? '', LC_ALL: 'C' },
    timeoutMs: TIMEOUT_MS,
    outputBytesMax: OUTPUT_BYTES_MAX,
  });
  const [version = '', major = '', minor = ''] = /(\d+)\.(\d+)[.\w]*/.exec(answer ?? '') ?? [];
  if (version === '') throw missing(`${program} does not say its version`);
  const isOld =
    Number(major) < VERSION_MIN[0] ||
    (Number(major) === VERSION_MIN[0] && Number(minor) < VERSION_MIN[1]);
  if (isOld) throw missing(`${program} is version ${version}, which is too old`);
  return { program, version };
}

function missing(reason: string): BiotopeError {
  const message = `${reason}. Install Git 2.32 or newer (https://git-scm.com/downloads), or publish the template from a folder.`;
  return new BiotopeError('GIT_MISSING', { message, facts: { reason } });
}
