import { type Server, startServer } from '../../compose/server/server.ts';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { BiotopeError } from '../../model/errors.ts';
import { configRequest, openLog } from '../open-session.ts';
import { noticeLines } from '../pages/notices.ts';
import type { GlobalFlags, Piece, Session } from '../session.ts';
import { interrupted } from './interrupted.ts';

interface ServeFlags extends GlobalFlags {
  primary?: boolean | undefined;
  'primary-cluster-name'?: string | undefined;
  listen?: string | undefined;
  'metrics-listen'?: string | undefined;
}

interface ServeRequest {
  flags: ServeFlags;
  version: string;
  tell(piece: Piece): void;
}

/** Runs the service until it is interrupted, and ends it cleanly. */
export async function serve(
  { screen, interrupt }: Pick<Session, 'screen' | 'interrupt'>,
  { flags, version, tell }: ServeRequest,
): Promise<void> {
  const config = readServerConfig(flags);
  const log = openLog(config, { screen, levelOtherwise: 'info' });
  const server = await startServer({
    config,
    version,
    command: 'server',
    log,
    // Among the lines of the log: whatever reads those reads nothing else.
    notify: (notice) => log.info({ notice: notice.kind }, noticeLines(notice).join('; ')),
  });
  tell(announcement(server, config));
  await interrupted(interrupt.signal);
  await server.stop(new AbortController().signal);
}

function readServerConfig(flags: ServeFlags): Config {
  const { flags: global, ...request } = configRequest(flags);
  const server = {
    // A flag that was not given must not undo what the file says.
    primary: flags.primary === true ? true : undefined,
    primaryClusterName: flags['primary-cluster-name'],
    listen: flags.listen,
    metricsListen: flags['metrics-listen'],
  };
  const config = loadConfig({ ...request, flags: { ...global, server } });
  requireRole(config);
  return config;
}

function requireRole({ server: { primary, primaryClusterName } }: Config): void {
  if (primary && primaryClusterName === null) return;
  if (primary) {
    throw new BiotopeError('USAGE', {
      message:
        '--primary and --primary-cluster-name exclude each other: a primary follows no cluster.',
    });
  }
  if (primaryClusterName === null) {
    throw new BiotopeError('USAGE', {
      message:
        'Say which part this server has: --primary takes commands; a secondary needs ' +
        '--primary-cluster-name NAME.',
    });
  }
  throw new BiotopeError('SECONDARY_UNSUPPORTED', {
    message: 'This version of Biotope cannot run as a secondary yet.',
    remedy: 'Start it with --primary.',
  });
}

function announcement({ url }: Server, { dataFolder }: Config): Piece {
  return {
    lines: () => [
      `biotope server (primary) answers at ${url}`,
      `  data folder  ${dataFolder}`,
      `  try          curl ${url}/api/v1/health`,
      '  Ctrl-C ends it.',
    ],
    documents: [{ event: 'ready', role: 'primary', url, dataFolder }],
  };
}
