import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createCertificate } from '../certificate.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/**
 * A double of Kubernetes' API server: it answers TokenReview (authentication.k8s.io/v1) as documented, for
 * the tokens of service accounts that it has given out, and nothing else.
 */
export interface TokenReviewDouble {
  url: string;
  certificate: string;
  newToken(account: { namespace: string; name: string }): string;
  /** As when a pod is deleted. */
  forget(token: string): void;
}

export async function startTokenReview(): Promise<TokenReviewDouble> {
  const { key, certificate } = createCertificate(temporaryFolder());
  const cert = readFileSync(certificate, 'utf8');
  const accounts = new Map<string, object>();
  const server = createServer({ key, cert }, async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    if (request.url !== '/apis/authentication.k8s.io/v1/tokenreviews') {
      response.writeHead(404).end();
      return;
    }
    const { token, audiences } = JSON.parse(text).spec;
    const user = accounts.get(token);
    const status =
      user === undefined ? { error: 'unknown' } : { authenticated: true, user, audiences };
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', status };
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(review));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    certificate: cert,
    newToken: ({ namespace, name }) => {
      const uid = randomUUID();
      const token = serviceAccountToken({ namespace, name, uid });
      const groups = ['system:serviceaccounts', 'system:authenticated'];
      accounts.set(token, { username: `system:serviceaccount:${namespace}:${name}`, uid, groups });
      return token;
    },
    forget: (token) => accounts.delete(token),
  };
}

/** As Kubernetes makes them, but for the signature, which only its own server checks. */
function serviceAccountToken(account: { namespace: string; name: string; uid: string }): string {
  const { namespace, name, uid } = account;
  const nowSeconds = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: 'https://kubernetes.default.svc.cluster.local',
    aud: ['https://kubernetes.default.svc.cluster.local'],
    sub: `system:serviceaccount:${namespace}:${name}`,
    iat: nowSeconds,
    nbf: nowSeconds,
    exp: nowSeconds + 3_600,
    jti: uid,
    'kubernetes.io': { namespace, serviceaccount: { name, uid } },
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signature = Buffer.alloc(64, 1).toString('base64url');
  return `${part({ alg: 'ES256', kid: 'double' })}.${part(claims)}.${signature}`;
}
