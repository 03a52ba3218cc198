import type { TemplateSource } from '../../model/template.ts';
import { problemsError } from '../document/problem.ts';
import { sourceText } from '../source.ts';
import { fetchCommit } from './fetch.ts';
import type { GitSession } from './session.ts';
import { type ListedEntry, listTree } from './tree.ts';
import { pointerProblem, readContents } from './unpack.ts';

/** A repository at one commit, of which parts are taken. */
export interface GitPackage {
  commit: string;
  entries: ListedEntry[];
  /** Content by path. Rejects with TEMPLATE_INVALID what Git LFS keeps elsewhere. */
  read(paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** Fetches the commit that is asked for. Rejects as `fetchCommit`. */
export async function openPackage(git: GitSession, source: TemplateSource): Promise<GitPackage> {
  const commit = await fetchCommit(git, source);
  const listed = await git.read(['ls-tree', '-r', '-z', '-l', '--full-tree', commit]);
  const entries = listTree(listed.toString('utf8'), git.limits);
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  return {
    commit,
    entries,
    read: async (paths) => {
      const files = paths.flatMap((path) => byPath.get(path) ?? []);
      const contents = await readContents(git, files);
      const problems = contents.flatMap(pointerProblem);
      if (problems.length > 0) throw problemsError(sourceText(source), problems, {});
      return new Map(contents.map(({ path, content }) => [path, content]));
    },
  };
}
