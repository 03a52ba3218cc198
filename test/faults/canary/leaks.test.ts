import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '../../../src/platform/sqlite.ts';
import { observe } from '../../support/canary/observer.ts';
import { createSearch } from '../../support/canary/search.ts';
import { plantedSecret } from '../../support/canary/secrets.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { CREATE, eventually, publishedWorld } from './world.ts';

/** Leaks on purpose: a search that finds none of them proves nothing. */
describe('a leak', () => {
  test.for([
    ['as it is', (secret: string) => secret],
    ['inside JSON', (secret: string) => JSON.stringify({ secret: JSON.stringify(secret) })],
    ['in an address', (secret: string) => encodeURIComponent(secret)],
    ['as hex', (secret: string) => Buffer.from(secret).toString('hex')],
    ['as HEX', (secret: string) => Buffer.from(secret).toString('hex').toUpperCase()],
    ['as Base64', (secret: string) => Buffer.from(secret).toString('base64')],
    ['as Base64 behind one byte', (secret: string) => Buffer.from(`x${secret}`).toString('base64')],
    ['as Base64 behind two', (secret: string) => Buffer.from(`xx${secret}`).toString('base64url')],
    ['as UTF-16', (secret: string) => Buffer.from(secret, 'utf16le').toString('latin1')],
    ['of a third of it', (secret: string) => secret.slice(20, 40)],
  ] as const)('%s is found', ([, disguise]) => {
    const search = createSearch();
    const text = `before ${disguise(plantedSecret())} after`;
    const [hit] = search.hitsIn('here', Buffer.from(text, 'latin1'));
    expect(hit?.where).toBe('here');
    expect(search.hitsIn('here', 'before after')).toEqual([]);
  });

  test('of a generated secret is found once it is known', () => {
    const search = createSearch();
    const secret = 'iQ8xVbT2mLw0RzYc5NpK7sDf';
    const text = Buffer.from(`user:${secret}`).toString('base64');
    expect(search.hitsIn('here', text)).toEqual([]);
    search.learn(secret);
    expect(search.hitsIn('here', text)).not.toEqual([]);
  });

  test('into files, a database, arguments and an environment is seen while it is there', async () => {
    const folder = temporaryFolder();
    const file = (name: string, text: string, mode = 0o600) => {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      chmodSync(path, mode);
    };
    const observed = { search: createSearch(), folders: [], rootPid: process.pid };
    const observer = observe({ ...observed, dataFolder: folder });
    onTestFinished(() => observer.stop());
    const { database } = openSqlite({
      path: join(folder, 'some.db'),
      schema: { applicationId: 1, migrations: ['CREATE TABLE leaks (text TEXT NOT NULL)'] },
    });
    onTestFinished(() => database.close());
    database.prepare('INSERT INTO leaks VALUES (?)').run(plantedSecret());
    file('some.log', plantedSecret());
    file('work/run/step/open.tfvars', plantedSecret(), 0o644);
    file('work/run/step/private.tfvars', plantedSecret());
    const shell = spawn('sh', ['-c', 'read -r line', plantedSecret()], {
      env: { LEAK: plantedSecret() },
    });
    await eventually(() => observer.hits.length > 0 && observer.exempt.size > 0);
    await eventually(() => observer.hits.some(({ where }) => where.includes('environment of')));
    shell.stdin.end();
    await once(shell, 'exit');
    await observer.stop();
    const where = observer.hits.map((hit) => hit.where.replace(`${folder}/`, '')).join('\n');
    expect(where).toMatch(/^some\.db-wal$/m);
    expect(where).toMatch(/^some\.log$/m);
    expect(where).toMatch(/^work\/run\/step\/open\.tfvars, which others may read$/m);
    expect(where).toMatch(/^the arguments of process \d+$/m);
    expect(where).toMatch(/^the environment of process \d+$/m);
    expect(where).not.toContain('private.tfvars');
    expect([...observer.exempt]).toEqual(['private.tfvars']);
  });

  test('by a program that says half of a secret is found in the log and in what shows it', async () => {
    const world = await publishedWorld();
    world.turn('say-half', '');
    await world.done([...CREATE, ...world.parametersFile()]);
    await world.done(['run', 'logs', 'one', 'program', '--json']);
    const where = (await world.end()).hits.map((hit) => hit.where).join('\n');
    expect(where).toContain('store.db');
    expect(where).toContain('the answer of biotope run logs one program --json');
  });
});
