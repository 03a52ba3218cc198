/** A real Vault or OpenBao, asked as its root: for what tests prepare and look at from outside. */
export interface VaultRoot {
  url: string;
  token: string;
  /** Rejects with what it answers where that is no success. */
  ask(method: string, path: string, body?: object): Promise<VaultAnswer>;
  /** As anybody else. */
  askAs(token: string, method: string, path: string, body?: object): Promise<number>;
}

// biome-ignore lint/suspicious/noExplicitAny: each path answers something else
type VaultAnswer = any;

export function vaultRoot({ url, token }: { url: string; token: string }): VaultRoot {
  const send = (as: string, method: string, path: string, body?: object) =>
    fetch(`${url}/v1/${path}`, {
      method,
      headers: { 'x-vault-token': as },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    url,
    token,
    ask: async (method, path, body) => {
      const response = await send(token, method, path, body);
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    askAs: async (as, method, path, body) => {
      const { status, body: rest } = await send(as, method, path, body);
      await rest?.cancel();
      return status;
    },
  };
}
