import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/platform/clock.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const COMMITTER = fileURLToPath(new URL('./committer.ts', import.meta.url));
const KILLS = 6;

/** Kills the committer after so many confirmed commits; returns the last number of each scope. */
async function commitUntilKilled(path: string, linesMin: number): Promise<Map<string, number>> {
  const child = spawn(process.execPath, [COMMITTER, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.split('\n').length > linesMin) child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.on('close', resolve));
  expect(child.signalCode).toBe('SIGKILL');
  // A line that the kill cut in two was no confirmation.
  const lines = output.slice(0, output.lastIndexOf('\n')).split('\n');
  return new Map(lines.map((line) => [line.slice(0, 1), Number(line.slice(2))]));
}

describe('the sqlite store after kill -9', () => {
  it('holds every confirmed commit, whole and numbered without a gap', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'store.db');
    for (let kill = 0; kill < KILLS; kill += 1) {
      const confirmed = await commitUntilKilled(path, 37 + 111 * kill);
      const store = createSqliteStore({ path, clock: systemClock });
      for (const [scope, number] of confirmed) {
        const stored = await store.get('queues', scope);
        const last = stored?.revision ?? 0;
        expect(last).toBeGreaterThanOrEqual(number);
        expect(stored?.value.acceptedCount).toBe(last);

        const events = await store.events({ scope, limit: 1_000_000 });
        expect(events.map(({ event }) => event.number)).toEqual(
          Array.from({ length: last }, (_, at) => at + 1),
        );
        expect(await store.get('queues', `${scope}/${last}`)).toMatchObject({ revision: last });
        expect(await store.get('queues', `${scope}/${last + 1}`)).toBeUndefined();
      }
      await store.close();
    }
  });
});
