import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buryMessage } from '../../support/amqp.ts';
import { createPlace, eventually, type Place } from './place.ts';
import {
  actingTemplate,
  blindTemplate,
  switchedTemplate,
  templateHead,
  writeTemplate,
} from './templates.ts';

/** Nobody listens there. */
const TELLING = `webhooks: [{ name: ops, url: "http://127.0.0.1:1/", secrets: [{ file: ops.secret }] }]
webhookDelivery: { attemptsMax: 1 }
server: { primary: true, listen: "127.0.0.1:0", metricsListen: null }
`;

/** Situations in which commands are given, each in a folder of its own. */
export const WORLDS = {
  /** Nothing was done yet. */
  empty: () => {},
  /** Settings of one's own are there. */
  configured: (place: Place) => {
    place.write('biotope.yaml', 'log: { level: info }\n');
    place.write('token.txt', 'biotope_of-nobody\n');
  },
  /** A server elsewhere is known. */
  contexts: async (place: Place) => {
    await succeed(place, 'context', 'add', 'staging', 'https://biotope.example.org');
  },
  /** `demo` is made of the template that ships: with Terraform, and a page that is served. */
  built: async (place: Place) => {
    await succeed(place, 'environment', 'create', 'demo', '-t', 'hello');
  },
  /** A template of one's own in `templates/web-service`. */
  folder: (place: Place) => {
    webService(place);
  },
  /** `demo` is there, made of nothing that takes time. */
  small: async (place: Place) => {
    await succeed(place, 'template', 'publish', webService(place));
    await succeed(place, 'environment', 'create', 'demo', '-t', 'web-service');
  },
  /** `demo` has actions. */
  acting: async (place: Place) => {
    await succeed(place, 'template', 'publish', actingTemplate(place));
    await succeed(place, 'environment', 'create', 'demo', '-t', 'acting');
    place.write('arguments.yaml', 'password: in-a-file\n');
  },
  /** A server could not tell its webhook `ops` of `demo`. */
  told: async (place: Place) => {
    await succeed(place, 'template', 'publish', webService(place));
    place.write('ops.secret', 'a-secret-of-many-bytes');
    const config = place.write('server.yaml', TELLING);
    const server = place.start('server', '--config', config);
    await server.says('http://127.0.0.1:');
    await succeed(place, 'environment', 'create', 'demo', '-t', 'web-service');
    for (let failed = ''; failed === ''; ) {
      failed = (await place.run('webhook', 'deliveries', '--failed', '-o', 'name')).stdout;
    }
    server.child.kill('SIGTERM');
    await server.end;
  },
  /** A broker keeps a message that nobody understands. */
  brokered: async (place: Place) => {
    await buryMessage({ ...brokerOf(place), body: '{"type":"environment.craete"}' });
  },
  /** `web` of `demo` was to be adopted, and there is nothing to adopt. */
  unadopted: async (place: Place) => {
    await succeed(place, 'template', 'publish', webService(place));
    await place.run('environment', 'adopt', 'demo', '-t', 'web-service', '--resource', 'web');
  },
  /** The run that makes `demo` failed; what it failed for is mended. */
  failed: async (place: Place) => {
    await succeed(place, 'template', 'publish', switchedTemplate(place));
    place.write('switches/fail', '');
    await place.run('environment', 'create', 'demo', '-t', 'switched');
    rmSync(join(place.folder, 'switches/fail'));
  },
  /** The run that makes `demo` waits until somebody approves its plan. */
  waiting: async (place: Place) => {
    await succeed(place, 'template', 'publish', webService(place));
    const create = ['environment', 'create', 'demo', '-t', 'web-service', '--approval'];
    await place.run(...create, '--timeout', '1s');
  },
  /** The run that makes `demo` was interrupted, and nobody works on it. */
  interrupted: async (place: Place) => {
    await succeed(place, 'template', 'publish', switchedTemplate(place));
    await endInTheMiddle(place, 'switched', 'SIGINT');
  },
  /** Nobody knows how the steps `web` and `database` of `demo` ended. */
  unknown: async (place: Place) => {
    await succeed(place, 'template', 'publish', blindTemplate(place, ['web', 'database']));
    await endInTheMiddle(place, 'blind', 'SIGKILL');
    await place.run('run', 'resume', 'demo');
  },
} satisfies Record<string, (place: Place) => void | Promise<void>>;

export type World = keyof typeof WORLDS;

export async function openWorld(world: World, env: Record<string, string> = {}): Promise<Place> {
  const place = createPlace(env);
  await WORLDS[world](place);
  return place;
}

/** Where a brokered one has its broker. */
export function brokerOf({ env }: Place): { url: string; prefix: string } {
  const { BIOTOPE_AMQP_URL: url = '', BIOTOPE_AMQP_PREFIX: prefix = '' } = env;
  return { url, prefix };
}

async function succeed(place: Place, ...args: string[]): Promise<void> {
  const { code, stderr } = await place.run(...args);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
}

function webService(place: Place): string {
  return writeTemplate(place, 'templates/web-service', {
    'template.yaml': `${templateHead('web-service')}resources:
  - id: web
    executor: consul-kv
    with: { prefix: "\${environment.name}/web", entries: { a: 1 } }
`,
  });
}

/** Starts to make `demo` and ends the process while a step is under way. */
async function endInTheMiddle(place: Place, template: string, signal: NodeJS.Signals) {
  place.write('switches/hold', '');
  const create = place.start('environment', 'create', 'demo', '-t', template);
  const journal = join(place.folder, 'switches/journal');
  await eventually(() => existsSync(journal));
  create.child.kill(signal);
  await create.end;
  rmSync(join(place.folder, 'switches/hold'));
}
