import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlace, type Place } from './support/place.ts';
import { templateHead, writeTemplate } from './support/templates.ts';

let place: Place;
beforeEach(async () => {
  place = createPlace();
  place.write('parameters.yaml', 'password: first-secret\n');
  const { code, stderr } = await place.run('template', 'publish', noteTemplate());
  if (code !== 0) throw new Error(stderr);
});
afterEach(() => place.leave());

const SECRET = ['--parameters-file', 'parameters.yaml'];
const CREATE = ['environment', 'create', 'demo', '-t', 'note', ...SECRET];

function noteTemplate(): string {
  return writeTemplate(place, 'note', {
    'template.yaml': `${templateHead('note')}parameters:
  type: object
  properties:
    text: { type: string, default: hello }
    password: { type: string, writeOnly: true }
resources:
  - id: note
    executor: consul-kv
    with:
      prefix: "\${environment.name}/note"
      entries: { text: "\${parameters.text}" }
      secretEntries: { password: "\${parameters.password}" }
`,
  });
}

async function statusOf(...args: string[]): Promise<unknown> {
  return (await place.json(...args)).document;
}

describe('an approval', () => {
  it('is given in another terminal, and who waits for it sees the run to its end', async () => {
    const create = place.start(...CREATE, '--approval');
    await create.says('its plan is to be approved');
    await create.says('biotope run approve');
    expect((await place.run('run', 'show', 'demo')).stdout).toMatch(
      /Status: +awaiting-approval[\s\S]*Approval: +asked for by the command, waited for[\s\S]*\+ +note/,
    );
    const approved = await place.run('run', 'approve', 'demo', '--yes');
    expect(approved.code).toBe(0);
    expect(approved.stderr).toContain('handed over to process');
    const { code, stderr } = await create.end;
    expect(code).toBe(0);
    expect(stderr).toContain('approved by');
  });

  it('is waited for by nobody: the run goes on with whoever approves it', async () => {
    const { code, stderr } = await place.run(...CREATE, '--approval', '--timeout', '1s');
    expect(code).toBe(124);
    expect(stderr).toContain('It goes on once somebody approves its plan');
    // Not interrupted: other commands neither take it up nor speak of it.
    const list = await place.run('environment', 'list');
    expect(list.stderr).toBe('');
    expect(await statusOf('run', 'show', 'demo')).toMatchObject({
      run: { status: 'awaiting-approval', approval: { requiredBy: 'command', approved: null } },
      plan: { resources: [{ label: 'note', action: 'create' }] },
      waiting: [{ kind: 'approval' }],
    });
    const refused = await place.run('run', 'approve', 'demo');
    expect(refused).toMatchObject({ code: 64, stderr: expect.stringContaining('add --yes') });
    expect((await place.run('run', 'approve', 'demo', '--yes')).code).toBe(0);
    expect(await statusOf('environment', 'show', 'demo')).toMatchObject({
      environment: { status: 'ok' },
    });
  });

  it('survives a kill of the process that waits for it', async () => {
    const create = place.start(...CREATE, '--approval');
    await create.says('its plan is to be approved');
    create.child.kill('SIGKILL');
    await create.end;
    expect((await place.run('run', 'approve', 'demo', '--yes')).code).toBe(0);
  });

  it('shows what changes, and no secret', async () => {
    await place.run(...CREATE, '--require-approval', '--timeout', '1s');
    await place.run('run', 'approve', 'demo', '--yes');
    place.write('parameters.yaml', 'password: other-secret\n');
    const update = ['environment', 'update', 'demo', '-p', 'text=bye'];
    expect((await place.run('environment', 'plan', 'demo', '-p', 'text=bye')).stdout).toContain(
      'somebody has to approve it before it begins: the environment asks for that',
    );
    const { stderr } = await place.run(...update, ...SECRET, '--timeout', '1s');
    expect(stderr).toContain('entries.text: "hello" -> "bye"');
    expect(stderr).not.toContain('other-secret');
    expect(stderr).not.toContain('first-secret');
    const cancelled = await place.run('run', 'cancel', 'demo', '--reason', 'not on a Friday');
    expect(cancelled.code).toBe(0);
    expect((await place.run('run', 'show', 'demo')).stdout).toContain('not on a Friday');
    expect(await statusOf('environment', 'show', 'demo')).toMatchObject({
      environment: { status: 'ok', parameters: { text: 'hello' }, requireApproval: true },
    });
  });
});

describe('what Terraform would replace', () => {
  it('pauses the run that would do it, until somebody has seen it', async () => {
    const folder = writeTemplate(place, 'site', {
      'template.yaml': `${templateHead('site')}parameters:
  type: object
  properties: { zone: { type: string, default: a } }
resources:
  - id: disk
    executor: terraform
    with: { module: ./module, variables: { zone: "\${parameters.zone}" } }
`,
      'module/main.tf': `variable "zone" { type = string }
resource "terraform_data" "disk" {
  triggers_replace = var.zone
}
`,
    });
    expect((await place.run('template', 'publish', folder)).code).toBe(0);
    await place.run('environment', 'create', 'disks', '-t', 'site');
    const update = place.start('environment', 'update', 'disks', '-p', 'zone=b', '--approval');
    await update.says('its plan is to be approved');
    const first = place.start('run', 'approve', 'disks', '--yes');
    await update.says('nobody has seen it before');
    await update.says('replace terraform_data.disk');
    expect((await place.run('run', 'show', 'disks')).stdout).toContain(
      'replace terraform_data.disk',
    );
    expect((await place.run('run', 'approve', 'disks', '--yes')).code).toBe(0);
    expect((await first.end).code).toBe(0);
    expect((await update.end).code).toBe(0);
  });
});
