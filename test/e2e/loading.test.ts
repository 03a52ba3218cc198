import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlace, type Place } from './support/place.ts';
import { switchedTemplate } from './support/templates.ts';

const LIST = 'loaded.txt';

/** Writes, when the process ends, the address of every module that it resolved, and Node's own. */
const RECORDER = `
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
const seen = new Set();
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    seen.add(found.url);
    return found;
  },
});
process.on('exit', () => {
  const lines = [...seen, ...process.moduleLoadList.map((name) => name.replace('NativeModule ', 'node/'))];
  writeFileSync('${LIST}', lines.join('\\n'));
});`;

let place: Place;
beforeEach(() => {
  place = createPlace({
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(RECORDER)}`,
  });
});
afterEach(() => place.leave());

async function loadedBy(...args: string[]): Promise<string[]> {
  // The first one of all may have to make the index of the commands.
  await place.run('--help');
  const { code, stderr } = await place.run(...args);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return readFileSync(join(place.folder, LIST), 'utf8').split('\n');
}

/** What takes long to load. */
const HEAVY = {
  'the command line': /\/@oclif\//,
  'schemas of records': /\/node_modules\/zod\//,
  'words of zod in other languages': /\/zod\/v4\/locales\/(?!en\.js)/,
  'schemas of users': /\/node_modules\/ajv\//,
  YAML: /\/node_modules\/yaml\//,
  'lines of the log': /\/node_modules\/pino\//,
  'Terraform configurations': /\/node_modules\/cdktf\//,
  'what checks and publishes templates': /\/src\/catalog\//,
  'what drives': /\/src\/engine\/coordinator\//,
  'systems that nobody named':
    /\/node_modules\/(?:amqplib|arangojs|axios|consul|node-vault|opossum|pg)\//,
  "Node's HTTP": /^node\/_http_client$/,
};

function heavyOnes(loaded: readonly string[]): string[] {
  return Object.entries(HEAVY)
    .filter(([, pattern]) => loaded.some((address) => pattern.test(address)))
    .map(([name]) => name);
}

describe('of what takes long to load', () => {
  it('help needs nothing', async () => {
    expect(heavyOnes(await loadedBy('--help'))).toEqual([]);
  });

  it('a list needs the command line and schemas', async () => {
    const loaded = await loadedBy('environment', 'list');
    expect(heavyOnes(loaded)).toEqual(['the command line', 'schemas of records']);
  });

  it('an environment of a template that is published needs what drives', async () => {
    await place.run('template', 'publish', switchedTemplate(place));
    const loaded = await loadedBy('environment', 'create', 'first', '--template', 'switched');
    expect(heavyOnes(loaded)).toEqual([
      'the command line',
      'schemas of records',
      'schemas of users',
      'what drives',
    ]);
  });
});
