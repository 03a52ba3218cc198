import { existsSync, statSync } from 'node:fs';
import { systemClock } from '../../platform/clock.ts';
import { keyIdOf } from '../../platform/sealing/cipher.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { keyFacts } from '../../secrets/embedded/key-facts.ts';
import { createSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { DataPaths } from '../data-folder.ts';
import { type Check, type Finding, failed, ok, skipped } from './check.ts';

/** The key is there where anything was sealed, private, and the one it was sealed with. */
export const keyCheck: Check = {
  name: 'key',
  run: async ({ config, paths }) => {
    if (config.vault.url !== null) return skipped('what is sealed is sealed with keys in Vault');
    const { secretKey, secrets } = paths;
    // What stands in the folder's place is told by the check of the folder.
    if (statSync(paths.folder, { throwIfNoEntry: false })?.isFile()) {
      return skipped('there is no data folder');
    }
    const open = judgeMode(secretKey);
    if (open !== null) return open;
    const { keyIdOfFile, keyIdOfSecrets } = keyFacts({ path: secrets, keyFile: secretKey });
    const sealed: Sealed[] = [
      { what: 'the secrets', keyId: keyIdOfSecrets },
      { what: "Terraform's states", keyId: await keyIdOfStates(paths) },
    ];
    return judgeKey(paths, keyIdOfFile, sealed);
  },
};

interface Sealed {
  what: string;
  /** Null where there is nothing of the kind. */
  keyId: string | null;
}

function judgeKey({ secretKey }: DataPaths, keyId: string | null, sealed: Sealed[]): Finding {
  const needing = sealed.filter((kind) => kind.keyId !== null);
  const word = shellWord(secretKey);
  const restore = `Restore the right key from a backup: cp BACKUP ${word} && chmod 600 ${word}`;
  if (keyId === null) {
    if (needing.length === 0) return skipped('nothing was sealed yet');
    const what = needing.map((kind) => kind.what).join(' and ');
    return failed(`${secretKey} is missing: without it ${what} cannot be read`, restore);
  }
  const misfit = needing.find((kind) => kind.keyId !== keyId);
  if (misfit === undefined) {
    const fits = needing.length === 0 ? 'nothing was sealed yet' : 'fits what was sealed';
    return ok(`${secretKey} (key ${keyId}, private, ${fits})`);
  }
  const found = `${secretKey} holds the key ${keyId}, ${misfit.what} were sealed with ${misfit.keyId}`;
  return failed(found, restore);
}

/** Null where nobody else may read it, where it is not there, and where permissions are kept elsewhere. */
function judgeMode(secretKey: string): Finding | null {
  const mode = (statSync(secretKey, { throwIfNoEntry: false })?.mode ?? 0) & 0o777;
  if (process.platform === 'win32' || (mode & 0o077) === 0) return null;
  return failed(
    `${secretKey} is open to other users (mode 0${mode.toString(8)})`,
    `Close it: chmod 600 ${shellWord(secretKey)}. If somebody may have read it, renew the secrets.`,
  );
}

/** Null as well where the store cannot be read: its own check says so. */
async function keyIdOfStates({ store: path }: DataPaths): Promise<string | null> {
  if (!existsSync(path)) return null;
  try {
    const store = createSqliteStore({ path, clock: systemClock, readOnly: true });
    try {
      const [state] = await store.find('states', { limit: 1 });
      return state === undefined ? null : keyIdOf(state.value.sealed);
    } finally {
      await store.close();
    }
  } catch {
    return null;
  }
}
