import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';

export interface BreakerSettings {
  /** Failures within the window that open it, where they are half of all calls. */
  failuresMin: number;
  windowMs: number;
  callTimeoutMs: number;
  probeEveryMs: number;
}

export interface BreakerOptions {
  system: string;
  /** As people call it: "Consul". */
  title: string;
  settings: BreakerSettings;
  clock: Clock;
  log: Logger;
  /** Resolves where the system can do its work. */
  probe(signal: AbortSignal): Promise<void>;
}
