import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedSecrets } from '../../../src/secrets/embedded/embedded-secrets.ts';
import type { Secrets } from '../../../src/secrets/secrets.ts';

/** One store of secrets for many stories, each of which sees its own part alone. */
export interface SharedSecrets {
  of(seed: number): Secrets;
  close(): Promise<void>;
}

export function openSharedSecrets(): SharedSecrets {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-simulation-'));
  const secrets = createEmbeddedSecrets({ path: ':memory:', keyFile: join(folder, 'secret.key') });
  let told = 0;
  const next = () => {
    told += 1;
    return told;
  };
  return {
    // A seed may be told twice: the second time must not find what the first one left.
    of: (seed) => below(secrets, `story-${seed}-${next()}`),
    async close() {
      await secrets.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function below(secrets: Secrets, prefix: string): Secrets {
  const inside = (path: string) => `${prefix}/${path}`;
  return {
    ...secrets,
    read: (path, version) => secrets.read(inside(path), version),
    write: (path, fields, expected) => secrets.write(inside(path), fields, expected),
    remove: (path) => secrets.remove(inside(path)),
    list: async (path) => {
      const found = await secrets.list(inside(path));
      return found.map((one) => one.slice(prefix.length + 1));
    },
  };
}
