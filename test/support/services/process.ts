import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** A process of a service, told from a later one that got the same number. */
export interface ServiceProcess {
  pid: number;
  /** When it began, in the kernel's ticks. */
  startedAt: string;
}

export interface Start {
  command: readonly [string, ...string[]];
  environment: Record<string, string>;
  folder: string;
  /** Everything it writes goes to this file. */
  log: string;
  /** Of another user; only root can do that. */
  uid?: number | undefined;
  gid?: number | undefined;
}

/** It goes on when this process ends. */
export function startProcess({
  command,
  environment,
  folder,
  log,
  uid,
  gid,
}: Start): ServiceProcess {
  const [program, ...rest] = command;
  const output = openSync(log, 'a', 0o600);
  const child = spawn(program, rest, {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ['ignore', output, output],
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  child.on('error', () => {});
  child.unref();
  if (child.pid === undefined) throw new Error(`${program} cannot be started`);
  return processOf(child.pid);
}

export function processOf(pid: number): ServiceProcess {
  return { pid, startedAt: startOf(pid) ?? '' };
}

export function isAlive({ pid, startedAt }: ServiceProcess): boolean {
  return startOf(pid) === startedAt;
}

/** Undefined: there is none, or it is a zombie. */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export function signal(service: ServiceProcess, name: NodeJS.Signals): void {
  if (isAlive(service)) process.kill(service.pid, name);
}

const STOP_MS = 10_000;

/** Asks it to end, and kills it where it does not. */
export async function stopProcess(service: ServiceProcess): Promise<void> {
  signal(service, 'SIGCONT');
  signal(service, 'SIGTERM');
  const ended = await isSo(() => !isAlive(service), STOP_MS);
  if (!ended) signal(service, 'SIGKILL');
}

export async function killProcess(service: ServiceProcess): Promise<void> {
  signal(service, 'SIGKILL');
  await until(`process ${service.pid} to end`, () => !isAlive(service), STOP_MS);
}

/** Rejects with what was waited for. */
export async function until(
  what: string,
  isThere: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<void> {
  if (!(await isSo(isThere, withinMs))) throw new Error(`waited ${withinMs} ms for ${what}`);
}

async function isSo(ask: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
  const endMs = performance.now() + withinMs;
  while (performance.now() < endMs) {
    if (await ask()) return true;
    await pause(50);
  }
  return false;
}

/** Whether an address answers with one of these. */
export async function answers(url: string, statuses: readonly number[]): Promise<boolean> {
  try {
    const { status, body } = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await body?.cancel();
    return statuses.includes(status);
  } catch {
    return false;
  }
}
