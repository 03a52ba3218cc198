import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlace, type Place } from './support/place.ts';
import { type ServerProcess, startServer } from './support/server.ts';
import { switchedTemplate, templateHead, writeTemplate } from './support/templates.ts';

/** Runs of every kind and end: `demo` is there, `broken` failed, `gone` was destroyed. */
async function furnish(place: Place): Promise<void> {
  const many = writeTemplate(place, 'many', {
    'template.yaml': `${templateHead('many')}
parameters:
  type: object
  required: [word]
  properties: { word: { type: string, writeOnly: true }, size: { type: integer, default: 3 } }
resources:
  - id: base
    executor: consul-kv
    description: What all need
    tags: [blue, shared]
    with: { prefix: "\${environment.name}/base", entries: { a: 1 } }
  - id: web
    executor: consul-kv
    count: 12
    dependsOn: [base]
    with: { prefix: "\${environment.name}/web/\${self.index}", entries: { b: "2" } }
  - id: login
    executor: vault-secret
    with: { path: "\${environment.name}/login", generate: { word: { length: 24 } } }
groups: [{ name: front, description: What is seen, resources: [web] }]
actions: [{ name: tell, description: Says so, app: { name: tell, command: [./app/tell] } }]
outputs: { base: "\${resources.base.outputs.prefix}", word: "\${resources.login.outputs.word}" }
`,
    'app/tell': '#!/bin/sh\necho {}\n',
  });
  await place.run('template', 'publish', switchedTemplate(place));
  const published = await place.run('template', 'publish', many);
  expect(published).toMatchObject({ code: 0 });
  const secrets = ['--parameters-file', place.write('secrets.yaml', 'word: hidden-word\n')];
  const create = (name: string, ...more: string[]) =>
    place.run('environment', 'create', name, '-t', 'many', ...secrets, ...more);
  await create('demo', '--tag', 'blue');
  await create('gone', '--description', 'not for long');
  await place.run('environment', 'destroy', 'gone', '--yes');
  await place.run('action', 'run', 'demo', 'tell');
  await place.run('environment', 'reconcile', 'demo');
  place.write('switches/fail', '');
  await place.run('environment', 'create', 'broken', '-t', 'switched');
  rmSync(join(place.folder, 'switches/fail'));
}

let place: Place;
let server: ServerProcess;
beforeAll(async () => {
  place = createPlace();
  await furnish(place);
  server = await startServer(place);
});
afterAll(() => place.leave());

const READING = [
  'action list demo',
  'environment drift demo',
  'environment plan demo --tag new',
  'environment plan demo --destroy --diff',
  'template plan many@1.0.0',
  'environment list',
  'environment list --all',
  'environment show demo',
  'environment show gone',
  'environment show broken',
  'environment show nowhere',
  'environment graph demo',
  'environment graph demo --format dot',
  'environment graph demo --format mermaid',
  'environment output demo',
  'environment output demo base',
  'environment output demo nothing',
  'environment output demo --show-secrets',
  'environment output demo base --show-secrets',
  'environment watch demo --history --once',
  'resource list',
  'resource list --environment demo --tag blue',
  'resource list --executor vault-secret --limit 1',
  'resource list --group front',
  'resource list --status failed',
  'resource show demo/base',
  'resource show demo/web[3]',
  'resource show demo/wbe',
  'resource show base',
  'resource dependencies demo/web[1]',
  'resource dependents demo/base',
  'resource dependents demo/base --limit 3',
  'resource dependents external:nobody',
  'run list',
  'run list -e demo --limit 1',
  'run list -e nowhere',
  'run show demo',
  'run show broken',
  'run show gone --follow',
  'run logs broken',
  'run logs broken middle',
  'run logs broken nothing',
  'run explain broken middle',
  'run explain demo base',
  'search blue',
  'search not-for-long',
  'search many --kind template',
  'search nothing-of-this-name',
  'template list',
  'template show many',
  'template show hello@^1',
  'template show nothing',
];

/** What time it is changes ages and nothing else. */
function withoutAges(text: string): string {
  return text
    .replaceAll(/\b\d+(?:\.\d+)? (?:ms|s|min|h|d)\b/g, 'AGE')
    .replaceAll(/ {2,}/g, '  ')
    .replaceAll(/ +$/gm, '');
}

describe('what is read from a server is what is read from its data folder', () => {
  it.each(READING)('%s', async (line) => {
    const args = line.split(' ');
    const here = ['--data', place.dataFolder];
    const there = ['--server', server.url];
    for (const format of [[], ['--json']]) {
      const [embedded, remote] = await Promise.all([
        place.run(...args, ...format, ...here),
        place.run(...args, ...format, ...there),
      ]);
      expect(withoutAges(remote.stderr)).toBe(withoutAges(embedded.stderr));
      expect(withoutAges(remote.stdout)).toBe(withoutAges(embedded.stdout));
      expect(remote.code).toBe(embedded.code);
    }
  });
});
