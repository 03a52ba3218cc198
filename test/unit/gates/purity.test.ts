import { expect, test } from 'vitest';
import { purity } from '../../gates/purity.ts';
import { verdict } from './sample.ts';

test.each([
  "import { readFile } from 'node:fs/promises';",
  "import { spawn } from 'node:child_process';",
  "import { setTimeout } from 'node:timers/promises';",
  "import { DatabaseSync } from 'node:sqlite';",
  "import { get } from 'http';",
  "import { randomUUID } from 'node:crypto';",
  'setTimeout(() => {}, 1);',
  'const later = setInterval;',
  'export const now = () => Date.now();',
  'export const now = new Date();',
  'export const now = Date();',
  'export const chance = Math.random();',
  'export const id = crypto.randomUUID();',
  'export const home = process.env.HOME;',
  'export const late = globalThis.setTimeout;',
  'export const signal = AbortSignal.timeout(5);',
  'export const pass = { setTimeout };',
])('refuses %s', (text) => {
  expect(verdict(purity, { 'src/engine/a.ts': text })).not.toEqual([]);
  expect(verdict(purity, { 'src/store/store.ts': text })).not.toEqual([]);
});

test.each([
  "import { createHash } from 'node:crypto';",
  'export const at = (ms: number) => new Date(ms);',
  'export const wait = (clock: { setTimeout(): void }) => clock.setTimeout();',
  "export const order = { process: 'terraform' };",
  'export interface Order { process: string; setTimeout(): void }',
  'export const note = "Date.now() and process"; // Math.random()',
  'export const high = Math.max(1, 2);',
])('allows %s', (text) => {
  expect(verdict(purity, { 'src/engine/a.ts': text })).toEqual([]);
});

test('adapters, workers and platform may touch the world', () => {
  const text = "import { readFileSync } from 'node:fs'; setTimeout(() => {}, Date.now());";
  const said = verdict(purity, {
    'src/store/sqlite/a.ts': text,
    'src/worker/a.ts': text,
    'src/platform/clock.ts': text,
  });
  expect(said).toEqual([]);
});

test('says the line', () => {
  expect(verdict(purity, { 'src/engine/a.ts': '\n\nsetTimeout(() => {}, 1);' })).toEqual([
    'src/engine/a.ts:3 reaches past its door: setTimeout',
  ]);
});
