/** A real Vault or OpenBao, asked as its root: for what tests prepare and look at from outside. */
export interface VaultRoot {
  url: string;
  token: string;
  /** Rejects with what it answers where that is no success. */
  ask(method: string, path: string, body?: object): Promise<VaultAnswer>;
  /** What it answers lies in a token, which gives it out once. */
  askWrapped(method: string, path: string): Promise<VaultAnswer>;
  /** As anybody else: the status of the answer. */
  askAs(token: string, method: string, path: string, body?: object): Promise<number>;
}

// biome-ignore lint/suspicious/noExplicitAny: each path answers something else
type VaultAnswer = any;

export function vaultRoot({ url, token }: { url: string; token: string }): VaultRoot {
  const send = (path: string, method: string, headers: Record<string, string>, body?: object) =>
    fetch(`${url}/v1/${path}`, {
      method,
      headers: { 'x-vault-token': token, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const read = async (response: Response): Promise<VaultAnswer> => {
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.url}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    url,
    token,
    ask: async (method, path, body) => read(await send(path, method, {}, body)),
    askWrapped: async (method, path) =>
      read(await send(path, method, { 'x-vault-wrap-ttl': '60s' })),
    askAs: async (as, method, path, body) => {
      const { status, body: rest } = await send(path, method, { 'x-vault-token': as }, body);
      await rest?.cancel();
      return status;
    },
  };
}
