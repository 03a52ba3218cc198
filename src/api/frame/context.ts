import type { Command } from '../../bus/messages/commands.ts';
import type { ImpactDocument, PlanDocument } from '../../documents/plan.ts';
import type { OrderDesk } from '../../engine/desk/order-desk.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { Limits } from '../../model/limits.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import type { SubsystemStatus } from '../../platform/subsystems.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import type { Store } from '../../store/store.ts';
import type { SystemStatus } from '../../systems/systems.ts';
import type { Tracer } from '../../tracing/tracer.ts';
import type { AccessSettings } from '../access/settings.ts';
import type { Workshop } from './workshop.ts';

/** What the API asks of an engine. */
export type ApiEngine = Pick<Engine, 'submit'>;

type Preview = Extract<
  Command,
  { type: 'environment.create' | 'environment.update' | 'environment.destroy' }
>;

interface Looking {
  /** As the one who asks may see it. */
  store: Store;
  /** In each executor's own words as well: starts what they start to look. */
  withDifferences: boolean;
  signal: AbortSignal;
}

/** What would be done. Nothing is changed. */
export interface ApiPlans {
  plan(terms: Looking & { command: Preview }): Promise<PlanDocument>;
  /** `environments`: undefined: all that are made from the template. */
  impact(
    terms: Looking & { template: string; environments: readonly string[] | undefined },
  ): Promise<ImpactDocument>;
}

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
  secrets: Secrets;
  access: AccessSettings;
  /** Proxies whose word is taken for where a request comes from. */
  trustedProxies: readonly string[];
  /** Undefined while it begins or ends: then commands are answered with SERVER_NOT_READY. */
  engine(): ApiEngine | undefined;
  /** Where workers of other processes come; also while it takes no commands. Undefined before that. */
  orderDesk(): OrderDesk | undefined;
  plans: ApiPlans;
  workshop: Workshop;
  subsystems(): readonly SubsystemStatus[];
  systems(): readonly SystemStatus[];
  limits: Limits;
  settings: ApiSettings;
  clock: Clock;
  ids: Ids;
  log: Logger;
  metrics: Metrics;
  /** Undefined: nobody wants traces. */
  tracer?: Tracer | undefined;
}
