import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type GitServerOptions, serveGit } from '../support/git-server.ts';
import { createRepository } from '../support/repository.ts';
import { templateText } from '../unit/catalog/folders.ts';
import { createPlace } from './support/place.ts';

/** A person's folder, and a Git host from which templates may be fetched there. */
async function openPlace(options: GitServerOptions = {}) {
  const server = await serveGit(options);
  const temporary = join(server.root, 'tmp');
  mkdirSync(temporary);
  const place = createPlace({
    TMPDIR: temporary,
    GIT_SSL_CAINFO: server.certificate,
    BIOTOPE_CATALOG_GIT_HOSTS: server.host,
  });
  onTestFinished(() => place.leave());
  return { server, place, left: () => readdirSync(temporary) };
}

it('a template is published from a Git repository, and it is known from where', async () => {
  const { server, place, left } = await openPlace();
  const repository = createRepository(join(server.root, 'shop.git'));
  const commit = repository.commit({ 'templates/small/template.yaml': templateText() });
  repository.git('tag', 'v1.0.0');
  const url = `https://${server.host}/shop.git`;
  const source = `git::${url}//templates/small?ref=v1.0.0`;

  const validated = await place.run('template', 'validate', source);
  expect(validated.stdout).toBe('small@1.0.0 is valid: 1 resource\n');
  expect(validated.stderr).toBe(`fetching ${source}\n`);

  const published = await place.json('template', 'publish', source);
  expect(published.document).toMatchObject({
    new: true,
    template: { commit, source: { url, path: 'templates/small', ref: 'v1.0.0' } },
  });
  const { stdout: shown } = await place.run('template', 'show', 'small');
  expect(shown).toContain(source);
  expect(shown).toContain(commit);
  const { stdout: listed } = await place.run('template', 'list');
  expect(listed).toContain(`${server.host}/shop//templates/small ${commit.slice(0, 10)}`);
  expect(left()).toEqual([]);

  const refused = await place.run('template', 'validate', 'git@github.com:org/repo.git//x');
  expect(refused.code).toBe(64);
  expect(refused.stderr).toContain('git::ssh://git@github.com/org/repo.git//x');
});

it('fetching a template ends cleanly when it is interrupted', async () => {
  const asked = Promise.withResolvers<void>();
  const { server, place, left } = await openPlace({
    answer: () => {
      asked.resolve();
      return true;
    },
  });
  const running = place.start('template', 'validate', `git::https://${server.host}/shop.git`);
  await Promise.race([asked.promise, running.end]);
  expect(left()).toHaveLength(1);
  running.child.kill('SIGINT');
  const { code, stderr } = await running.end;
  expect(code).toBe(130);
  expect(stderr).toContain('Interrupted.');
  expect(left()).toEqual([]);
});
