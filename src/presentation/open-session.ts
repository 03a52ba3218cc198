import { openBiotope } from '../compose/seat/biotope.ts';
import type { Biotope } from '../compose/seat/contract.ts';
import type { Notice } from '../compose/seat/notice.ts';
import { type ConfigRequest, loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { chooseTarget } from '../config/target.ts';
import { systemClock } from '../platform/clock.ts';
import { createLog } from '../platform/log.ts';
import type { Logger } from '../platform/logger.ts';
import { noticeLines } from './pages/notices.ts';
import type { GlobalFlags } from './session.ts';
import { tellOutagesOnce } from './terminal/outages.ts';
import type { Screen } from './terminal/screen.ts';

/** Settings, log and data folder or server of one command. Rejects with CONFIGURATION_INVALID. */
export async function openSession(request: {
  flags: GlobalFlags;
  signal: AbortSignal;
  screen: Screen;
  command: string;
  /** Runs of which an error says how they go on: a notice would say it again. */
  told: ReadonlySet<unknown>;
}): Promise<Biotope> {
  const { flags, screen, command, told, signal } = request;
  const config = readConfig(flags);
  const log = openLog(config, { screen, levelOtherwise: 'warn' });
  const notify = (notice: Notice) => {
    if (notice.kind !== 'left') return screen.print(noticeLines(notice));
    const runs = notice.runs.filter(({ id }) => !told.has(id));
    screen.print(noticeLines({ ...notice, runs }));
  };
  const target = chooseTarget({ flags, environment: process.env });
  if (target === undefined) return openBiotope({ config, command, log, notify });
  const { openRemote } = await import('../compose/remote/remote-biotope.ts');
  return openRemote({ config, target, log, notify, signal });
}

/** On stderr. `levelOtherwise`: where the settings leave it open. */
export function openLog(
  config: Config,
  { screen, levelOtherwise }: { screen: Screen; levelOtherwise: 'info' | 'warn' },
): Logger {
  const print = (line: string) => screen.print([line.trimEnd()]);
  const { level, format } = config.log;
  const isForPeople = format === 'auto';
  const lines = createLog({
    level: level === 'auto' ? levelOtherwise : level,
    format: isForPeople ? formatFor(process.stderr) : format,
    write: print,
  });
  return isForPeople ? tellOutagesOnce(lines, { tell: print, nowMs: systemClock.nowMs }) : lines;
}

export function readConfig(flags: GlobalFlags): Config {
  return loadConfig(configRequest(flags));
}

export function configRequest(flags: GlobalFlags): ConfigRequest {
  return {
    flags: { config: flags.config, data: flags.data, logLevel: flags['log-level'] },
    environment: process.env,
    folder: process.cwd(),
  };
}

function formatFor(stream: NodeJS.WriteStream): 'human' | 'json' {
  return stream.isTTY === true ? 'human' : 'json';
}
