import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';

export const AUDIENCE = 'biotope';

/** Undefined takes away what would be there. */
export type Claims = Record<string, unknown>;

interface Signing {
  /** Undefined: the newest that it tells of. */
  key?: SigningKey;
  algorithm?: string;
}

export interface SigningKey {
  kid: string;
  sign: CryptoKey | Uint8Array;
}

/** An identity provider of this process: a real server of keys on loopback, and tokens signed with them. */
export interface Issuer {
  url: string;
  jwksUrl: string;
  /** How often its keys were asked for. */
  asked(): number;
  token(claims: Claims, signing?: Signing): Promise<string>;
  /** A new key, told of instead of those before; `isTold: false`: told to nobody. */
  newKey(options?: { isTold?: boolean }): Promise<SigningKey>;
  /** What its keys are answered with from now on; null: with its keys. */
  answer(status: number | null): void;
  /** As `BIOTOPE_…` variables of a server that trusts it. */
  environment: Record<string, string>;
}

export async function startIssuer(): Promise<Issuer> {
  const state = { keys: [] as object[], asked: 0, status: null as number | null };
  const server = createServer((_request, response) => {
    state.asked += 1;
    response.statusCode = state.status ?? 200;
    response.end(JSON.stringify({ keys: state.keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  let count = 0;
  const newKey = async ({ isTold = true } = {}): Promise<SigningKey> => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    count += 1;
    const kid = `key-${count}`;
    if (isTold) {
      state.keys = [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }];
    }
    return { kid, sign: privateKey };
  };
  let newest = await newKey();

  return {
    url,
    jwksUrl: `${url}/keys`,
    asked: () => state.asked,
    token: (claims, { key = newest, algorithm = 'ES256' } = {}) =>
      new SignJWT({
        iss: url,
        aud: AUDIENCE,
        sub: 'somebody',
        exp: Math.floor(Date.now() / 1_000) + 600,
        ...claims,
      } as JWTPayload)
        .setProtectedHeader({ alg: algorithm, kid: key.kid })
        .sign(key.sign),
    newKey: async (options) => {
      const key = await newKey(options);
      if (options?.isTold !== false) newest = key;
      return key;
    },
    answer: (status) => {
      state.status = status;
    },
    environment: {
      BIOTOPE_ACCESS_OIDC_ISSUER: url,
      BIOTOPE_ACCESS_OIDC_AUDIENCE: AUDIENCE,
      BIOTOPE_ACCESS_OIDC_JWKS_URL: `${url}/keys`,
      BIOTOPE_ACCESS_OIDC_ROLES: '{readers: viewer, builders: operator, owners: admin}',
      BIOTOPE_ACCESS_OIDC_TAGS_CLAIM: 'teams',
    },
  };
}
