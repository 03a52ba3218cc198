import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { moduleText, templateOf } from '../integration/vendoring/rig.ts';
import { serveGit } from '../support/git-server.ts';
import { answerAsRegistry } from '../support/module-registry.ts';
import { createRepository } from '../support/repository.ts';
import { createPlace } from './support/place.ts';

it('a template takes a module from a registry once, and lives without it from then on', async () => {
  const modules: Record<string, Record<string, string>> = {};
  const server = await serveGit({ answer: answerAsRegistry(modules) });
  const repository = createRepository(join(server.root, 'vpc.git'));
  const commit = repository.commit({ 'main.tf': moduleText('vpc') });
  const location = `git::https://${server.host}/vpc.git?ref=${commit}`;
  modules['acme/vpc/aws'] = { '5.0.0': location, '6.0.0': location };
  const place = createPlace({
    GIT_SSL_CAINFO: server.certificate,
    SSL_CERT_FILE: server.certificate,
    BIOTOPE_CATALOG_GIT_HOSTS: server.host,
    BIOTOPE_CATALOG_REGISTRY_HOSTS: server.host,
  });
  onTestFinished(() => place.leave());
  mkdirSync(join(place.folder, 'web'));
  const spec = (name: string) =>
    `{ module: ${server.host}/acme/vpc/aws, version: "~> 5.0", variables: { ${name}: a } }`;
  place.write('web/template.yaml', templateOf('1.0.0', spec('nmae')));
  const validated = await place.run('template', 'validate', './web');
  expect(validated.stderr).toContain('Did you mean "name"?');
  expect(validated.stderr).toContain('template.yaml:5:');

  place.write('web/template.yaml', templateOf('1.0.0', spec('name')));
  const published = await place.run('template', 'publish', './web');
  expect(published.stdout).toContain('published vendored@1.0.0: 1 resource\n');
  expect(published.stdout).toContain(`acme/vpc/aws ~> 5.0: 5.0.0, from https://${server.host}/vpc`);
  expect(published.stdout).toContain(`commit ${commit.slice(0, 10)}`);
  expect(published.stderr).toContain(`fetching module acme/vpc/aws of ${server.host}`);

  const asked = server.requests.length;
  const created = await place.json('environment', 'create', 'e', '--template', 'vendored');
  expect(created.document.environment).toMatchObject({ status: 'ok' });
  expect((await place.run('template', 'show', 'vendored')).stdout).toContain('Kept from elsewhere');
  expect((await place.run('environment', 'destroy', 'e', '--yes')).code).toBe(0);
  expect(server.requests).toHaveLength(asked);
});
