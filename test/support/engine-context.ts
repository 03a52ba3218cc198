import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bus } from '../../src/bus/bus.ts';
import { createLocalBus } from '../../src/bus/local/local-bus.ts';
import { DEFAULT_ENGINE_SETTINGS, type EngineContext } from '../../src/engine/context.ts';
import { soleLeadership } from '../../src/engine/leadership/leadership.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { noFailpoint } from '../../src/platform/failpoint.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { createEmbeddedSecrets } from '../../src/secrets/embedded/embedded-secrets.ts';
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { noSystems } from '../../src/systems/systems.ts';
import { createLedger } from './ledger-executor.ts';

export interface OpenedContext {
  context: EngineContext;
  close(): Promise<void>;
}

/** What the engine reaches the world through. What a test brings along stays open. */
export function createEngineContext(clock: Clock, brought: Partial<EngineContext>): OpenedContext {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-room-'));
  const secrets = createEmbeddedSecrets({ path: ':memory:', keyFile: join(folder, 'secret.key') });
  const store = brought.store ?? createSqliteStore({ path: ':memory:', clock });
  const bus: Bus = brought.bus ?? createLocalBus({ clock });
  const holder = brought.holder ?? 'room';
  let made = 0;
  const context: EngineContext = {
    secrets,
    systems: noSystems,
    probe: async () => ({ alive: true, detail: 'ok' }),
    clock,
    ids: () => `${holder}-id-${String(++made).padStart(4, '0')}`,
    random: () => 0,
    definitions: createLedger().definitions,
    settings: DEFAULT_ENGINE_SETTINGS,
    limits: DEFAULT_LIMITS,
    log: silentLogger,
    failpoint: noFailpoint,
    holder,
    residents: new Map(),
    leadership: soleLeadership(store),
    clusterEpoch: 1,
    ...brought,
    store,
    bus,
  };
  return {
    context,
    async close() {
      if (brought.bus === undefined) await bus.close();
      if (brought.store === undefined) await store.close();
      await secrets.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
