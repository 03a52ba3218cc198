import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createCertificate } from './certificate.ts';

/** Repositories below a folder over HTTPS, as a Git host serves them: `git http-backend`. */
export interface GitServer {
  /** Repositories lie in it. */
  root: string;
  /** `127.0.0.1:PORT` */
  host: string;
  /** Its certificate, for GIT_SSL_CAINFO. */
  certificate: string;
  /** Method and path of what was asked. */
  requests: string[];
}

export interface GitServerOptions {
  /** `user:password` that is asked for. */
  login?: string;
  /** Answers by itself; true where it did. */
  answer?(request: IncomingMessage, response: ServerResponse): boolean;
}

/** Ends with the test. */
export async function serveGit({ login, answer }: GitServerOptions = {}): Promise<GitServer> {
  const root = mkdtempSync(join(tmpdir(), 'biotope-git-server-'));
  const { key, certificate } = createCertificate(root);
  const requests: string[] = [];
  const server = createServer({ key, cert: readFileSync(certificate) }, (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (login !== undefined && !isLoggedIn(request, login)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end();
    } else if (answer?.(request, response) !== true) {
      serveByBackend(root, request, response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(root, { recursive: true, force: true });
  });
  const { port } = server.address() as AddressInfo;
  return { root, host: `127.0.0.1:${port}`, certificate, requests };
}

function isLoggedIn({ headers }: IncomingMessage, login: string): boolean {
  return headers.authorization === `Basic ${Buffer.from(login).toString('base64')}`;
}

function serveByBackend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const header = (name: string) => String(request.headers[name] ?? '');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH ?? '',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: header('content-type'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      HTTP_GIT_PROTOCOL: header('git-protocol'),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => {});
  answerAsCgi(child.stdout, response);
}

/** Lines of the head, an empty one, and the body. */
function answerAsCgi(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  let isHead = true;
  output.on('data', (chunk: Buffer) => {
    if (!isHead) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    isHead = false;
    for (const line of head.toString('latin1', 0, end).split('\r\n')) {
      const [name = '', value = ''] = line.split(/: ?(.*)/s);
      if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.write(head.subarray(end + 4));
  });
  output.on('end', () => response.end());
}
