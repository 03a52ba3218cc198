import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPlace, eventually, type Place } from './support/place.ts';
import { templateHead, writeTemplate } from './support/templates.ts';

let place: Place;
let door: Server | undefined;
beforeEach(() => {
  place = createPlace({
    BIOTOPE_SERVER_LISTEN: '127.0.0.1:0',
    BIOTOPE_HEALTH_INTERVAL_MS: '1000',
    BIOTOPE_HEALTH_FAILURES_MAX: '2',
  });
});
afterEach(async () => {
  door?.close();
  await place.leave();
});

/** Something that takes connections, as a service does that lives. Returns its port. */
async function open(port: number): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  door = server;
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

it('a server sees that a resource is silent, and that it answers again', async () => {
  const port = await open(0);
  const folder = writeTemplate(place, 'lamp', {
    'template.yaml': `${templateHead('lamp')}
resources:
  - id: light
    executor: consul-kv
    with: { prefix: "\${environment.name}/light" }
    statusEndpoints: [{ tcp: "127.0.0.1:${port}" }]
`,
  });
  await place.run('template', 'publish', folder);
  const server = place.start('server', '--primary');
  await server.says('Ctrl-C ends it');
  expect((await place.run('environment', 'create', 'one', '-t', 'lamp')).code).toBe(0);

  const shown = async () => (await place.json('environment', 'show', 'one')).document.environment;
  door?.close();
  await eventually(async () => (await shown()).status === 'failed');
  expect((await shown()).failure).toMatchObject({
    code: 'VALIDATION_FAILED',
    address: 'light[0]',
    message: expect.stringContaining(`light does not answer any more at 127.0.0.1:${port}`),
  });
  await open(port);
  await eventually(async () => (await shown()).status === 'ok');

  server.child.kill('SIGTERM');
  expect((await server.end).code).toBe(0);
});
