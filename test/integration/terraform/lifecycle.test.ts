import { readdir, stat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../src/platform/secret-value.ts';
import {
  exists,
  filesWith,
  openRig,
  priorOf,
  type Rig,
  textOf,
} from '../../fixtures/terraform/rig.ts';

const DATABASE = `
variable "name" {
  type = string
}

variable "password" {
  type      = string
  sensitive = true
}

variable "ports" {
  type    = list(number)
  default = [5432]
}

variable "file" {
  type = string
}

resource "terraform_data" "server" {
  count = 2
  input = { name = var.name, ports = var.ports }
  provisioner "local-exec" {
    command = "stat -c %a terraform.tfvars.json terraform.tfstate >> '\${var.file}'; env >> '\${var.file}'"
  }
}

resource "terraform_data" "user" {
  input      = var.password
  depends_on = [terraform_data.server]
}

output "ports" {
  value = terraform_data.server[0].output.ports
}

output "url" {
  value     = "db://\${var.name}:\${var.password}@host"
  sensitive = true
}

output "nothing" {
  value = null
}
`;

const PASSWORD = 'canary-Zx81-"quoted"';
let rig: Rig;

beforeEach(async () => {
  rig = await openRig({ 'modules/database/main.tf': DATABASE, 'modules/database/notes.txt': 'x' });
});

afterEach(() => rig.close());

function spec(changes: Record<string, string> = {}) {
  const password = new SecretValue(PASSWORD);
  return {
    module: './modules/database',
    variables: { name: 'main', password, file: rig.path('seen'), ...changes },
  };
}

describe('a module that is applied', () => {
  it('gives its outputs as JSON, and sensitive ones as secrets', async () => {
    const { outputs } = await rig.executor.apply(rig.context({ spec: spec() }));
    expect(outputs.ports).toEqual([5432]);
    expect(outputs.nothing).toBeNull();
    const url = outputs.url;
    expect(url instanceof SecretValue && url.reveal()).toBe(`db://main:${PASSWORD}@host`);
  });

  it('tells of its own resources and of what they depend on', async () => {
    const { parts } = await rig.executor.apply(rig.context({ spec: spec() }));
    expect(parts).toEqual([
      { address: 'module.main.terraform_data.server[0]', type: 'terraform_data', dependsOn: [] },
      { address: 'module.main.terraform_data.server[1]', type: 'terraform_data', dependsOn: [] },
      {
        address: 'module.main.terraform_data.user',
        type: 'terraform_data',
        dependsOn: ['module.main.terraform_data.server[0]', 'module.main.terraform_data.server[1]'],
      },
    ]);
  });

  it('has only the outputs that the spec asks for', async () => {
    const asked = { ...spec(), outputs: ['ports'] };
    const { outputs } = await rig.executor.apply(rig.context({ spec: asked }));
    expect(outputs).toEqual({ ports: [5432] });
  });

  it('is recorded without a secret, and destroyed from its record, state and module alone', async () => {
    const applied = await rig.executor.apply(rig.context({ spec: spec() }));
    expect(JSON.stringify(applied.record)).not.toContain('canary');
    expect(applied.record).toMatchObject({ module: 'modules/database', lockFile: null });
    const destroyed = rig.context({ spec: spec(), prior: priorOf(applied) });
    await rig.executor.destroy(destroyed);
    expect(rig.said).toContain('terraform_data.user: destroyed');
    expect(JSON.parse(rig.saved.at(-1) ?? '')).toMatchObject({ resources: [] });
  });

  it('changes only what another spec changes', async () => {
    const applied = await rig.executor.apply(rig.context({ spec: spec() }));
    rig.said.length = 0;
    const changed = { ...spec(), variables: { ...spec().variables, ports: [1, 2] } };
    const again = await rig.executor.apply(rig.context({ spec: changed, prior: priorOf(applied) }));
    expect(again.outputs.ports).toEqual([1, 2]);
    expect(rig.said.filter((line) => line.includes('updated'))).toContain(
      'terraform_data.server[0]: updated',
    );
    expect(rig.said.join()).not.toContain('terraform_data.user');
  });
});

describe('secrets', () => {
  it('stand in no file once Terraform has ended, whatever the outcome', async () => {
    const applied = await rig.executor.apply(rig.context({ spec: spec() }));
    expect(await filesWith(rig.folder, 'canary')).toEqual([]);
    const prior = priorOf(applied);
    await rig.executor.inspect(rig.context({ spec: spec(), prior }));
    await rig.executor.plan(rig.context({ spec: spec({ name: 'other' }), prior }));
    const broken = rig.context({ spec: { ...spec(), module: './modules/none' }, prior });
    await expect(rig.executor.apply(broken)).rejects.toThrow('There is no module');
    expect(await filesWith(rig.folder, 'canary')).toEqual([]);
    expect(await readdir(rig.path('work'))).toEqual([]);
  });

  it('stand in files of their owner alone while it runs, and in no variable of its environment', async () => {
    await rig.executor.apply(rig.context({ spec: spec() }));
    const seen = await textOf(rig.path('seen'));
    expect(seen.slice(0, 8)).toBe('600\n600\n');
    expect(seen).not.toContain('canary');
    expect((await stat(rig.path('data/terraform/prepared'))).mode & 0o777).toBe(0o700);
  });

  it('are refused by Terraform where an output would show one that is not declared sensitive', async () => {
    await rig.close();
    rig = await openRig({
      'modules/open/main.tf': 'variable "p" {}\noutput "shown" {\n  value = "x-${var.p}"\n}\n',
    });
    const open = { module: './modules/open', variables: { p: new SecretValue(PASSWORD) } };
    const applied = rig.executor.apply(rig.context({ spec: open }));
    await expect(applied).rejects.toMatchObject({
      kind: 'failed',
      failure: {
        message: expect.stringContaining('sensitive'),
        detail: expect.not.stringContaining('canary'),
      },
    });
  });
});

describe('the environment of Terraform', () => {
  it('holds what is named and nothing of the worker', async () => {
    process.env.LEAKED_TO_TERRAFORM = 'yes';
    const credentials = { PROVIDER_TOKEN: new SecretValue('token-of-provider') };
    await rig.executor.apply(rig.context({ spec: { ...spec(), credentials } }));
    delete process.env.LEAKED_TO_TERRAFORM;
    const seen = await textOf(rig.path('seen'));
    expect(seen).toContain('PROVIDER_TOKEN=token-of-provider');
    expect(seen).toContain(`HOME=${rig.path('work')}`);
    expect(seen).not.toContain('LEAKED_TO_TERRAFORM');
  });

  it('has variables of the worker only where configuration lets them through', async () => {
    const named = { ...spec(), credentials: ['CLOUD_PROFILE'] };
    const refused = rig.executor.apply(rig.context({ spec: named }));
    await expect(refused).rejects.toThrow('passEnvironment');
    await rig.close();
    const host = { PATH: process.env.PATH, CLOUD_PROFILE: 'dev', CLOUD_OTHER: 'not named' };
    rig = await openRig(
      { 'modules/database/main.tf': DATABASE },
      { host, passEnvironment: ['CLOUD_*'] },
    );
    await rig.executor.apply(rig.context({ spec: { ...spec(), credentials: ['CLOUD_PROFILE'] } }));
    const seen = await textOf(rig.path('seen'));
    expect(seen).toContain('CLOUD_PROFILE=dev');
    expect(seen).not.toContain('CLOUD_OTHER');
  });
});

describe('planning', () => {
  it('shows attributes one by one, without secrets, and what is not known yet', async () => {
    const applied = await rig.executor.apply(rig.context({ spec: spec() }));
    const prior = priorOf(applied);
    const variables = { ...spec().variables, ports: [7], password: new SecretValue('canary-new') };
    const wanted = rig.context({ spec: { ...spec(), variables }, prior });
    const { changes } = await rig.executor.plan(wanted);
    expect(JSON.stringify(changes)).not.toContain('canary');
    expect(changes.find(({ subject }) => subject === 'terraform_data.user')).toEqual({
      subject: 'terraform_data.user',
      action: 'update',
      lines: ['input: (sensitive) -> (sensitive)', 'output: "[redacted]" -> known after deploy'],
    });
    expect(await exists(rig.path('work/terraform.tfplan'))).toBe(false);
  });
});
