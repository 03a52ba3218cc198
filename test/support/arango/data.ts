import { randomUUID } from 'node:crypto';
import type { Place } from '../../../src/store/arango/connections.ts';
import { connectToSystem } from '../../../src/store/arango/connections.ts';
import type { StoreData } from '../../contract/store/store-contract.ts';
import { openOver } from './opened-store.ts';

/** A database of a real server that nobody else uses, made by the first who opens a store over it. */
export function arangoData(url: string): StoreData & { place: Place } {
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  const place = { url, database, username: 'root', password: '' };
  return {
    place,
    open: () => openOver(place),
    remove: async () => {
      const system = connectToSystem(place);
      await system.dropDatabase(database);
      system.close();
    },
  };
}
