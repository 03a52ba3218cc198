import { describe, expect, it } from 'vitest';
import { terraformDefinition } from '../../../../../src/executors/terraform/definition.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { bundleOf } from '../../../../fixtures/terraform/bundle.ts';

const LOCAL = { 'modules/json/main.tf.json': '{"variable":{"a":{}}}' };
const DATABASE = `
variable "name" {
  type = string
}

module "network" {
  source = "../net"
}

output "url" {
  value = "x"
}
`;

const check = (spec: JsonObject, files: Record<string, string> = LOCAL) =>
  terraformDefinition.check(spec, bundleOf(files));
const messages = async (spec: JsonObject, files: Record<string, string> = LOCAL) =>
  (await check(spec, files)).problems.map(({ message }) => message);

describe('a module from elsewhere', () => {
  const SPEC = { module: 'acme/db/aws', version: '~> 1.0', variables: { nme: 'x' } };
  const KEPT = '.biotope/modules/acme-db';
  const manifest = (changes: object) =>
    JSON.stringify({ format: 1, folders: {}, refused: {}, ...changes });

  it('is no problem before it is in the bundle, and nothing is known of it', async () => {
    for (const module of ['acme/db/aws', 'git::https://example.org/r.git//sub?ref=v1']) {
      expect(await check({ module })).toEqual({ problems: [], contentPaths: [], outputs: null });
    }
    expect(await check(SPEC)).toEqual({ problems: [], contentPaths: [], outputs: null });
  });

  it('is checked like any other once it is in the bundle', async () => {
    const files = {
      '.biotope/modules.json': manifest({ folders: { 'acme/db/aws ~> 1.0': KEPT } }),
      [`${KEPT}/main.tf`]: DATABASE,
      '.biotope/modules/net/main.tf': '',
    };
    expect(await check(SPEC, files)).toMatchObject({
      problems: [
        { message: 'The module needs the variable name (string).' },
        { path: ['variables', 'nme'], suggestion: 'Did you mean "name"?' },
      ],
      contentPaths: [KEPT, '.biotope/modules/net'],
      outputs: [{ name: 'url', secret: false }],
    });
  });

  it('that was refused is a problem, as is a call of one', async () => {
    const refused = { 'acme/db/aws ~> 1.0': 'There is none.' };
    const call = 'module "db" {\n  source  = "acme/db/aws"\n  version = "~> 1.0"\n}\n';
    const files = { '.biotope/modules.json': manifest({ refused }), 'm/main.tf': call };
    expect(await messages(SPEC, files)).toEqual(['There is none.']);
    expect(await messages({ module: './m' }, files)).toEqual([
      'm/main.tf: module "db": There is none.',
    ]);
    expect(await messages({ module: './m' }, { 'm/main.tf': call })).toEqual([]);
  });

  it('is none where a folder of the template has its name, or begins like it', async () => {
    const files = { 'modules/db/aws/main.tf': '' };
    expect(await check({ module: 'modules/db/aws' }, files)).toMatchObject({
      contentPaths: ['modules/db/aws'],
    });
    expect(await check({ module: 'modules/db/awz' }, files)).toMatchObject({
      problems: [{ suggestion: 'Did you mean "./modules/db/aws"?' }],
    });
  });

  it.each<[JsonObject, string]>([
    [{ module: './modules/json', version: '1.0.0' }, 'comes from no registry'],
    [{ module: 'github.com/a/b', version: '1.0.0' }, 'Only modules of a registry'],
    [{ module: 'acme/db/aws', version: 'newest' }, '"newest" is no version'],
    [{ module: 'acme/db/aws', version: '${parameters.v}' }, 'must be known before a run'],
    [{ module: 'git::file:///srv/r.git' }, 'not read by https or ssh'],
    [{ module: 'file:///srv/r' }, 'path of one machine'],
    [{ module: 'https://example.org/a.zip' }, 'is an archive'],
  ])('cannot be named like this: %j', async (spec, message) => {
    const { problems } = await check({ variables: { a: 1 }, ...spec });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain(message);
  });

  it('may ask its caller for providers, and keep its state where it likes: neither is heeded', async () => {
    const inner =
      'terraform {\n  backend "s3" {}\n  required_providers {\n    a = {\n      configuration_aliases = [a.b]\n    }\n  }\n}\n';
    const files = { 'm/main.tf': 'module "a" {\n  source = "./a"\n}\n', 'm/a/main.tf': inner };
    expect(await messages({ module: './m' }, files)).toEqual([]);
  });
});
