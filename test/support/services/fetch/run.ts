import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

interface Terms {
  folder?: string;
  environment?: Record<string, string | undefined>;
  timeoutMs?: number;
}

const MIB = 1024 * 1024;

/** What a program printed. Rejects with the end of what it complained about. */
export async function run(
  program: string,
  parameters: readonly string[],
  { folder, environment, timeoutMs = 900_000 }: Terms = {},
): Promise<string> {
  try {
    const { stdout } = await execute(program, parameters, {
      timeout: timeoutMs,
      maxBuffer: 64 * MIB,
      env: { ...process.env, ...environment },
      ...(folder === undefined ? {} : { cwd: folder }),
    });
    return stdout;
  } catch (error) {
    const told =
      error instanceof Error && 'stderr' in error ? String(error.stderr).slice(-2_000) : '';
    throw new Error(`${program} ${parameters.join(' ')} failed\n${told}`, { cause: error });
  }
}

/** Undefined where no folder of PATH has it, nor one of these. */
export function installed(program: string, alsoIn: readonly string[] = []): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...alsoIn];
  return folders.map((folder) => join(folder, program)).find(isProgram);
}

export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
