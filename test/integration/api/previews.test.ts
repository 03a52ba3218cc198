import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../support/cli.ts';
import { type Served, serve } from '../../support/served.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function create({ send, ended }: Served, name: string, template = 'hello'): Promise<void> {
  const { body } = await send('/api/v1/commands', {
    type: 'environment.create',
    data: { name, template },
  });
  await ended(body.run.id);
}

test('a preview says what a command would do, and does nothing', async () => {
  const { send, ask } = await serve();
  const command = { type: 'environment.create', data: { name: 'shop', template: 'hello' } };
  const { status, body } = await send('/api/v1/previews', command);
  expect(status).toBe(200);
  expect(body).toMatchObject({ environment: 'shop', summary: { create: 4 }, approval: null });
  expect(body.resources.map(({ action }: { action: string }) => action)).toEqual(
    Array(4).fill('create'),
  );
  expect((await ask('/api/v1/environments')).body.items).toEqual([]);
  expect((await ask('/api/v1/runs')).body.items).toEqual([]);
});

test('a preview with differences has what Terraform itself would do', async () => {
  const served = await serve();
  await create(served, 'shop');
  const { body } = await served.send('/api/v1/previews', {
    type: 'environment.update',
    data: { name: 'shop', parameters: { greeting: 'Good day' } },
    differences: true,
  });
  const site = body.resources.find(({ label }: { label: string }) => label === 'site');
  expect(site.action).toBe('change');
  expect(site.difference).toContainEqual(
    expect.objectContaining({ subject: 'terraform_data.page', action: 'update' }),
  );
  expect(JSON.stringify(site.difference)).toContain('Good day');
});

test.each([
  [{ type: 'environment.update', data: { name: 'nobody' } }, 404, 'ENVIRONMENT_NOT_FOUND'],
  [{ type: 'environment.create', data: { name: 'shop' } }, 422, 'COMMAND_INVALID'],
  [{ type: 'run.cancel', data: { run: 'x' } }, 400, 'REQUEST_INVALID'],
] as const)('a preview of %j is refused with %i', async (...[command, status, code]) => {
  const { send } = await serve();
  expect(await send('/api/v1/previews', command)).toMatchObject({ status, body: { code } });
});

function writeVersion(folder: string, version: string, size: number): string {
  const place = join(folder, version);
  mkdirSync(place);
  const text = `apiVersion: biotope/v1
kind: Template
metadata: { name: shelf, version: ${version} }
resources:
  - id: board
    executor: consul-kv
    with: { prefix: "\${environment.name}/board", entries: { size: ${size} } }
`;
  writeFileSync(join(place, 'template.yaml'), text);
  return place;
}

test('the impact of a version tells each older environment, with real plans on demand', async () => {
  const [sources, folder] = [temporaryFolder(), temporaryFolder()];
  const publish = (version: string, size: number) =>
    runCli(['template', 'publish', writeVersion(sources, version, size), '--data', folder], {
      cwd: sources,
    });
  await publish('1.0.0', 1);
  await publish('1.1.0', 2);
  const served = await serve({ folder });
  await create(served, 'old', 'shelf@1.0.0');
  await create(served, 'new', 'shelf@1.1.0');
  const impact = async (query = '') =>
    (await served.ask(`/api/v1/templates/shelf@1.1.0/impact${query}`)).body;
  const board = { label: 'board', action: 'change', reason: 'entries.size changed' };
  expect(await impact()).toMatchObject({
    environments: [{ environment: 'old', from: { version: '1.0.0' }, resources: [board] }],
    upToDate: ['new'],
  });
  const [{ resources }] = (await impact('?environment=old&differences=true')).environments;
  expect(resources).toMatchObject([{ ...board, difference: [{ action: 'update' }] }]);
  expect(await impact('?environment=nobody')).toMatchObject({ code: 'ENVIRONMENT_NOT_FOUND' });
});
