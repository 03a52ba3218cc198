import type { Bus } from '../../../src/bus/bus.ts';
import type { Desk } from '../../../src/desk/desk.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Systems } from '../../../src/systems/systems.ts';
import type { Records } from '../model/records.ts';
import type { Process } from '../world/process.ts';

/** What is between the engine and the world. */
export interface Wiring {
  process: Process;
  records: Records;
  /** Names of orders that were sent, for bugs that remember them. */
  sent: Set<string>;
}

/**
 * A fault that is built in on purpose, where the engine meets the world: a simulation that finds none
 * of them would find no other fault either. `src` knows nothing of it.
 */
export interface PlantedBug {
  name: string;
  /** What is wrong with the program. */
  says: string;
  /** What the simulation complains of: another complaint would be luck. */
  caughtAs: RegExp;
  store?(store: Store, wiring: Wiring): Store;
  bus?(bus: Bus, wiring: Wiring): Bus;
  systems?(systems: Systems): Systems;
  desk?(desk: Desk, wiring: Wiring): Desk;
  /** As whoever follows the changes sees the store. */
  feed?(store: Store): Store;
}
