import type { Engine } from '../../engine/engine.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { Limits } from '../../model/limits.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import type { SubsystemStatus } from '../../platform/subsystems.ts';
import type { Store } from '../../store/store.ts';
import type { AccessSettings } from '../access/settings.ts';

/** What the API asks of an engine. */
export type ApiEngine = Pick<Engine, 'submit' | 'preview'>;

export interface ApiSettings {
  /** Connections at once that follow a log or events. */
  followersMax: number;
}

/** Everything that the API reaches the world through. */
export interface ApiContext {
  version: string;
  /** Another one at each start. */
  instance: string;
  role: 'primary' | 'secondary';
  store: Store;
  access: AccessSettings;
  /** Proxies whose word is taken for where a request comes from. */
  trustedProxies: readonly string[];
  /** Undefined while it begins or ends: then commands are answered with SERVER_NOT_READY. */
  engine(): ApiEngine | undefined;
  subsystems(): SubsystemStatus[];
  limits: Limits;
  settings: ApiSettings;
  clock: Clock;
  ids: Ids;
  log: Logger;
  metrics: Metrics;
}
