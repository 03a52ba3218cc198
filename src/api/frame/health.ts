import type { Clock } from '../../platform/clock.ts';
import type { SubsystemStatus } from '../../platform/subsystems.ts';
import type { Store } from '../../store/store.ts';
import type { SystemStatus } from '../../systems/systems.ts';

/**
 * How the server is. Media type and members follow draft-inadarei-api-health-check (health+json).
 * `fail`: it cannot do its work; `warn`: it works, and something needs a look.
 */
export interface HealthReport {
  status: 'pass' | 'warn' | 'fail';
  version: string;
  /** Another one at each start. */
  serviceId: string;
  description: string;
  checks: Record<string, HealthCheck[]>;
}

export interface HealthCheck {
  status: 'pass' | 'warn' | 'fail';
  componentType: 'datastore' | 'component' | 'system';
  time: string;
  output?: string;
  /** Null: it is embedded and has none. */
  breaker?: 'closed' | 'open' | 'half-open' | null;
}

export interface Health {
  /** The same object for as long as nothing changes. */
  report(): Promise<HealthReport>;
  /** Commands are taken: as far as is known now, without waiting for anything. */
  isReady(): boolean;
}

/** What it looks at. `engine`: undefined while it begins or ends. */
interface HealthSources {
  version: string;
  instance: string;
  role: 'primary' | 'secondary';
  store: Store;
  engine(): unknown;
  /** The same list for as long as nothing changes. */
  subsystems(): readonly SubsystemStatus[];
  /** The same list for as long as nothing changes. */
  systems(): readonly SystemStatus[];
  clock: Clock;
}

const STORE_ASKED_EVERY_MS = 1_000;
const STORE_SILENT_AFTER_MS = 5_000;

/** The store is asked once a second at most, whoever asks and however often. */
export function createHealth(context: HealthSources): Health {
  const { clock, store } = context;
  let storeCheck = pass('datastore', clock.nowMs());
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  async function askStore(): Promise<void> {
    try {
      await store.publishedThrough();
      await store.find('queues', { limit: 1 });
      storeCheck = pass('datastore', clock.nowMs());
    } catch {
      storeCheck = fail('datastore', clock.nowMs(), 'The store cannot be read.');
    }
  }

  function look(): Promise<void> | undefined {
    const nowMs = clock.nowMs();
    if (asking !== undefined) {
      if (nowMs - askedAtMs > STORE_SILENT_AFTER_MS) {
        storeCheck = fail('datastore', nowMs, 'The store does not answer.');
        return undefined;
      }
      return asking;
    }
    if (nowMs - askedAtMs < STORE_ASKED_EVERY_MS) return undefined;
    askedAtMs = nowMs;
    asking = askStore().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  const summary = keepWhileSame(context);
  return {
    isReady: () => {
      void look();
      return context.engine() !== undefined && storeCheck.status !== 'fail';
    },
    async report() {
      const looking = look();
      if (looking !== undefined) await looking;
      return summary(storeCheck);
    },
  };
}

/** It is asked for all the time, and hardly ever changes. */
function keepWhileSame(context: HealthSources): (storeCheck: HealthCheck) => HealthReport {
  let kept: readonly unknown[] = [];
  let report: HealthReport | undefined;
  return (storeCheck) => {
    const isReady = context.engine() !== undefined;
    const now = [context.subsystems(), context.systems(), isReady, storeCheck];
    if (report !== undefined && now.every((part, at) => part === kept[at])) return report;
    kept = now;
    report = summarize(context, storeCheck);
    return report;
  };
}

function summarize(context: HealthSources, storeCheck: HealthCheck): HealthReport {
  const checks: HealthReport['checks'] = {};
  const systems = context.systems();
  for (const subsystem of context.subsystems()) {
    const { name } = subsystem;
    const check = name === 'store' ? storeCheck : checkOf(subsystem);
    const under = systems.find(({ system, behind }) => system === name || behind.includes(name));
    checks[name] = [under === undefined ? check : standingOn(check, under)];
  }
  for (const system of systems) {
    checks[system.system] ??= [standingOn(pass('system', system.sinceMs), system)];
  }
  const all = Object.values(checks).flat();
  const isReady = context.engine() !== undefined;
  const worst = all.some(({ status }) => status === 'fail')
    ? 'fail'
    : all.some(({ status }) => status === 'warn') || !isReady
      ? 'warn'
      : 'pass';
  return {
    status: worst,
    version: context.version,
    serviceId: context.instance,
    description: `biotope ${context.role}`,
    checks,
  };
}

function checkOf({ name, state, sinceMs }: SubsystemStatus): HealthCheck {
  const componentType = BACKING.has(name) ? 'datastore' : 'component';
  if (state === 'running') return pass(componentType, sinceMs);
  if (state === 'failed') return fail(componentType, sinceMs, 'It failed: see the log.');
  return { ...pass(componentType, sinceMs), status: 'warn', output: `It is ${state}.` };
}

/** What needs it waits, and nothing is lost: no reason to send people elsewhere. */
function standingOn(check: HealthCheck, { system, breaker, sinceMs }: SystemStatus): HealthCheck {
  if (breaker === 'closed' || check.status === 'fail') return { ...check, breaker };
  const time = new Date(sinceMs).toISOString();
  const output = `${system} does not answer: what needs it waits.`;
  return { ...check, breaker, time, status: 'warn', output };
}

const BACKING: ReadonlySet<string> = new Set(['store', 'secrets', 'keyvalue']);

function pass(componentType: HealthCheck['componentType'], atMs: number): HealthCheck {
  const embedded = componentType === 'datastore' ? { breaker: null } : {};
  return { status: 'pass', componentType, time: new Date(atMs).toISOString(), ...embedded };
}

function fail(
  componentType: HealthCheck['componentType'],
  atMs: number,
  output: string,
): HealthCheck {
  return { ...pass(componentType, atMs), status: 'fail', output };
}
