import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An entry of a tree as it is stored, whatever its name. */
export interface RawEntry {
  mode: '100644' | '100755' | '120000' | '160000' | '40000';
  name: string;
  object: string;
}

/** A repository with its work tree, for as long as the test runs. */
export interface Repository {
  folder: string;
  git(...args: string[]): string;
  write(files: Record<string, string | Uint8Array>): void;
  /** Commits everything that was written; returns the commit's id. */
  commit(files?: Record<string, string | Uint8Array>): string;
  blob(content: string): string;
  /** A tree that Git itself would not make. */
  tree(entries: readonly RawEntry[]): string;
  /** Commits a tree on a branch. */
  commitTree(branch: string, tree: string): string;
}

/** Programs are the files under `bin/`. */
export function createRepository(
  folder = mkdtempSync(join(tmpdir(), 'biotope-repo-')),
): Repository {
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const settings = ['user.name=Test', 'user.email=test@example.org', 'core.safecrlf=false'];
  const identity = settings.flatMap((setting) => ['-c', setting]);
  const run = (args: readonly string[], input?: Uint8Array) =>
    execFileSync('git', [...identity, ...args], { cwd: folder, input, encoding: 'utf8' }).trim();
  const git = (...args: string[]) => run(args);
  git('init', '--quiet', '--initial-branch=main');

  const write = (files: Record<string, string | Uint8Array>) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), content);
      if (/(?:^|\/)bin\//.test(path)) chmodSync(join(folder, path), 0o755);
    }
  };
  return {
    folder,
    git,
    write,
    commit: (files = {}) => {
      write(files);
      git('add', '--all', '--force');
      git('commit', '--quiet', '--allow-empty', '-m', 'A commit');
      return git('rev-parse', 'HEAD');
    },
    blob: (content) => run(['hash-object', '-w', '--stdin'], Buffer.from(content)),
    tree: (entries) => {
      const bytes = entries.map(({ mode, name, object }) =>
        Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(object, 'hex')]),
      );
      const args = ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'];
      return run(args, Buffer.concat(bytes));
    },
    commitTree: (branch, tree) => {
      const commit = git('commit-tree', tree, '-m', 'A commit');
      git('update-ref', `refs/heads/${branch}`, commit);
      return commit;
    },
  };
}
