import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CanaryWorld, CREATE, publishedWorld } from './world.ts';

const COMMANDS = join(import.meta.dirname, '../../../src/commands');
const MINUTES = 60_000;

const FORMATS = ['table', 'json', 'yaml', 'name'];

/** Asked of an environment that is built, in every format. Those that would change it are refused. */
const ASKED = [
  'completion bash',
  'doctor',
  'dlq list',
  'dlq replay --all',
  'environment adopt one --resource adopted',
  'environment create one -t canary',
  'environment extend one --for 2h',
  'environment graph one',
  'environment graph one --format dot',
  'action list one',
  'action run one nothing',
  'audit list',
  // What is refused: the contexts of whoever runs the tests stay as they are.
  'context add elsewhere nonsense',
  'context list',
  'context remove nowhere',
  'context show nowhere',
  'context use nowhere',
  'environment drift one',
  'environment graph one --format mermaid',
  'environment graph one --format json',
  'environment list --all',
  'environment output one',
  'environment output one password',
  'environment plan one --diff -p note=changed',
  'environment plan one --destroy --diff',
  'environment reconcile one',
  'environment rotate one generated --dry-run --diff',
  'environment show one',
  'environment update one',
  'environment watch one --history --once',
  'resource dependencies one/settings',
  'resource dependents one/generated',
  'resource list',
  'resource show one/holder',
  'resource show one/inner/settings',
  'resource show one/program',
  'resource show one/settings',
  'run approve one',
  'run cancel one',
  'run explain one holder',
  'run explain one program',
  'run list',
  'run logs one',
  'run resolve one program --as done',
  'run resume one',
  'run retry one',
  'run show one',
  'search redacted',
  'server --primary-cluster-name elsewhere',
  'search canary',
  'template list',
  'token new canary',
  'webhook deliveries',
  'webhook list',
  'webhook replay nothing',
  'template new fresh --kind consul-kv',
  'template plan canary@1.0.0',
  'template show canary',
  'worker --pool nowhere',
].map((line) => line.split(' '));

/** Asked once: they take long, or end what the others ask about. */
const ASKED_LAST = [
  'demo',
  'template validate fresh',
  'template publish fresh',
  'environment destroy one --yes --json',
].map((line) => line.split(' '));

/** Every command there is, as it is called. */
function allCommands(): string[] {
  const files = readdirSync(COMMANDS, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length).replace('/', ' '))
    .sort();
}

async function builtWorld(): Promise<CanaryWorld> {
  const world = await publishedWorld();
  await world.done([...CREATE, ...world.parametersFile()]);
  await world.learn('one/generated', 'one/adopted');
  return world;
}

describe('every command', () => {
  test('shows no secret in any format', { timeout: 10 * MINUTES }, async () => {
    const lines = [...ASKED, ...ASKED_LAST].map((words) => words.join(' '));
    for (const command of allCommands()) {
      expect(
        lines.some((line) => `${line} `.startsWith(`${command} `)),
        command,
      ).toBe(true);
    }
    const world = await builtWorld();
    const waiting = ASKED.flatMap((words) => FORMATS.map((format) => [...words, '-o', format]));
    const lane = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        await world.run(next);
      }
    };
    await Promise.all([lane(), lane()]);
    for (const words of ASKED_LAST) await world.done(words);
    expect((await world.end()).hits).toEqual([]);
  });

  test('that is asked for secrets shows them to whoever asked, and leaves them nowhere', async () => {
    const world = await builtWorld();
    const { stdout } = await world.done([
      'environment',
      'output',
      'one',
      '--show-secrets',
      '--json',
    ]);
    expect(Object.keys(JSON.parse(stdout))).toHaveLength(6);
    const { hits } = await world.end();
    const where = new Set(hits.map((hit) => hit.where));
    expect([...where]).toEqual([
      'the answer of biotope environment output one --show-secrets --json',
    ]);
  });
});
