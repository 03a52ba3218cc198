#!/usr/bin/env node
// Starts the web server and returns where it is. Called again after a crash it finds the one it
// started before; called with other settings it puts a new one in the old one's place.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { end, isAlive, pause, readOrder } from './process.mjs';
import { dropRecord, readRecord, recordFile } from './record.mjs';

const WAIT_MS = 20_000;

const { input, outputs } = readOrder();
const file = recordFile();
const server = (await findStarted()) ?? (await startNew());
process.stdout.write(JSON.stringify(server));

/** Started by an attempt of this very step, whose answer was lost. */
async function findStarted() {
  const record = readRecord(file);
  if (record === undefined) return undefined;
  if (isAlive(record)) {
    console.error(`found the server that was started before, process ${record.pid}`);
    return record;
  }
  dropRecord(file);
  return undefined;
}

async function startNew() {
  if (isAlive(outputs)) {
    console.error(`ending the server with the old settings, process ${outputs.pid}`);
    await end(outputs);
  }
  const program = fileURLToPath(new URL('./server.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, file], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  let exitCode;
  child.on('exit', (code) => {
    exitCode = code ?? 1;
  });
  process.on('SIGTERM', () => {
    child.kill('SIGKILL');
    process.exit(143);
  });
  // Through a pipe: arguments and variables of a process can be seen by others, and a login is
  // nobody's business.
  child.stdin.end(JSON.stringify({ ...input, port: outputs.port ?? 0 }));
  const started = await waitFor(() => exitCode);
  child.unref();
  console.error(`the server answers at ${started.url}, process ${started.pid}`);
  return started;
}

async function waitFor(exitCode) {
  const untilMs = Date.now() + WAIT_MS;
  while (Date.now() < untilMs) {
    const record = readRecord(file);
    if (record !== undefined) return record;
    if (exitCode() !== undefined) throw new Error(`the server ended with code ${exitCode()}`);
    await pause();
  }
  throw new Error(`the server did not begin within ${WAIT_MS / 1_000} s`);
}
