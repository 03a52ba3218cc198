/**
 * The port to what is known of the systems that Biotope stands on: whether they can be asked anything.
 * What is embedded is no system and never away.
 */
export interface Systems {
  /**
   * The first one of these needs that cannot be met now: the system that is away. A need is the name of
   * a system, or of what stands on one here, as definitions of executors name them.
   */
  awayAmong(needs: readonly string[]): string | undefined;
  /** Calls to it are refused, until a probe finds it well. */
  isAway(system: string): boolean;
  /** How many probes have found it well in this process; null: nobody here probes it. */
  probesPassed(system: string): number | null;
  /** Somebody met it away: it is probed soon. */
  suspect(system: string): void;
  /** Each that is known here; the same list for as long as nothing changes. */
  statuses(): readonly SystemStatus[];
  /** Calls back with each change of a circuit breaker. Returns how to hear no more. */
  watch(listener: (status: SystemStatus) => void): () => void;
}

export interface SystemStatus {
  system: string;
  /** The needs, and parts of this process, that stand on it. */
  behind: readonly string[];
  /** Of its circuit breaker; `half-open`: open, and a probe is under way. */
  breaker: 'closed' | 'open' | 'half-open';
  sinceMs: number;
}

/** Needs that a system may stand behind, or something embedded. */
export const KEY_VALUE = 'keyvalue';
export const SECRETS = 'secrets';
export const TERRAFORM_BACKEND = 'terraform-backend';

const NONE: readonly SystemStatus[] = [];

/** Where everything is embedded. */
export const noSystems: Systems = {
  awayAmong: () => undefined,
  isAway: () => false,
  probesPassed: () => null,
  suspect: () => {},
  statuses: () => NONE,
  watch: () => () => {},
};
