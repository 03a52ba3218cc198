import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { ownPrefix, removeTopology } from '../support/amqp.ts';
import { serveGit } from '../support/git-server.ts';
import { createRepository } from '../support/repository.ts';
import { addressOf } from '../support/services/describe-over.ts';
import { type Preparation, preparationFor, readExamples } from './support/examples.ts';
import type { Place } from './support/place.ts';
import { brokerOf, openWorld } from './support/worlds.ts';

const BIN = resolve(import.meta.dirname, '../../bin');

/** Programs of others that examples work with, where this machine may not have them. */
const STAND_INS: Record<string, string> = {
  pass: 'echo "greeting: Hello"',
  dot: 'cat',
  jq: 'cat',
};

const { commands, examples } = await readExamples();
const prepared = examples.map((example) => ({
  ...example,
  preparation: preparationFor(example.text),
}));

it.each(commands)('%s has an example', (command) => {
  const own = examples.filter((example) => example.command === command);
  expect(own).not.toEqual([]);
  for (const { text } of own) expect(text).toContain(`biotope ${command}`);
});

describe('where an environment is there', () => {
  let place: Place;
  beforeAll(async () => {
    place = await openWorld('built');
  });
  afterAll(async () => {
    await place.run('environment', 'destroy', 'demo', '--yes');
    await place.leave();
  });
  const own = prepared.filter(({ preparation }) => preparation.world === 'built');
  const looking = own.filter(({ preparation }) => preparation.comesLast !== true);
  const changing = own.filter(({ preparation }) => preparation.comesLast === true);
  it.concurrent.for(looking)('$text', (example, context) => holds(place, example, context));
  it.for(changing)('$text', (example, context) => holds(place, example, context));
});

describe('where something else is there', () => {
  const others = prepared.filter(({ preparation }) => preparation.world !== 'built');
  const fromGit = others.filter(({ preparation }) => preparation.fromGit === true);
  const local = others.filter(({ preparation }) => preparation.fromGit !== true);
  it.concurrent.for(local)('$text', async (example, context) => {
    const place = await openFor(example.preparation, context);
    await holds(place, example, context);
  });
  it.for(fromGit)('$text', async (example, context) => {
    const { host, env } = await gitHost();
    const place = await openFor(example.preparation, context, env);
    await holds(place, { ...example, text: example.text.replace('github.com', host) }, context);
  });
});

type Prepared = (typeof prepared)[number];
type Finishing = Pick<TestContext, 'onTestFinished' | 'skip'>;

/** A place of its own, which is left when the test has ended. */
async function openFor(
  { world, needs }: Preparation,
  { onTestFinished, skip }: Finishing,
  env: Record<string, string> = {},
): Promise<Place> {
  const address = needs === undefined ? '' : addressOf(needs);
  // skipped: a machine may have no such service; in CI there is one.
  skip(address === undefined && process.env.CI !== 'true', `${needs} not named, and nothing runs`);
  const place = await openWorld(world, { ...env, ...brokered(address) });
  onTestFinished(async () => {
    // What ships starts programs that would outlive the folder.
    const { stdout } = await place.run('environment', 'list', '-o', 'name');
    const names = world === 'empty' ? stdout.split('\n').filter((name) => name !== '') : [];
    for (const name of names) await place.run('environment', 'destroy', name, '--yes');
    const { url, prefix } = brokerOf(place);
    if (world === 'brokered') await removeTopology(url, prefix);
    await place.leave();
  });
  return place;
}

/** A broker, with names that nobody else has there. */
function brokered(url: string | undefined) {
  return url ? { BIOTOPE_AMQP_URL: url, BIOTOPE_AMQP_PREFIX: ownPrefix() } : {};
}

/** The example does what it says; one that goes on for ever ends with the code of an interrupt. */
async function holds(place: Place, example: Prepared, context: Finishing) {
  const { instead = [], answer, isEndless } = example.preparation;
  const text = instead.reduce((words, [from, to]) => words.replace(from, to), example.text);
  const shell = startShell(
    place,
    answer === undefined ? text : `script -qec '${text}' /dev/null`,
    context,
  );
  if (answer !== undefined) {
    await shell.says('Type ');
    shell.child.stdin?.write(`${answer}\n`);
  }
  if (isEndless !== undefined) {
    if (isEndless.changesDemo) {
      await place.run('environment', 'update', 'demo', '--description', 'for all to see');
    }
    await shell.says(isEndless.says);
    process.kill(-(shell.child.pid ?? 0), 'SIGINT');
  }
  const { code, printed } = await shell.end;
  const advice = 'what it needs to work is told in test/e2e/support/examples.ts';
  expect(code, `${text}\n${printed}\n(${advice})`).toBe(isEndless?.exitCode ?? 0);
}

function startShell(place: Place, text: string, { onTestFinished }: Finishing) {
  const env = { ...process.env, NO_COLOR: '1', PATH: pathWithStandIns(place) };
  const child: ChildProcess = spawn('bash', ['-c', `set -o pipefail; ${text}`], {
    cwd: place.folder,
    env: { ...env, ...place.env },
    detached: true,
  });
  onTestFinished(() => {
    if (child.exitCode === null) process.kill(-(child.pid ?? 0), 'SIGKILL');
  });
  let printed = '';
  const heard = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (piece: string) => {
      printed += piece;
      for (const listener of heard) listener();
    });
  }
  const end = new Promise<{ code: number | null; printed: string }>((done) => {
    child.once('close', (code) => done({ code, printed }));
  });
  const says = (wanted: string) =>
    new Promise<void>((done) => {
      const listen = () => printed.includes(wanted) && done();
      heard.add(listen);
      listen();
      void end.then(() => done());
    });
  return { child, end, says };
}

function pathWithStandIns(place: Place): string {
  const folder = join(place.folder, 'stand-ins');
  mkdirSync(folder, { recursive: true });
  for (const [name, work] of Object.entries(STAND_INS)) {
    if (existsSync(join(folder, name))) continue;
    chmodSync(place.write(`stand-ins/${name}`, `#!/bin/sh\n${work}\n`), 0o755);
  }
  return [BIN, process.env.PATH, folder].join(delimiter);
}

async function gitHost() {
  const server = await serveGit();
  const repository = createRepository(join(server.root, 'org/repo.git'));
  repository.commit({
    'templates/web-service/template.yaml': `apiVersion: biotope/v1
kind: Template
metadata: { name: web-service, version: 1.2.0 }
resources:
  - id: web
    executor: consul-kv
    with: { prefix: web, entries: { a: 1 } }
`,
  });
  repository.git('tag', 'v1.2.0');
  const env = { GIT_SSL_CAINFO: server.certificate, BIOTOPE_CATALOG_GIT_HOSTS: server.host };
  return { env, host: server.host };
}
