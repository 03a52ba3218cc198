import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readCommands } from '../../../src/presentation/startup/own-plugin.ts';
import type { ServiceVariable } from '../../support/services/running.ts';
import type { World } from './worlds.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** One example of a command's help, as it stands there. */
export interface Example {
  /** `environment list` */
  command: string;
  text: string;
}

export async function readExamples(): Promise<{ commands: string[]; examples: Example[] }> {
  const pjson = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8'));
  const index = Object.values(await readCommands(ROOT, pjson));
  const commands = index.map(({ id }) => id.replaceAll(':', ' '));
  const examples = index.flatMap(({ id, examples: shown = [] }) =>
    shown.map((example) => ({
      command: id.replaceAll(':', ' '),
      text: (typeof example === 'string' ? example : example.command).replaceAll(
        '<%= config.bin %>',
        'biotope',
      ),
    })),
  );
  return { commands, examples };
}

export interface Preparation {
  /** Those that several examples may share are made once. */
  world: World;
  /** What stands in an example for something of the reader's own. */
  instead?: readonly (readonly [RegExp | string, string])[];
  /** What is typed where a terminal asks. */
  answer?: string;
  /** The template is fetched from a Git host. */
  fromGit?: boolean;
  /** A service; where there is none it is skipped. */
  needs?: ServiceVariable;
  /** It changes what others in the same place look at. */
  comesLast?: boolean;
  /** It goes on until it is interrupted, after it has said something: by itself, or of a change of `demo`. */
  isEndless?: { says: string; changesDemo?: boolean; exitCode: number };
}

const PLAN_ASKED_ABOUT = "$(biotope run show demo | sed -n 's/^Its plan: *//p')";

/** Examples that change what is there; all others are run in one place where `demo` is built. */
const PREPARATIONS: readonly (readonly [pattern: RegExp, preparation: Preparation])[] = [
  [/action (?:run|list) demo/, { world: 'acting' }],
  [/webhook replay/, { world: 'told' }],
  [/biotope dlq/, { world: 'brokered', needs: 'RABBITMQ_URL' }],
  [/completion fish/, { world: 'built', instead: [[/\| source/, '| grep __complete']] }],
  [/biotope demo/, { world: 'empty' }],
  [/environment create/, { world: 'empty' }],
  [/environment destroy demo$/, { world: 'small', answer: 'demo' }],
  [/environment destroy/, { world: 'small' }],
  [
    /environment watch demo$/,
    {
      world: 'built',
      isEndless: { says: 'environment.', changesDemo: true, exitCode: 130 },
      comesLast: true,
    },
  ],
  [
    /biotope server/,
    {
      world: 'configured',
      instead: [
        [/ --listen \S+/, ''],
        ['--primary', '--primary --listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0'],
        ['/srv/biotope', './srv'],
      ],
      isEndless: { says: 'Ctrl-C ends it', exitCode: 0 },
    },
  ],
  [
    /biotope worker/,
    {
      world: 'built',
      // No broker is needed to begin: it is looked for until there is one.
      instead: [[/^/, 'BIOTOPE_AMQP_URL=amqp://127.0.0.1:9 ']],
      isEndless: { says: 'Ctrl-C ends it', exitCode: 0 },
    },
  ],
  [/context add/, { world: 'configured' }],
  [/context (?:use|show|remove) staging/, { world: 'contexts' }],
  [/environment adopt demo --create/, { world: 'unadopted' }],
  [/environment adopt/, { world: 'empty' }],
  [/environment (?:extend|rotate)/, { world: 'built', comesLast: true }],
  [/environment update/, { world: 'built', comesLast: true }],
  [/run approve demo$/, { world: 'waiting', answer: 'yes' }],
  [/run approve/, { world: 'waiting', instead: [[/DIGEST/, PLAN_ASKED_ABOUT]] }],
  [/run (?:cancel|resume)/, { world: 'interrupted' }],
  [/run retry/, { world: 'failed' }],
  [/run resolve/, { world: 'unknown' }],
  [/template new/, { world: 'empty' }],
  [/template (?:publish|validate) "git::/, { world: 'folder', fromGit: true }],
  [/template new/, { world: 'empty' }],
  [/template (?:publish|validate)/, { world: 'folder' }],
];

const SHARED: Preparation = { world: 'built' };

export function preparationFor(text: string): Preparation {
  return PREPARATIONS.find(([pattern]) => pattern.test(text))?.[1] ?? SHARED;
}
