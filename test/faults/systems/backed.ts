import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { type CliProcess, runCli, startCli } from '../../support/cli.ts';
import { type ConsulServer, startConsul } from '../../support/services/consul.ts';
import { type OpenBaoServer, startOpenBao } from '../../support/services/openbao.ts';
import { freePorts } from '../../support/services/place.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A secret in Vault, and keys in Consul on both sides of a pause: what is away in between is met by some. */
const TEMPLATE = `apiVersion: biotope/v1
kind: Template
metadata: { name: backed, version: 1.0.0 }
resources:
  - id: early
    executor: command
    with: { create: [sleep, "0.5"], destroy: ["true"], inspect: ["true"] }
  - id: password
    executor: vault-secret
    dependsOn: [early]
    with: { path: "\${environment.name}/db", generate: { password: { length: 20 } } }
  - id: first
    executor: consul-kv
    with:
      prefix: "\${environment.name}/first"
      secretEntries: { password: "\${resources.password.outputs.password}" }
  - id: late
    executor: command
    dependsOn: [first]
    with: { create: [sleep, "0.5"], destroy: ["true"], inspect: ["true"] }
  - id: last
    executor: consul-kv
    dependsOn: [late]
    with: { prefix: "\${environment.name}/last", entries: { done: "yes" } }
`;

const WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** A server over a Consul and an OpenBao that are this test's alone. */
export interface Backed {
  consul: ConsulServer;
  openBao: OpenBaoServer;
  /** Sends commands that create environments; returns their runs. */
  create(names: readonly string[]): Promise<string[]>;
  steps(runIds: readonly string[]): Promise<Step[]>;
  /** The first answer that will do. */
  until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T>;
  /** Of the steps of these runs so many are parked. */
  parked(runIds: readonly string[], least: number): Promise<Step[]>;
  /** Each run as it has ended. */
  ended(runIds: readonly string[]): Promise<{ status: string; failure: unknown }[]>;
  ask(path: string): Promise<{ status: number; body: ReturnType<JSON['parse']> }>;
  /** As Prometheus gets them. */
  metrics(): Promise<string>;
  /** kill -9, and a new start. */
  die(): Promise<void>;
}

export interface Step {
  label: string;
  status: string;
  attempt: number;
  parked: { system: string } | null;
}

interface Served {
  process: CliProcess;
  url: string;
  metricsUrl: string;
}

export async function openBacked(): Promise<Backed> {
  const folder = temporaryFolder();
  const [consul, openBao] = await Promise.all([
    startConsul({ folder: join(folder, 'consul') }),
    startOpenBao({ folder: join(folder, 'openbao') }),
  ]);
  onTestFinished(async () => {
    await Promise.all([consul.stop(), openBao.stop()]);
  });
  const env = {
    BIOTOPE_CONSUL_URL: consul.url,
    BIOTOPE_VAULT_URL: openBao.url,
    BIOTOPE_VAULT_TOKEN: openBao.rootToken,
    BIOTOPE_BREAKER_CALL_TIMEOUT_MS: '1000',
    BIOTOPE_BREAKER_PROBE_EVERY_MS: '500',
  };
  mkdirSync(join(folder, 'backed'));
  writeFileSync(join(folder, 'backed', 'template.yaml'), TEMPLATE);
  const published = await runCli(['template', 'publish', 'backed'], { cwd: folder, env });
  expect(published.code, published.stderr).toBe(0);
  let served = await startServer(folder, env);
  onTestFinished(async () => {
    served.process.child.kill('SIGTERM');
    await served.process.end;
  });

  async function ask(path: string, request: RequestInit = {}) {
    const response = await fetch(`${served.url}${path}`, request);
    return { status: response.status, body: await response.json() };
  }

  async function create(names: readonly string[]): Promise<string[]> {
    const headers = { 'content-type': 'application/json' };
    const answers = await Promise.all(
      names.map((name) => {
        const data = { name, template: 'backed' };
        const body = JSON.stringify({ type: 'environment.create', data });
        return ask('/api/v1/commands', { method: 'POST', headers, body });
      }),
    );
    for (const { status, body } of answers) expect(status, JSON.stringify(body)).toBe(202);
    return answers.map(({ body }) => body.run.id);
  }

  async function steps(runIds: readonly string[]): Promise<Step[]> {
    const answers = await Promise.all(runIds.map((id) => ask(`/api/v1/runs/${id}/steps`)));
    return answers.flatMap(({ body }) => body.items);
  }

  async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    const endMs = Date.now() + WITHIN_MS;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      expect(Date.now(), `waited ${WITHIN_MS} ms for ${what}`).toBeLessThan(endMs);
      await pause(LOOK_EVERY_MS);
    }
  }

  return {
    consul,
    openBao,
    create,
    steps,
    until,
    ask,
    parked: (runIds, least) =>
      until(`${least} parked steps`, async () => {
        const found = (await steps(runIds)).filter(({ parked }) => parked !== null);
        return found.length >= least ? found : undefined;
      }),
    ended: (runIds) =>
      Promise.all(
        runIds.map((id) =>
          until(`the end of run ${id}`, async () => {
            const { body } = await ask(`/api/v1/runs/${id}`);
            return body.finishedAt === null ? undefined : body;
          }),
        ),
      ),
    metrics: async () => (await fetch(`${served.metricsUrl}/metrics`)).text(),
    die: async () => {
      served.process.child.kill('SIGKILL');
      await served.process.end;
      served = await startServer(folder, env);
    },
  };
}

async function startServer(folder: string, env: Record<string, string>): Promise<Served> {
  const [port = 0] = await freePorts(1);
  const metricsUrl = `http://127.0.0.1:${port}`;
  const listen = ['--listen', '127.0.0.1:0', '--metrics-listen', `127.0.0.1:${port}`];
  const process = startCli(['server', '--primary', ...listen], { cwd: folder, env });
  const endMs = Date.now() + WITHIN_MS;
  for (;;) {
    const url = /answers at (http:\S+)/.exec(process.printed())?.[1];
    if (url !== undefined) return { process, url, metricsUrl };
    expect(process.child.exitCode, process.printed()).toBeNull();
    expect(Date.now(), `the server begins: ${process.printed()}`).toBeLessThan(endMs);
    await pause(LOOK_EVERY_MS);
  }
}
