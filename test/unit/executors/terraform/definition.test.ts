import { describe, expect, it } from 'vitest';
import { terraformDefinition } from '../../../../src/executors/terraform/definition.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import { bundleOf } from '../../../fixtures/terraform/bundle.ts';

const DATABASE = `
variable "name" {
  type = string
}

variable "size" {
  type    = number
  default = 1
}

variable "zones" {
  type    = list(string)
  default = []
}

variable "tags" {
  type    = map(string)
  default = {}
}

resource "random_pet" "name" {}

module "network" {
  source = "../network"
}

output "url" {
  value = random_pet.name.id
}

output "password" {
  value     = "x"
  sensitive = true
}
`;

const FILES = {
  'template.yaml': '',
  'modules/database/main.tf': DATABASE,
  'modules/database/scripts/init.sql': '',
  'modules/network/main.tf': 'resource "terraform_data" "net" {}\n',
  'modules/network/inner/main.tf': '',
  'modules/json/main.tf.json': '{"variable":{"a":{}},"output":{"b":{"value":"${var.a}"}}}',
};

const check = (spec: JsonObject, files: Record<string, string> = FILES) =>
  terraformDefinition.check(spec, bundleOf(files));
const database = (changes: JsonObject = {}, rest: JsonObject = {}) => ({
  module: './modules/database',
  variables: { name: 'x', ...changes },
  ...rest,
});
const messages = async (spec: JsonObject, files: Record<string, string> = FILES) =>
  (await check(spec, files)).problems.map(({ message }) => message);

describe('a good spec', () => {
  it('has no problems, and tells outputs and what the content digest covers', async () => {
    expect(await check(database())).toEqual({
      problems: [],
      contentPaths: ['modules/database', 'modules/network'],
      outputs: [
        { name: 'password', secret: true },
        { name: 'url', secret: false },
      ],
    });
  });

  it('may refer to as many folders as are looked at, and to none more', async () => {
    const chain = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [
          `m/${at}/main.tf`,
          at + 1 < count ? `module "next" {\n  source = "../${at + 1}"\n}\n` : '',
        ]),
      );
    const spec = { module: './m/0' };
    const most = await check(spec, chain(200));
    expect(most.problems).toEqual([]);
    expect(most.contentPaths).toHaveLength(200);
    const { problems, contentPaths } = await check(spec, chain(201));
    expect(contentPaths).toEqual([]);
    expect(problems).toMatchObject([
      { path: ['module'], message: expect.stringContaining('more than 200 folders with modules') },
    ]);
  });

  it('may be of a module in JSON', async () => {
    expect(await check({ module: 'modules/json', variables: { a: 1 } })).toMatchObject({
      problems: [],
      outputs: [{ name: 'b', secret: false }],
    });
  });

  it('may hold expressions wherever a value stands', async () => {
    const all = { name: '${parameters.n}', size: '${parameters.s}', zones: '${parameters.z}' };
    expect(await messages(database({ ...all, tags: '${{}}' }))).toEqual([]);
  });

  it('tells only the outputs that it asks for', async () => {
    const { outputs } = await check(database({}, { outputs: ['url'] }));
    expect(outputs).toEqual([{ name: 'url', secret: false }]);
  });
});

describe('a problem', () => {
  it('of a file that cannot be read is the only one: what it declares is unknown', async () => {
    const files = { ...FILES, 'modules/database/main.tf': 'variable "name" {\n' };
    const found = await check(database({ other: 1 }, { outputs: ['url'] }), files);
    expect(found.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('modules/database/main.tf cannot be read'),
    ]);
    expect(found.outputs).toBeNull();
  });

  it('is a variable that is missing or unknown, with a suggestion', async () => {
    const { problems } = await check({ module: './modules/database', variables: { nmae: 'x' } });
    expect(problems).toEqual([
      {
        path: ['variables'],
        message: 'The module needs the variable name (string).',
        suggestion: 'Add name below variables.',
      },
      {
        path: ['variables', 'nmae'],
        message: 'The module has no variable nmae.',
        suggestion: 'Did you mean "name"?',
      },
    ]);
  });

  it.each([
    [{ size: 'large' }, 'size must be a number'],
    [{ name: ['x'] }, 'name must be a text'],
    [{ zones: 'a' }, 'zones must be a list (list(string))'],
    [{ zones: [['a']] }, 'zones must be a text at 0 (list(string))'],
    [{ tags: [] }, 'tags must be an object (map(string))'],
    [{ tags: { a: {} } }, 'tags must be a text at a (map(string))'],
  ])('is a literal of a wrong type: %j', async (values, message) => {
    expect(await messages(database(values))).toEqual([`The variable ${message}.`]);
  });

  it('is no literal that Terraform would convert', async () => {
    expect(await messages(database({ size: '3', name: 3 }))).toEqual([]);
  });

  it('is a provider or an output that the module does not have', async () => {
    const spec = database({}, { providers: { randon: {} }, outputs: ['uri'] });
    const { problems } = await check(spec);
    expect(problems.map(({ path, suggestion }) => ({ path, suggestion }))).toEqual([
      { path: ['providers', 'randon'], suggestion: 'Did you mean "random"?' },
      { path: ['outputs', 0], suggestion: 'Did you mean "url"?' },
    ]);
  });

  it('is a module that is not there or lies outside', async () => {
    const missing = await check({ module: './modules/databas' });
    expect(missing.problems[0]).toMatchObject({
      path: ['module'],
      suggestion: 'Did you mean "./modules/database"?',
    });
    expect(await messages({ module: '../elsewhere' })).toEqual([
      'The module "../elsewhere" lies outside the template\'s folder.',
    ]);
    expect(await messages({ module: '/etc' })).toHaveLength(1);
    expect(await messages({ module: './${parameters.m}' })).toHaveLength(1);
  });

  it.each([
    ['module "a" {\n  source = "file:///srv/a"\n}', 'which is a path of one machine'],
    ['module "a" {\n  source = "s3::https://b/a.zip"\n}', 'which is fetched by s3'],
    ['module "a" {\n  source = "a/b/c"\n  version = "new"\n}', '"new" is no version'],
    ['module "a" {\n  source = "github.com/a/b"\n  version = "1"\n}', 'only modules of a registry'],
    ['module "a" {\n  source = "../../../x"\n}', "leaves the template's folder"],
    ['module "a" {\n  source = "./none"\n}', 'there is no module in m/none'],
    ['terraform {\n  backend "s3" {}\n}', 'a backend block'],
    ['terraform {\n  cloud {\n    organization = "x"\n  }\n}', 'a cloud block'],
    ['variable "a" {', 'Unclosed configuration block'],
  ])('is a module that cannot be used: %j', async (text, message) => {
    const found = await messages({ module: './m' }, { 'm/main.tf': text });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
    expect(found[0]).toContain('m/main.tf');
  });

  it('is a provider that wants to be given by its caller', async () => {
    const text =
      'terraform {\n  required_providers {\n    a = {\n      configuration_aliases = [a.b]\n    }\n  }\n}\n';
    expect((await messages({ module: './m' }, { 'm/main.tf': text }))[0]).toContain('provider a');
  });

  it.each<[JsonObject, (string | number)[]]>([
    [{}, ['module']],
    [{ module: './modules/json', colour: 'red' }, ['colour']],
    [{ module: './modules/json', credentials: { PATH: 'x' } }, ['credentials', 'PATH']],
    [{ module: './modules/json', credentials: { TF_LOG: 'TRACE' } }, ['credentials', 'TF_LOG']],
    [{ module: './modules/json', credentials: { LD_PRELOAD: 'x' } }, ['credentials', 'LD_PRELOAD']],
    [{ module: './modules/json', credentials: { TOKEN: 1 } }, ['credentials', 'TOKEN']],
    [{ module: './modules/json', credentials: ['PATH'] }, ['credentials', 0]],
    [{ module: './modules/json', variables: [] }, ['variables']],
    [{ module: './modules/json', variables: { 'a b': 1 } }, ['variables', 'a b']],
  ])('is a spec of another shape: %j', async (spec, path) => {
    const { problems } = await check(spec);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
  });

  it('is not that a registry’s token is among the credentials', async () => {
    const credentials = { TF_TOKEN_app_example_com: '${resources.token.outputs.value}' };
    expect(await messages(database({}, { credentials }))).toEqual([]);
  });
});

describe('secrets', () => {
  it.each([
    [['variables', 'password'], true],
    [['variables', 'users', 0, 'password'], true],
    [['providers', 'vault', 'token'], true],
    [['credentials', 'TOKEN'], true],
    [['credentials', 0], false],
    [['providers', 'vault'], false],
    [['variables'], false],
    [['module'], false],
    [['outputs', 0], false],
  ])('at %j: %s', (path, allowed) => {
    expect(terraformDefinition.allowsSecret({}, path)).toBe(allowed);
  });
});
