import { type GitSession, openGit } from '../../catalog/git/session.ts';
import { requireAllowedHost, sourceText } from '../../catalog/source.ts';
import type { Config } from '../../config/schema.ts';
import type { GitAddress } from '../../model/git-address.ts';
import type { Limits } from '../../model/limits.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Notify } from '../seat/notice.ts';

/** Says that it is fetched. Rejects with SOURCE_REFUSED where configuration does not name its host. */
export function admitRepository(
  address: GitAddress,
  { config, notify }: { config: Config; notify: Notify },
): void {
  requireAllowedHost(address, config.catalog.gitHosts);
  notify({ kind: 'fetching', source: sourceText(address) });
}

/** One that was admitted. `folder`: private, and empty. */
export function openRepository(
  { url }: GitAddress,
  request: { config: Config; limits: Limits; folder: string; signal: AbortSignal },
): Promise<GitSession> {
  const { config, limits, folder, signal } = request;
  const { passEnvironment, gitTimeoutMs: timeoutMs } = config.catalog;
  const settings = { host: process.env, passEnvironment, timeoutMs, limits };
  return openGit({ folder, url, settings, signal, clock: systemClock });
}
