import type { Desk } from '../../../src/desk/desk.ts';
import type { Order } from '../../../src/model/order.ts';
import { remoteWorkerName } from '../../../src/model/remote-worker.ts';
import type { ProbeAnswer } from '../../../src/probe/probe.ts';
import type { Secrets } from '../../../src/secrets/secrets.ts';
import { createDeskLine } from '../world/desk-line.ts';
import { createNetwork, type Network } from '../world/network.ts';
import { createProcess, type Process } from '../world/process.ts';
import { createServer, type Server } from '../world/server.ts';
import { createStoreLine } from '../world/store-line.ts';
import { createWorker } from '../world/worker.ts';
import type { Stage } from './stage.ts';

/**
 * The processes of a story. `alone`: one process is server, worker and bus, as on a laptop.
 * `cluster`: two servers and their workers over a bus that outlives them all.
 */
export type Setting = 'alone' | 'cluster';

export interface Troupe {
  /** One that runs now. */
  server(): Server | undefined;
  /** The bus as people reach it, if it is there. */
  network(): Network | undefined;
  /** Kills one of them. Another one takes its place soon. */
  kill(): void;
  /** Stops one of them for a while. */
  stop(): void;
  /** Lets a server leave in peace, for another one. */
  leave(): void;
  close(): Promise<void>;
}

/** The name of the worker that is part of a server's process. */
const workerIn = ({ name }: Process) => `${name}/default`;

const SERVERS = { alone: 1, cluster: 2 };
const WORKERS = { alone: 0, cluster: 2 };

const AWAY_MS = 8_000;
const STOPPED_MS = 45_000;
const PATIENCE_MS = 10_000;
const ORDERS_IN_HAND_MAX = 20;

export function openTroupe(stage: Stage, setting: Setting): Troupe {
  const { chance, clock, chronicle, processes } = stage;
  const servers = new Map<Process, Server>();
  const workers = new Set<Process>();
  const shared = openNetwork();
  let network: Network | undefined = shared;
  const isResident = setting === 'alone' && chance.in100(50);
  let isOver = false;

  function openNetwork(): Network {
    const { promises, audience } = stage;
    return createNetwork({
      ...stage,
      onEvent: audience.hear,
      onAcknowledged: ({ messageId }) => promises.acknowledged(messageId ?? ''),
    });
  }

  function openProcess(name: string, replace: () => void): Process {
    const clockIsFastMs = setting === 'alone' ? 0 : chance.below(900) - 450;
    const process = createProcess(name, { clock, clockIsFastMs });
    processes.set(name, process);
    process.onDeath(() => {
      chronicle.note(name, () => 'is dead');
      servers.delete(process);
      workers.delete(process);
      clock.setTimer(chance.below(AWAY_MS), () => {
        if (!isOver) replace();
      });
    });
    return process;
  }

  const nameNext = (kind: string) =>
    `${kind}-${[...processes.keys()].filter((name) => name.startsWith(kind)).length + 1}`;

  function enterServer(): void {
    const process = openProcess(nameNext('server'), enterServer);
    const isAlone = setting === 'alone';
    const own = isAlone ? openNetwork() : shared;
    network = own;
    if (isAlone) process.onDeath(() => closeNetwork(own));
    const line = createStoreLine(process, stage.store, { ...stage, isWatchReliable: isAlone });
    const ownBus = own.lineOf(process);
    const systems = stage.outages.systemsOf(process);
    const { bug, records, sent } = stage;
    const wiring = { process, records, sent };
    const server = createServer(process, {
      ...stage,
      store: bug?.store?.(line, wiring) ?? line,
      bus: bug?.bus?.(ownBus, wiring) ?? ownBus,
      systems: bug?.systems?.(systems) ?? systems,
      secrets: secretsOf(process, stage.secrets),
      probe: () => probe(),
      isAlone,
      resident: isResident ? workerIn(process) : null,
    });
    const desk = bug?.desk?.(server.desk, wiring) ?? server.desk;
    servers.set(process, { ...server, desk });
    chronicle.note(process.name, () => 'begins');
    if (isAlone) serve(process, workerIn(process), { network: own, desk: () => desk });
    server.start().catch((error: unknown) => {
      chronicle.note(process.name, () => `cannot begin: ${String(error)}`);
      process.kill();
    });
  }

  function enterWorker(): void {
    const process = openProcess(nameNext('worker'), enterWorker);
    workers.add(process);
    // Some are known to outlive servers, as those that come over an API are.
    const name = chance.in100(50) ? remoteWorkerName(process.name) : process.name;
    serve(process, name, { network: shared, desk: () => pick()?.desk });
  }

  /** The worker's side of a process. */
  function serve(
    process: Process,
    name: string,
    to: { network: Network; desk(): Desk | undefined },
  ): void {
    const { records } = stage;
    const desk = createDeskLine(process, { ...stage, desk: to.desk });
    const isRecorded = ({ environment, address }: Order) =>
      records.get('resources', `${environment}/${address}`) !== undefined;
    const worker = createWorker(process, name, { ...stage, desk, isRecorded });
    void to.network
      .lineOf(process)
      .takeOrders('default', ORDERS_IN_HAND_MAX, (order) => worker.handle(order));
  }

  function closeNetwork(own: Network): void {
    if (network === own) network = undefined;
    void own.close();
  }

  async function probe(): Promise<ProbeAnswer> {
    const alive = !chance.in100(stage.weather.silence);
    if (!alive) stage.silence.lastAtMs = clock.nowMs() + 1_000;
    return { alive, detail: alive ? 'ok' : 'silence' };
  }

  const running = () => [...servers.values()].filter(({ process }) => process.isRunning);
  const pick = () => chance.pick(running());
  const pickAny = () => chance.pick([...servers.keys(), ...workers]);

  for (let count = 0; count < SERVERS[setting]; count += 1) enterServer();
  for (let count = 0; count < WORKERS[setting]; count += 1) enterWorker();

  return {
    server: pick,
    network: () => network,
    kill: () => pickAny()?.kill(),
    stop() {
      const process = pickAny();
      chronicle.note(process?.name ?? '', () => 'is stopped');
      process?.stop(chance.below(STOPPED_MS));
    },
    leave() {
      const server = pick();
      if (server === undefined) return;
      const { engine, process, stop } = server;
      chronicle.note(process.name, () => 'leaves');
      engine.drain();
      const end = () => process.kill();
      stop().then(end, end);
      clock.setTimer(PATIENCE_MS, end);
    },
    async close() {
      isOver = true;
      for (const { stop, process } of [...servers.values()]) {
        if (process.isRunning) await clock.finish(stop());
        process.kill();
      }
      for (const process of [...workers]) process.kill();
      await shared.close();
    },
  };
}

function secretsOf(process: Process, secrets: Secrets): Secrets {
  return {
    read: (path, version) => process.through(() => secrets.read(path, version)),
    write: (path, fields, expected) => process.through(() => secrets.write(path, fields, expected)),
    remove: (path) => process.through(() => secrets.remove(path)),
    list: (prefix) => process.through(() => secrets.list(prefix)),
    seal: (plain, context) => process.through(() => secrets.seal(plain, context)),
    open: (sealed, context) => process.through(() => secrets.open(sealed, context)),
    close: async () => {},
  };
}
