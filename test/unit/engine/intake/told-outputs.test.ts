import { describe, expect, onTestFinished, test } from 'vitest';
import type { EngineContext } from '../../../../src/engine/context.ts';
import { keepToldOutputs } from '../../../../src/engine/intake/told-outputs.ts';
import { commandDefinition } from '../../../../src/executors/command/definition.ts';
import { terraformDefinition } from '../../../../src/executors/terraform/definition.ts';
import { vaultSecretDefinition } from '../../../../src/executors/vault-secret/definition.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import { secretText } from '../../../../src/model/secret.ts';
import type { ResourceTemplate, TemplateReference } from '../../../../src/model/template.ts';
import { systemClock } from '../../../../src/platform/clock.ts';
import { createEngineContext } from '../../../support/engine-context.ts';
import { resource as resourceRecord, run, step as stepRecord } from '../../../support/records.ts';
import { publishDirectly, resource, template } from '../../../support/templates.ts';

const MODULE = `
output "url" { value = "x" }
output "password" {
  value     = "x"
  sensitive = true
}
`;
const INNER: TemplateReference = { name: 'inner', version: '1.0.0', digest: 'sha256:inner' };

/** What a person tells of one resource, recorded: a secret as where it lies, the rest as it is. */
async function kept(
  made: Partial<ResourceTemplate>,
  outputs: JsonObject,
  before: JsonObject = {},
): Promise<JsonObject> {
  const { context, close } = createEngineContext(systemClock, {
    definitions: new Map(
      [commandDefinition, terraformDefinition, vaultSecretDefinition].map((one) => [one.kind, one]),
    ),
  });
  onTestFinished(close);
  await publishDirectly(context.store, template('1.0.0', [resource('web', made)]));
  await putBundles(context);
  const { executor = '' } = made;
  const told = {
    run: run(),
    step: stepRecord({ runId: 'run-1', address: 'web[0]' }),
    resource: resourceRecord({ id: 'web', executor, outputs: before }),
  };
  const recorded = await keepToldOutputs(context, told, outputs);
  for (const [name, value] of Object.entries(recorded)) {
    if (JSON.stringify(value).includes('$secret')) recorded[name] = await valueIn(context, value);
  }
  return recorded;
}

/** The digest of `publishDirectly`, and that of an inner template. */
async function putBundles({ store }: EngineContext): Promise<void> {
  const contentBase64 = Buffer.from(MODULE).toString('base64');
  const files = [{ path: 'module/main.tf', executable: false, contentBase64 }];
  await store.commit({
    scope: 'bundles',
    expect: [],
    writes: ['sha256:sample@1.0.0', INNER.digest].map((digest) => ({
      kind: 'put',
      collection: 'bundles',
      key: digest,
      value: { digest, files },
    })),
    events: [],
  });
}

async function valueIn({ secrets }: EngineContext, reference: unknown): Promise<string> {
  const { path, version, field } = JSON.parse(JSON.stringify(reference)).$secret[0];
  const fields = (await secrets.read(path, version))?.fields;
  return `in ${path}: ${fields?.[field]}`;
}

const HERE = 'in environments/shop/web.0';

describe('outputs that a person tells', () => {
  test('are secret where the program’s spec says so', async () => {
    const made = {
      executor: 'command',
      with: { create: ['true'], secretOutputs: ['key', 'list'] },
    };
    expect(await kept(made, { key: 'k', list: [1], url: 'u' })).toEqual({
      key: `${HERE}/key: k`,
      list: `${HERE}/list: [1]`,
      url: 'u',
    });
  });

  test.for([
    ['the template', null],
    ['a nested one', INNER],
  ] as const)('are secret where the module of %s says so', async ([, source]) => {
    const made = { executor: 'terraform', source, with: { module: './module' } };
    expect(await kept(made, { password: 'p', url: 'u' })).toEqual({
      password: `${HERE}/password: p`,
      url: 'u',
    });
  });

  test('are secret as fields of a secret', async () => {
    const made = {
      executor: 'vault-secret',
      with: { path: 'a/b', generate: { key: { length: 12 } } },
    };
    expect(await kept(made, { key: 'k', version: 2 })).toEqual({
      key: `${HERE}/key: k`,
      version: 2,
    });
  });

  test('are secret where nobody can tell, and where they were until now', async () => {
    expect(await kept({ executor: 'of-another-version' }, { url: 'u' })).toEqual({
      url: `${HERE}/url: u`,
    });
    const before = { dsn: secretText([{ path: 'a', version: 1, field: 'b' }]) };
    const made = { executor: 'command', with: { create: ['true'] } };
    expect(await kept(made, { dsn: 'd' }, before)).toEqual({ dsn: `${HERE}/dsn: d` });
  });
});
