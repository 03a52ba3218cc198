import { sameJson } from '../model/json.ts';
import type { Secrets, SecretVersion } from './secrets.ts';

/**
 * Secrets as they would be: what is written is kept here, can be read here, and goes no further.
 * Nothing is removed. For plans, which change nothing.
 */
export function imagineSecrets(real: Secrets): Secrets {
  const imagined = new Map<string, SecretVersion[]>();
  const read: Secrets['read'] = async (path, version, signal) => {
    const own = imagined
      .get(path)
      ?.findLast((one) => version === undefined || one.version === version);
    return own ?? real.read(path, version, signal);
  };
  return {
    ...real,
    read,
    write: async (path, fields, _, signal) => {
      const newest = await read(path, undefined, signal);
      if (newest !== undefined && sameJson(newest.fields, fields)) return newest.version;
      const version = (newest?.version ?? 0) + 1;
      imagined.set(path, [...(imagined.get(path) ?? []), { version, fields }]);
      return version;
    },
    remove: async () => {},
  };
}
