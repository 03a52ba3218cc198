import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type CliEnd, type CliProcess, runCli, startCli } from '../support/cli.ts';

const TEMPLATES = fileURLToPath(new URL('../fixtures/templates', import.meta.url));

/** A folder to work in, and a ledger outside of everything Biotope keeps. */
export interface World {
  folder: string;
  ledger: string;
  /** Every effect that really happened, in order. */
  effects(): string[];
  biotope(args: readonly string[], env?: Record<string, string>): Promise<CliEnd>;
  start(args: readonly string[], env?: Record<string, string>): CliProcess;
  publish(template: string): Promise<void>;
  /** The document that a command prints with `--json`. */
  document<T>(args: readonly string[]): Promise<T>;
}

export function createWorld(): World {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-faults-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const ledger = join(folder, 'ledger');
  const biotope: World['biotope'] = (args, env = {}) => runCli(args, { cwd: folder, env });
  return {
    folder,
    ledger,
    effects: () =>
      existsSync(ledger) ? readFileSync(ledger, 'utf8').split('\n').filter(Boolean) : [],
    biotope,
    start: (args, env = {}) => startCli(args, { cwd: folder, env }),
    async publish(template) {
      const published = await biotope(['template', 'publish', join(TEMPLATES, template)]);
      if (published.code !== 0) throw new Error(published.stderr);
    },
    async document(args) {
      const { code, stdout, stderr } = await biotope([...args, '--json']);
      if (code !== 0) throw new Error(`biotope ${args.join(' ')}: ${stdout}${stderr}`);
      return JSON.parse(stdout);
    },
  };
}

export async function until(
  condition: () => boolean,
  what: string,
  timeoutMs = 20_000,
): Promise<void> {
  const endMs = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > endMs) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
