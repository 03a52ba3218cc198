import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isRunFinished } from '../../../src/model/run.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Chance } from '../../simulation/world/chance.ts';
import { type CliEnd, runCli, startCli } from '../../support/cli.ts';
import { TEMPLATES } from './prepare.ts';
import { family, isAlive, processesOf, type Seen } from './processes.ts';
import type { Place, QuietPlace } from './scenario.ts';
import type { Tally } from './tally.ts';
import { observedTerraform } from './terraform.ts';

const EVENTS_MAX = 1_000;
const RESUMES_MAX = 5;
/** An interrupted Terraform ends within seconds. */
const QUIET_WITHIN_MS = 20_000;

/** `prepared`: a data folder in which the templates are published already. */
export function createPlace(terms: { prepared: string; chance: Chance; tally: Tally }): Place & {
  /** Waits until no process is left. */
  quiet(withinMs?: number): Promise<QuietPlace>;
  /** Nothing outlives the place. */
  endAll(): Promise<void>;
} {
  const { chance, tally } = terms;
  const folder = mkdtempSync(join(tmpdir(), 'biotope-fault-'));
  const dataFolder = join(folder, '.biotope');
  const ledger = join(folder, 'ledger');
  cpSync(terms.prepared, folder, { recursive: true, preserveTimestamps: true });
  const accepted = new Set<string>();
  const spared = new Set<number>();
  const endings: (() => Promise<void>)[] = [];
  let below: Seen[] = [];
  let hasDied = false;

  const reading = createReading(dataFolder);
  const { read } = reading;

  const commands = createCommands(folder);
  const { biotope } = commands;

  async function died(): Promise<void> {
    hasDied = true;
    const inbox = await read((store) => store.find('inbox'));
    for (const { value } of inbox) if (value.runId !== null) accepted.add(value.runId);
  }

  async function afterDeath(end: CliEnd, what: string): Promise<CliEnd> {
    // It may have come to its end first.
    if (end.signal !== 'SIGKILL') return end;
    tally.happened(what);
    await died();
    return end;
  }

  const unfinished = (environment: string) =>
    read(async (store) => {
      const runs = await store.find('runs', { where: { environment } });
      return runs.map(({ value }) => value).filter((run) => !isRunFinished(run));
    });

  /** From the next process's beginning to the first thing that it did for the run. */
  async function timeResumption(runId: string, startedAtMs: number): Promise<void> {
    const events = await read((store) => store.events({ runId, limit: EVENTS_MAX }));
    const first = events.find(({ event }) => event.atMs >= startedAtMs);
    if (first !== undefined) tally.time('resume', first.event.atMs - startedAtMs);
  }

  async function settle(environment: string): Promise<void> {
    for (let turn = 0; turn < RESUMES_MAX; turn += 1) {
      const [first] = await unfinished(environment);
      if (first === undefined) return;
      const startedAtMs = Date.now();
      await biotope(['run', 'resume', environment]);
      if (hasDied) await timeResumption(first.id, startedAtMs);
      hasDied = false;
    }
  }

  const left = () =>
    [...processesOf(folder), ...below.filter(isAlive)].filter(({ pid }) => !spared.has(pid));

  const place: Place = {
    folder,
    dataFolder,
    ledger,
    chance,
    ...tally,
    effects: () =>
      existsSync(ledger) ? readFileSync(ledger, 'utf8').split('\n').filter(Boolean) : [],
    ...commands,
    ...reading,
    fixture: (template) => join(TEMPLATES, template),
    afterwards: (work) => endings.push(work),
    async kill(process) {
      const { pid = 0 } = process.child;
      if (process.child.exitCode === null) {
        below.push(...family(pid).filter((one) => one.pid !== pid));
      }
      process.child.kill('SIGKILL');
      return afterDeath(await process.end, 'kill -9');
    },
    async dieAt(failpoint, args) {
      const end = await biotope(args, { BIOTOPE_FAILPOINT: failpoint });
      return afterDeath(end, `kill -9 at ${failpoint.split(':')[0]}`);
    },
    died,
    settle,
    spare: (pid) => spared.add(pid),
  };
  return {
    ...place,
    async quiet(withinMs = QUIET_WITHIN_MS) {
      const untilMs = Date.now() + withinMs;
      while (left().length > 0 && Date.now() < untilMs) await pause(20);
      below = below.filter(isAlive);
      return { ...place, accepted, left: left().map((one) => `${one.pid} ${one.commandLine}`) };
    },
    async endAll() {
      for (const end of endings.reverse()) await end().catch(() => {});
      for (const { pid } of [...processesOf(folder), ...below.filter(isAlive)]) kill(pid);
    },
  };
}

function createCommands(folder: string): Pick<Place, 'start' | 'biotope' | 'done' | 'document'> {
  const observed = observedTerraform(folder);
  const options = (env = {}) => ({ cwd: folder, env: { ...observed, ...env } });
  const commands: ReturnType<typeof createCommands> = {
    start: (args, env) => startCli(args, options(env)),
    biotope: (args, env) => runCli(args, options(env)),
    async done(args, env) {
      const end = await commands.biotope(args, env);
      assert.equal(end.code, 0, `biotope ${args.join(' ')}: ${end.stdout}${end.stderr}`);
      return end;
    },
    async document(args) {
      return JSON.parse((await commands.done([...args, '--json'])).stdout);
    },
  };
  return commands;
}

/** Of the data folder, or of what is named later. */
function createReading(dataFolder: string): Pick<Place, 'read' | 'readFrom'> {
  let open: () => Promise<Store> = async () =>
    createSqliteStore({ path: join(dataFolder, 'store.db'), clock: systemClock, readOnly: true });
  return {
    async read(look) {
      const store = await open();
      try {
        return await look(store);
      } finally {
        await store.close();
      }
    },
    readFrom: (other) => {
      open = other;
    },
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
