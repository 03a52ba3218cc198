import { readFile } from 'node:fs/promises';
import { isJsonObject } from '../../model/json.ts';
import { codeOf } from '../../model/thrown.ts';
import type { VaultClient } from './client.ts';
import { isRefusal, vaultAway } from './failures.ts';
import { type Grant, grantOf, type LogIn, ttlMsOf } from './login.ts';

/** A text that is given, or stands in a file, which is read anew for each login. */
export type Given = { text: string } | { file: string };

export type LoginSettings =
  | { method: 'token'; token: Given }
  | { method: 'approle'; mount: string; roleId: string; secretId: Given; isWrapped: boolean }
  | { method: 'kubernetes'; mount: string; role: string; jwt: Given };

export function createLogIn(settings: LoginSettings): LogIn {
  switch (settings.method) {
    case 'token':
      return withToken(settings.token);
    case 'approle':
      return withAppRole(settings);
    case 'kubernetes':
      return withServiceAccount(settings);
  }
}

/** One that somebody else made: it is looked at, kept alive as long as it may be, and never revoked. */
function withToken(given: Given): LogIn {
  return async (client, signal) => {
    const token = await read(given, 'token');
    const path = 'auth/token/lookup-self';
    const { body } = await orRefused('token', () =>
      client.send({ path, needs: 'read' }, token, signal),
    );
    const { ttl, renewable } = isJsonObject(body.data) ? body.data : {};
    return { token, ttlMs: ttlMsOf(ttl), isRenewable: renewable === true, isOwn: false };
  };
}

type AppRole = Extract<LoginSettings, { method: 'approle' }>;

/** A wrapped secret id can be unwrapped once: it is kept for the logins that follow. */
function withAppRole({ mount, roleId, secretId, isWrapped }: AppRole): LogIn {
  let unwrapped: string | undefined;
  const secret = async (client: VaultClient, signal: AbortSignal) => {
    if (!isWrapped) return read(secretId, 'secret id');
    unwrapped ??= await unwrap(client, await read(secretId, 'wrapped secret id'), signal);
    return unwrapped;
  };
  return (client, signal) =>
    orRefused('AppRole', async () => {
      const body = { role_id: roleId, secret_id: await secret(client, signal) };
      return enter(client, { mount, body }, signal);
    });
}

async function unwrap(client: VaultClient, token: string, signal: AbortSignal): Promise<string> {
  const call = { path: 'sys/wrapping/unwrap', body: {}, needs: 'update' as const };
  const { body } = await client.send(call, token, signal);
  const { secret_id: id } = isJsonObject(body.data) ? body.data : {};
  if (typeof id === 'string') return id;
  throw vaultAway('What was wrapped for Biotope is no secret id.', 'login');
}

type ServiceAccount = Extract<LoginSettings, { method: 'kubernetes' }>;

/** The kubelet puts a new token into the file before the old one ends. */
function withServiceAccount({ mount, role, jwt }: ServiceAccount): LogIn {
  return (client, signal) =>
    orRefused('Kubernetes', async () => {
      const body = { role, jwt: await read(jwt, "service account's token") };
      return enter(client, { mount, body }, signal);
    });
}

async function enter(
  client: VaultClient,
  { mount, body }: { mount: string; body: Record<string, string> },
  signal: AbortSignal,
): Promise<Grant> {
  const call = { path: `auth/${mount}/login`, body, needs: 'update' as const };
  return grantOf((await client.send(call, null, signal)).body);
}

async function read(given: Given, what: string): Promise<string> {
  if ('text' in given) return given.text;
  try {
    const text = (await readFile(given.file, 'utf8')).trim();
    if (text !== '') return text;
  } catch (error) {
    const why = `${codeOf(error)}`;
    throw vaultAway(`The ${what} in ${given.file} cannot be read (${why}).`, 'login');
  }
  throw vaultAway(`The ${what} in ${given.file} is empty.`, 'login');
}

/** Whoever may not enter waits, as for a Vault that is away: once somebody lets them in, all goes on. */
async function orRefused<T>(how: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const message = `Vault refuses the login of Biotope (${how}, status ${error.facts.status}).`;
    throw vaultAway(`${message} It is tried again.`, 'login');
  }
}
