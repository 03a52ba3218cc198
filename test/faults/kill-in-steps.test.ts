import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { resourceKey } from '../../src/model/resource.ts';
import { stepKey } from '../../src/model/step.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROGRAM = fileURLToPath(new URL('../support/confirmed-steps.ts', import.meta.url));
const KILLS = 6;

/** What it has confirmed until it was killed, after so many steps; or until all was done. */
async function confirmedBy(
  folder: string,
  { name, stepsMax }: { name?: string; stepsMax: number },
): Promise<string[]> {
  const child = spawn(process.execPath, [PROGRAM, folder, ...(name === undefined ? [] : [name])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let lines = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    lines += text.split('\n').length - 1;
    if (lines >= stepsMax) child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.on('close', resolve));
  const end = name === undefined ? [0, null] : [null, 'SIGKILL'];
  expect([child.exitCode, child.signalCode]).toEqual(end);
  // A line that the kill cut in two was no confirmation.
  return output.slice(0, output.lastIndexOf('\n')).split('\n');
}

async function lostOf(store: Store, confirmed: Iterable<string>): Promise<string[]> {
  const lost: string[] = [];
  for (const line of confirmed) {
    const [runId = '', address = ''] = line.split(' ');
    const step = (await store.get('steps', stepKey(runId, address)))?.value;
    const key = resourceKey(step?.environment ?? '', address);
    const resource = (await store.get('resources', key))?.value;
    if (step?.status !== 'succeeded' || resource?.status !== 'ok') lost.push(line);
  }
  return lost;
}

it('loses no confirmed step, however it is killed, and goes on with the others', async () => {
  const folder = temporaryFolder();
  const data = join(folder, 'data');
  const confirmed = new Set<string>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const stepsMax = 1 + Math.floor(Math.random() * 300);
    const lines = await confirmedBy(data, { name: `r${kill}`, stepsMax });
    for (const line of lines) confirmed.add(line);
    const store = createSqliteStore({ path: join(data, 'store.db'), clock: systemClock });
    expect(await lostOf(store, confirmed), `killed after ${stepsMax} steps`).toEqual([]);
    await store.close();
  }
  for (const line of await confirmedBy(data, { stepsMax: Number.POSITIVE_INFINITY })) {
    confirmed.add(line);
  }

  const store = createSqliteStore({ path: join(data, 'store.db'), clock: systemClock });
  expect(await lostOf(store, confirmed)).toEqual([]);
  const runs = await store.find('runs');
  expect(runs.filter(({ value }) => value.status !== 'succeeded')).toEqual([]);
  const steps = await store.find('steps');
  expect(steps.filter(({ value }) => value.status !== 'succeeded')).toEqual([]);
  // What was recorded in the last moment was not told any more.
  expect(steps.length).toBeGreaterThanOrEqual(confirmed.size);
  expect(confirmed.size).toBeGreaterThan(KILLS);
  await store.close();
});
