import { createConnections, type Place } from './connections.ts';
import { arangoFailure } from './failure.ts';
import { demandVersion } from './setup.ts';

/** What doctor wants to know of a server. */
export interface Examination {
  version: string;
  license: string;
  /** Whether the database is there. */
  isThere: boolean;
}

/** Changes nothing. Rejects with STORE_UNAVAILABLE, or CONFIGURATION_INVALID for a server that is too old. */
export async function examineArango(place: Place): Promise<Examination> {
  const own = createConnections(place);
  const system = createConnections({ ...place, database: '_system' });
  try {
    const isThere = await own.readers.database.exists();
    const asked = isThere ? own : system;
    const { version, license } = await asked.readers.database.version(false);
    demandVersion(version);
    return { version, license, isThere };
  } catch (error) {
    throw arangoFailure(error);
  } finally {
    own.close();
    system.close();
  }
}
