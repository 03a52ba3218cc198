import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Left } from '../../../src/executors/executor.ts';
import { terraformDefinition } from '../../../src/executors/terraform/definition.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { SecretValue } from '../../../src/platform/secret-value.ts';
import { openRig, priorOf, type Rig } from '../../fixtures/terraform/rig.ts';

const MODULE = `
variable "size" {
  type = string
}

variable "fixed" {
  type    = string
  default = null
}

variable "zones" {
  type    = list(string)
  default = []
}

resource "terraform_data" "database" {
  input = var.size
}

resource "terraform_data" "fixed" {
  count            = var.fixed == null ? 0 : 1
  triggers_replace = var.fixed
}

resource "terraform_data" "zone" {
  for_each = toset(var.zones)
}

module "inner" {
  source = "./inner"
}

output "id" {
  value = terraform_data.database.id
}
`;
const INNER = 'resource "terraform_data" "deep" {\n  count = 1\n}\n';

let rig: Rig;

beforeEach(async () => {
  rig = await openRig({ 'db/main.tf': MODULE, 'db/inner/main.tf': INNER });
});

afterEach(() => rig.close());

const SIZE = new SecretValue('canary-size-77');
const spec = (variables: JsonObject = {}) => ({
  module: './db',
  variables: { size: SIZE, ...variables },
});

const adopt = (how: JsonObject, variables: JsonObject = {}, left: Left | null = null) =>
  rig.executor.adopt?.(rig.context({ spec: spec(variables), prior: left && priorOf(left) }), {
    how,
    isRecorded: async () => false,
  });

const idsIn = ({ state }: Pick<Left, 'state'>): string[] => {
  const { resources } = JSON.parse(new TextDecoder().decode(state ?? new Uint8Array()));
  return resources
    .flatMap(({ instances }: { instances: { attributes: { id: string } }[] }) =>
      instances.map(({ attributes }) => attributes.id),
    )
    .sort();
};

const FIXED = { 'terraform_data.fixed[0]': 'fixed-1' };
const DATABASE = { 'terraform_data.database': 'db-${1}' };

describe('an import', () => {
  it('takes over what is named by its address in the module, and tells what changes in place', async () => {
    const how = {
      ...DATABASE,
      'terraform_data.zone["b c"]': 'zone-b',
      'module.inner.terraform_data.deep[0]': 'deep-0',
    };
    const adopted = await adopt(how, { zones: ['a', 'b c'] });
    expect(adopted?.outputs).toMatchObject({ id: 'db-${1}' });
    expect(idsIn(adopted ?? { state: null })).toEqual(
      expect.arrayContaining(['db-${1}', 'deep-0', 'zone-b']),
    );
    const said = rig.said.join('\n');
    expect(said).toContain('terraform_data.database: to adopt');
    expect(said).toContain('terraform_data.zone["a"]: to create');
    expect(said).not.toContain('canary-size');
  });

  it('leaves no trace in the configuration that is recorded, nor on the disk', async () => {
    const adopted = await adopt(DATABASE);
    expect(JSON.stringify(adopted?.record?.configuration)).not.toContain('import');
    expect(await readdir(rig.path('work'))).toEqual([]);
    const prior = priorOf(adopted ?? null);
    const looked = await rig.executor.inspect(rig.context({ spec: spec(), prior }));
    expect(looked).toMatchObject({ finding: 'present', differences: [] });
  });

  it('is planned with all that would happen, and nothing happens', async () => {
    const adoption = { how: FIXED, isRecorded: async () => false };
    const context = rig.context({ spec: spec({ fixed: 'x' }) });
    const { changes } = await rig.executor.plan(context, adoption);
    expect(changes.map(({ subject, action }) => [subject, action])).toEqual(
      expect.arrayContaining([['terraform_data.fixed[0]', 'replace']]),
    );
    expect(rig.saved).toEqual([]);
  });
});

describe('an import is refused', () => {
  it('where Terraform would replace what is there: nothing is changed', async () => {
    const refused = adopt(FIXED, { fixed: 'other' });
    await expect(refused).rejects.toMatchObject({
      kind: 'failed',
      left: null,
      failure: {
        code: 'ADOPTION_REFUSED',
        message: expect.stringContaining('would replace terraform_data.fixed[0]'),
        detail: expect.stringContaining('triggers_replace'),
      },
    });
    expect(rig.saved).toEqual([]);
  });

  it('where something else would be destroyed by it', async () => {
    const first = await adopt({ 'terraform_data.zone["a"]': 'zone-a' }, { zones: ['a'] });
    const refused = adopt(DATABASE, { zones: [] }, first);
    await expect(refused).rejects.toThrow('would delete terraform_data.zone["a"]');
  });

  it('where an earlier attempt imported another thing under that address', async () => {
    const first = await adopt(DATABASE);
    const refused = adopt({ 'terraform_data.database': 'db-2' }, {}, first);
    await expect(refused).rejects.toMatchObject({ failure: { code: 'ADOPTION_REFUSED' } });
    await expect(adopt(DATABASE, {}, first)).resolves.toMatchObject({ outputs: { id: 'db-${1}' } });
  });

  it('where the module has no such resource', async () => {
    await expect(adopt({ 'terraform_data.databse': 'x' })).rejects.toMatchObject({
      kind: 'failed',
      left: null,
      failure: { code: 'TERRAFORM_FAILED', message: expect.stringContaining('import target') },
    });
  });
});

describe('what a person says of an import', () => {
  const check = (how: JsonObject) => terraformDefinition.checkAdoption?.({}, how) ?? [];

  it.each([
    'aws_instance.web',
    'aws_instance.web[12]',
    'aws_instance.web["a b"]',
    'module.inner["x"].module.more.aws_instance.web',
  ])('is an address such as %s', (address) => {
    expect(check({ [address]: 'id' })).toEqual([]);
  });

  it.each([
    'web',
    'data.aws_ami.web',
    'module.inner',
    'aws_instance.web[x]',
    'aws_instance.web["${x}"]',
    'aws_instance.web.id',
    'a.b"}],"x":[{"',
  ])('is none such as %s', (address) => {
    expect(check({ [address]: 'id' })).toHaveLength(1);
  });

  it('is at least one, with an id that is a text', () => {
    expect(check({})).toHaveLength(1);
    expect(check({ 'a.b': '' })).toHaveLength(1);
    expect(check({ 'a.b': { id: 1 } })).toHaveLength(1);
  });
});
