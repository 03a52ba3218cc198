import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** One process for good: a number alone may be another process tomorrow. */
export interface Seen {
  pid: number;
  startTime: string;
  commandLine: string;
}

/** All that run in a folder, name it in their arguments, or know it from their environment. */
export function processesOf(folder: string): Seen[] {
  return allPids()
    .filter((pid) => pid !== process.pid && knows(pid, folder))
    .flatMap((pid) => look(pid) ?? []);
}

/** The process itself and all below it. */
export function family(pid: number): Seen[] {
  const parents = new Map(allPids().map((each) => [each, parentOf(each)]));
  const isOurs = (each: number | undefined): boolean =>
    each !== undefined && each > 1 && (each === pid || isOurs(parents.get(each)));
  return [...parents.keys()].filter(isOurs).flatMap((each) => look(each) ?? []);
}

export function isAlive({ pid, startTime }: Seen): boolean {
  return look(pid)?.startTime === startTime;
}

function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function knows(pid: number, folder: string): boolean {
  const texts = ['cmdline', 'environ'].map((name) => textOf(`/proc/${pid}/${name}`));
  return texts.some((text) => text.includes(folder)) || workingFolder(pid).startsWith(folder);
}

/** Undefined once it has ended, even if nobody has asked for its exit code yet. */
function look(pid: number): Seen | undefined {
  const [state, startTime] = fields(pid, 0, 19);
  if (startTime === undefined || state === 'Z' || state === 'X') return undefined;
  const commandLine = textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim().slice(0, 200);
  return { pid, startTime, commandLine };
}

function parentOf(pid: number): number {
  return Number(fields(pid, 1)[0]);
}

/** Of /proc/PID/stat, counted behind the name, which may itself hold blanks and parentheses. */
function fields(pid: number, ...places: number[]): (string | undefined)[] {
  const stat = textOf(`/proc/${pid}/stat`);
  const all = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return places.map((place) => all[place]);
}

function workingFolder(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
