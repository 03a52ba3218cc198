import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { z } from 'zod';

/**
 * Names one process for good: a pid alone may be another process tomorrow. `startTime` is the
 * kernel's (with the boot it counts from), or what `ps` tells where there is no /proc.
 */
export interface ProcessRecord {
  pid: number;
  startTime: string;
}

const RECORD = z.object({ pid: z.int().positive(), startTime: z.string().min(1) });

/** Writes the record (0600). A process that has ended meanwhile leaves none. */
export async function writePidFile(pidFile: string, pid: number): Promise<void> {
  const startTime = fromProc(pid) ?? (await fromPs(pid));
  if (startTime === undefined) return;
  writeFileSync(pidFile, JSON.stringify({ pid, startTime }), { mode: 0o600 });
}

export function removePidFile(pidFile: string): void {
  rmSync(pidFile, { force: true });
}

/** The process that an earlier, lost parent left running; undefined where there is none (any more). */
export async function findOrphan(pidFile: string): Promise<ProcessRecord | undefined> {
  const record = readRecord(pidFile);
  if (record === undefined) return undefined;
  return (await isAlive(record)) ? record : undefined;
}

/** False once it has ended, even if nobody has asked for its exit code yet. */
export async function isAlive(record: ProcessRecord): Promise<boolean> {
  const startTime = fromProc(record.pid) ?? (await fromPs(record.pid));
  return startTime === record.startTime;
}

function readRecord(pidFile: string): ProcessRecord | undefined {
  if (!existsSync(pidFile)) return undefined;
  try {
    return RECORD.parse(JSON.parse(readFileSync(pidFile, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Synchronous: a record must be written before anything else can happen to this process. */
function fromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may itself hold blanks and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X' || ticks === undefined) return undefined;
    return `${bootId()}:${ticks}`;
  } catch {
    return undefined;
  }
}

let knownBootId: string | undefined;

function bootId(): string {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return knownBootId;
}

const execute = promisify(execFile);

async function fromPs(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return undefined;
  try {
    const { stdout } = await execute('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
    const [, state = '', started = ''] = /^\s*(\S+)\s+(.+?)\s*$/m.exec(stdout) ?? [];
    return state === '' || state.startsWith('Z') ? undefined : started;
  } catch {
    return undefined;
  }
}
