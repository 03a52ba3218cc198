import { join } from 'node:path';
import { fetchCommit } from '../../catalog/git/fetch.ts';
import { gitCommitOf } from '../../catalog/git/folder-commit.ts';
import { unpackFolder } from '../../catalog/git/unpack.ts';
import type { Origin } from '../../catalog/publish.ts';
import { type GitSource, readSource, sourceText } from '../../catalog/source.ts';
import type { Config } from '../../config/schema.ts';
import type { BundleFile } from '../../model/template.ts';
import { withPrivateFolder } from '../../platform/private-folder.ts';
import type { Notify } from '../seat/notice.ts';
import { admitRepository, openRepository } from './repository.ts';

/** A template's folder for as long as it is worked with, and where it came from. */
export interface TemplatePlace extends Origin {
  folder: string;
}

export interface SourceRequest {
  /** A folder, or `git::…`. */
  source: string;
  config: Config;
  signal: AbortSignal;
  notify: Notify;
}

/**
 * Works with a template wherever it is. One from Git lies in a private folder that is gone
 * afterwards, however the work ends. Rejects with SOURCE_…, GIT_MISSING or LIMIT_EXCEEDED where it
 * cannot be had.
 */
export async function withSource<T>(
  request: SourceRequest,
  work: (place: TemplatePlace) => Promise<T>,
): Promise<T> {
  const source = readSource(request.source);
  if (source.kind === 'git') return withFetched(source, request, work);
  const { folder } = source;
  const commitOf = (files: readonly BundleFile[]) => gitCommitOf(folder, files);
  return work({ folder, label: folder, source: null, commitOf });
}

async function withFetched<T>(
  { kind, ...address }: GitSource,
  { config, signal, notify }: SourceRequest,
  work: (place: TemplatePlace) => Promise<T>,
): Promise<T> {
  admitRepository(address, { config, notify });
  const { host, ...source } = address;
  const label = sourceText(source);
  return withPrivateFolder(async (folder) => {
    const { limits } = config;
    const git = await openRepository(address, { config, limits, folder, signal });
    const commit = await fetchCommit(git, source);
    const target = join(folder, 'template');
    await unpackFolder(git, { commit, source, target });
    return work({ folder: target, label, source, commitOf: async () => commit });
  });
}
