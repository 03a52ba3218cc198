import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliEnd, type CliProcess, startCli } from '../../support/cli.ts';

/** A command line under way. */
export interface Running extends CliProcess {
  /** Resolves once it printed the text; rejects if it ends without. */
  says(text: string): Promise<void>;
}

/** A folder of its own in which command lines are run, as a person has it. */
export interface Place {
  folder: string;
  dataFolder: string;
  /** What its command lines have in their environment besides the test's own. */
  env: Readonly<Record<string, string>>;
  /** Writes a file below the folder and returns its path. */
  write(name: string, text: string): string;
  start(...args: string[]): Running;
  run(...args: string[]): Promise<CliEnd>;
  /** Runs with --json; rejects where stdout is not exactly one JSON document. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents of many shapes
  json(...args: string[]): Promise<{ code: number | null; document: any }>;
  /** Kills what is still running and removes the folder. */
  leave(): Promise<void>;
}

export function createPlace(given: Record<string, string> = {}): Place {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-e2e-'));
  // Contexts of whoever runs the tests are no part of them.
  const env = { XDG_CONFIG_HOME: join(folder, '.config'), ...given };
  const running = new Set<CliProcess>();

  const start = (...args: string[]): Running => {
    const cli = startCli(args, { cwd: folder, env });
    running.add(cli);
    void cli.end.then(() => running.delete(cli));
    return { ...cli, says: (text) => printed(cli, text) };
  };

  return {
    folder,
    dataFolder: join(folder, '.biotope'),
    env,
    write: (name, text) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    },
    start,
    run: (...args) => start(...args).end,
    json: async (...args) => {
      const { code, stdout } = await start(...args, '--json').end;
      return { code, document: JSON.parse(stdout) };
    },
    leave: async () => {
      for (const { child } of running) child.kill('SIGKILL');
      await Promise.all([...running].map(({ end }) => end));
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function printed(cli: CliProcess, text: string): Promise<void> {
  let end: CliEnd | undefined;
  void cli.end.then((known) => {
    end = known;
  });
  await eventually(() => {
    if (cli.printed().includes(text)) return true;
    if (end === undefined) return false;
    throw new Error(`ended with ${end.code} without ${JSON.stringify(text)}:\n${cli.printed()}`);
  });
}

/** Looks again and again until the answer is yes. The test's own time limit ends it. */
export async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await check())) {
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
  }
}

/** A process that has ended counts as ended even where nobody has asked for its exit code yet. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
}
