import { afterEach, beforeEach, expect, it } from 'vitest';
import { SecretValue } from '../../../src/platform/secret-value.ts';
import { openRig, priorOf, type Rig } from '../../fixtures/terraform/rig.ts';

const MODULE = `
variable "password" {
  type      = string
  sensitive = true
}

resource "terraform_data" "web" {
  input = { size = 2, tags = { owner = "us", "cost.center" = "7" } }
}

resource "terraform_data" "key" {
  input            = var.password
  triggers_replace = ["a"]
}

output "size" {
  value = terraform_data.web.input.size
}
`;

const PASSWORD = 'canary-Tq83-drift';

let rig: Rig;

beforeEach(async () => {
  rig = await openRig({ 'm/main.tf': MODULE });
});

afterEach(() => rig.close());

const spec = { module: './m', variables: { password: new SecretValue(PASSWORD) } };

interface State {
  serial: number;
  resources: { name: string; instances: { attributes: Record<string, unknown> }[] }[];
  outputs: Record<string, { value: unknown }>;
}

/** What is there as the state tells it: `terraform_data` is nowhere else. */
async function inspectAfter(change: (state: State) => void) {
  const prior = priorOf(await rig.executor.apply(rig.context({ spec })));
  const state = JSON.parse(new TextDecoder().decode(prior.state ?? undefined)) as State;
  change(state);
  state.serial += 1;
  const changed = { ...prior, state: Buffer.from(JSON.stringify(state)) };
  return rig.executor.inspect(rig.context({ spec, prior: changed }));
}

const attributesOf = ({ resources }: State, name: string) => {
  const found = resources.find((resource) => resource.name === name)?.instances[0]?.attributes;
  if (found === undefined) throw new Error(`the state has no ${name}`);
  return found as { input: { value: { size: number; tags: Record<string, string> } } };
};

it('tells which attributes differ, maps key by key, with what is and what should be', async () => {
  const { finding, differences } = await inspectAfter((state) => {
    const { value } = attributesOf(state, 'web').input;
    value.tags.owner = 'them';
    value.size = 3;
  });
  expect(finding).toBe('partial');
  expect(differences).toEqual([
    { subject: 'terraform_data.web.input.size', kind: 'changed', detail: '3 -> 2' },
    { subject: 'terraform_data.web.input.tags.owner', kind: 'changed', detail: '"them" -> "us"' },
  ]);
});

it('tells what is missing, and what is there and in no module', async () => {
  const missing = await inspectAfter((state) => {
    state.resources = state.resources.filter(({ name }) => name !== 'web');
  });
  expect(missing).toMatchObject({ finding: 'partial' });
  expect(missing.differences).toEqual([
    { subject: 'terraform_data.web', kind: 'missing', detail: 'is not there' },
  ]);
  const extra = await inspectAfter((state) => {
    const web = state.resources.find(({ name }) => name === 'web');
    if (web !== undefined) state.resources.push({ ...structuredClone(web), name: 'old' });
  });
  expect(extra.differences).toEqual([
    { subject: 'terraform_data.old', kind: 'extra', detail: 'is still there' },
  ]);
});

it('says that it would replace, and shows no secret, neither the right one nor the wrong', async () => {
  const { differences } = await inspectAfter((state) => {
    const attributes = attributesOf(state, 'key') as unknown as Record<string, unknown>;
    attributes.input = { value: 'canary-wrong-drift', type: 'string' };
    attributes.triggers_replace = { value: ['b'], type: ['tuple', ['string']] };
  });
  expect(differences).toEqual([
    {
      subject: 'terraform_data.key.input',
      kind: 'changed',
      detail: '(sensitive); Terraform would replace it',
    },
    {
      subject: 'terraform_data.key.triggers_replace',
      kind: 'changed',
      detail: '["b"] -> ["a"]; Terraform would replace it',
    },
  ]);
  expect(JSON.stringify([differences, rig.said])).not.toContain('canary');
});

it('tells of outputs alone where nothing else differs, and of nothing where nothing does', async () => {
  const outputs = await inspectAfter((state) => {
    if (state.outputs.size !== undefined) state.outputs.size.value = 99;
  });
  expect(outputs.differences).toMatchObject([{ subject: 'outputs', kind: 'changed' }]);
  const same = await inspectAfter(() => {});
  expect(same).toMatchObject({ finding: 'present', differences: [] });
});
