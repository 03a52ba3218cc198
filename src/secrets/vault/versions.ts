import { isJsonObject, type JsonObject, type JsonValue, sameJson } from '../../model/json.ts';
import { checkFields, keyConflict } from '../checks.ts';
import type { SecretFields, SecretVersion } from '../secrets.ts';
import { wrongEngine } from './engine.ts';
import { isConflictOfVersions } from './failures.ts';
import type { Vault } from './vault.ts';

/**
 * Versions of secrets in a key-value engine, version 2. A removal destroys what all versions hold and
 * leaves the path's number: a reference to an old secret never finds a new one.
 */
export interface Versions {
  read(path: string, version?: number, signal?: AbortSignal): Promise<SecretVersion | undefined>;
  write(
    path: string,
    fields: SecretFields,
    expectedVersion: number | null,
    signal?: AbortSignal,
  ): Promise<number>;
  remove(path: string, signal?: AbortSignal): Promise<void>;
  newest(path: string, signal?: AbortSignal): Promise<Newest>;
}

export interface Newest {
  /** The last number that was given, of what was removed as well; 0: none ever was. */
  counter: number;
  current: SecretVersion | undefined;
}

interface Write {
  fields: SecretFields;
  expectedVersion: number | null;
  signal: AbortSignal | undefined;
}

/** Without it the engine keeps ten, and references of records lead to older ones. */
const VERSIONS_KEPT = 500;

/** How often somebody may come in between while a write does not mind what is there. */
const ATTEMPTS_MAX = 20;

export function createVersions(vault: Pick<Vault, 'ask'>, mount: string): Versions {
  const dataOf = (path: string) => `${mount}/data/${path}`;
  const metadataOf = (path: string) => `${mount}/metadata/${path}`;

  async function newest(path: string, signal?: AbortSignal): Promise<Newest> {
    const { isFound, body } = await vault.ask({ path: dataOf(path), needs: 'read' }, signal);
    const data = objectOf(body.data);
    const counter = numberOf(objectOf(data.metadata).version);
    const isThere = isFound && isJsonObject(data.data);
    if (isFound && counter === 0) throw wrongEngine(mount);
    return {
      counter,
      current: isThere ? { version: counter, fields: fieldsOf(objectOf(data.data)) } : undefined,
    };
  }

  async function put(path: string, fields: SecretFields, cas: number, signal?: AbortSignal) {
    const body = { options: { cas }, data: fields };
    const call = { path: dataOf(path), body, needs: 'create and update' as const };
    const { body: said } = await vault.ask(call, signal);
    const version = numberOf(objectOf(said.data).version);
    if (version === 0) throw wrongEngine(mount);
    return version;
  }

  async function keepVersions(path: string, signal?: AbortSignal) {
    const body = { max_versions: VERSIONS_KEPT };
    const call = { path: metadataOf(path), body, needs: 'create and update' as const };
    await vault.ask(call, signal);
  }

  /** Undefined where somebody else wrote between the look and the write. */
  async function writeOnce(path: string, { fields, expectedVersion, signal }: Write) {
    const { counter, current } = await newest(path, signal);
    const found = current?.version ?? 0;
    if (expectedVersion !== null && expectedVersion !== found) {
      throw keyConflict(path, expectedVersion, found);
    }
    if (current !== undefined && sameJson(current.fields, fields)) return current.version;
    if (counter === 0) await keepVersions(path, signal);
    return put(path, fields, counter, signal).catch((error) => {
      if (!isConflictOfVersions(error)) throw error;
      return undefined;
    });
  }

  return {
    newest,
    read: async (path, version, signal) => {
      if (version === undefined) return (await newest(path, signal)).current;
      const call = { path: dataOf(path), query: { version: `${version}` }, needs: 'read' as const };
      const { isFound, body } = await vault.ask(call, signal);
      const { data } = objectOf(body.data);
      return isFound && isJsonObject(data) ? { version, fields: fieldsOf(data) } : undefined;
    },
    write: async (path, fields, expectedVersion, signal) => {
      checkFields(path, fields);
      for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
        const version = await writeOnce(path, { fields, expectedVersion, signal });
        if (version !== undefined) return version;
      }
      throw keyConflict(path, expectedVersion ?? 0, (await newest(path, signal)).counter);
    },
    remove: async (path, signal) => {
      const { isFound, body } = await vault.ask({ path: metadataOf(path), needs: 'read' }, signal);
      if (!isFound) return;
      const versions = undestroyed(objectOf(objectOf(body.data).versions));
      if (versions.length === 0) return;
      const call = {
        path: `${mount}/destroy/${path}`,
        body: { versions },
        needs: 'update' as const,
      };
      await vault.ask(call, signal);
    },
  };
}

function undestroyed(versions: JsonObject): number[] {
  return Object.entries(versions)
    .filter(([, facts]) => objectOf(facts).destroyed !== true)
    .map(([version]) => Number(version));
}

/** People may have written other things than texts. */
function fieldsOf(data: JsonObject): SecretFields {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : 0;
}
