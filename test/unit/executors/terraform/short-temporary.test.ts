import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { shortTemporary } from '../../../../src/executors/terraform/short-temporary.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

it('leaves a short path as it is', () => {
  const folder = temporaryFolder();
  const temporary = shortTemporary(folder);
  expect(temporary.path).toBe(folder);
  temporary.leave();
  expect(existsSync(folder)).toBe(true);
});

it('takes a private folder where sockets can be in the place of a long path, and removes it', async () => {
  const temporary = shortTemporary(join(temporaryFolder(), 'deep/'.repeat(30)));
  expect(statSync(temporary.path).mode & 0o777).toBe(0o700);
  const socket = join(temporary.path, 'plugin1234567890');
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
  writeFileSync(join(temporary.path, 'left'), '');
  temporary.leave();
  expect(existsSync(temporary.path)).toBe(false);
});
