import type { Config } from '../../config/schema.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import type { Store } from '../../store/store.ts';
import type { DataPaths } from '../data-folder.ts';

/** What plans are made over. Nothing of it is changed. */
export interface PlanGround {
  config: Config;
  paths: DataPaths;
  /** With the templates that ship. */
  storeWithShipped: Store;
  secrets: Secrets;
  log: Logger;
}
