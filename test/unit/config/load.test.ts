import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ConfigRequest, loadConfig } from '../../../src/config/load.ts';
import { DEFAULT_ENGINE_SETTINGS } from '../../../src/engine/context.ts';
import { isBiotopeError } from '../../../src/model/errors.ts';
import { DEFAULT_LIMITS } from '../../../src/model/limits.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

function load(request: Partial<ConfigRequest> = {}) {
  return loadConfig({ flags: {}, environment: {}, folder, ...request });
}

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

function refused(request: Partial<ConfigRequest>) {
  try {
    load(request);
  } catch (error) {
    if (isBiotopeError(error, 'CONFIGURATION_INVALID')) return error;
    throw error;
  }
  throw new Error('expected the configuration to be refused');
}

describe('loadConfig', () => {
  it('needs no configuration at all', () => {
    const config = load();
    expect(config.dataFolder).toBe(join(folder, '.biotope'));
    expect(config.limits).toEqual(DEFAULT_LIMITS);
    expect(config.pools.default?.concurrency).toBeGreaterThanOrEqual(4);
  });

  it('means by default what the engine means by default', () => {
    const { engine, validation } = load();
    expect(DEFAULT_ENGINE_SETTINGS).toMatchObject({ ...engine, ...validation });
  });

  it('lets a flag win over the environment, that over the file, and that over the default', () => {
    const config = write(
      'biotope.yaml',
      'dataFolder: from-file\nlog: { level: error }\nengine: { lossesMax: 7 }\n',
    );
    const environment = { BIOTOPE_LOG_LEVEL: 'info', BIOTOPE_ENGINE_LOSSES_MAX: '8' };
    const loaded = load({ flags: { config, logLevel: 'debug' }, environment });
    expect(loaded.log.level).toBe('debug');
    expect(loaded.engine.lossesMax).toBe(8);
    expect(loaded.dataFolder).toBe(join(folder, 'from-file'));
    expect(loaded.engine.claimLeaseMs).toBe(15_000);
  });

  it('reads JSON as well as YAML, and the file that BIOTOPE_CONFIG names', () => {
    const name = write('biotope.json', '{\n\t"terraform": {"binary": "./tools/terraform"}\n}');
    const config = load({ environment: { BIOTOPE_CONFIG: name } });
    expect(config.terraform.binary).toBe(join(folder, 'tools/terraform'));
  });

  it('takes releases from https only, or from this machine', () => {
    const from = (url: string) => ({ environment: { BIOTOPE_TERRAFORM_RELEASES_URL: url } });
    const mirror = 'https://mirror.example.com/hashicorp';
    expect(load(from(mirror)).terraform.releasesUrl).toBe(mirror);
    expect(refused(from('http://mirror.example.com')).message).toContain('name an https address');
  });

  it('reads lists and maps from the environment', () => {
    const config = load({
      environment: {
        BIOTOPE_CREDENTIALS_PASS_ENVIRONMENT: 'AWS_*, TF_TOKEN_example_com',
        BIOTOPE_POOLS: '{site-b: {concurrency: 3}}',
      },
    });
    expect(config.credentials.passEnvironment).toEqual(['AWS_*', 'TF_TOKEN_example_com']);
    expect(config.pools['site-b']?.concurrency).toBe(3);
    expect(config.pools.default).toBeDefined();
  });

  it('reads a list of the environment as JSON writes it too', () => {
    const environment = { BIOTOPE_CATALOG_GIT_HOSTS: '["github.com", "git.example.com"]' };
    expect(load({ environment }).catalog.gitHosts).toEqual(['github.com', 'git.example.com']);
  });

  it.each(['["github.com"', 'github.com, /etc'])(
    'names the variable for an item of its list, and how a list is written: %s',
    (text) => {
      const { message } = refused({ environment: { BIOTOPE_CATALOG_GIT_HOSTS: text } });
      expect(message).toContain('BIOTOPE_CATALOG_GIT_HOSTS: catalog.gitHosts.');
      expect(message).toContain('with commas between');
    },
  );

  it('reports all problems at once, each with the place it was written', () => {
    const config = write(
      'biotope.yaml',
      ['log:', '  level: loud', 'enigne: {}', 'pools:', '  Big: { concurrency: 0 }'].join('\n'),
    );
    const environment = { BIOTOPE_ENGINE_LOSSES_MAX: 'soon', BIOTOPE_LOG_LEVLE: 'info' };
    const error = refused({ flags: { config }, environment });
    expect(error.entry.exitCode).toBe(64);
    expect(error.message).toBe('The configuration has 5 problems.');
    const lines = error.detail?.split('\n') ?? [];
    const line = (start: string) => lines.find((text) => text.startsWith(start));
    expect(line('biotope.yaml:2: log.level')).toContain('must be one of auto, debug, info');
    expect(line('biotope.yaml:3: enigne')).toContain('did you mean engine?');
    expect(line('biotope.yaml:5: pools.Big:')).toContain('lower-case');
    expect(line('BIOTOPE_ENGINE_LOSSES_MAX: engine.lossesMax')).toContain('must be a number');
    expect(line('BIOTOPE_LOG_LEVLE:')).toContain('did you mean BIOTOPE_LOG_LEVEL?');
  });

  it('leaves variables of others alone', () => {
    expect(() =>
      load({ environment: { BIOTOPE_STEP_ID: 'x', BIOTOPE_FAILPOINT: '' } }),
    ).not.toThrow();
  });

  it('names the flag that is wrong', () => {
    expect(refused({ flags: { logLevel: 'wran' } }).message).toMatch(
      /log\.level: must be one of auto, debug, .*; did you mean warn\?$/,
    );
    const error = refused({ flags: { logLevel: 'loud' } });
    expect(error.message).toContain('--log-level: log.level');
  });

  it.each([
    ['a file that does not exist', 'absent.yaml', undefined, 'does not exist'],
    [
      'a file that is not YAML',
      'bad.yaml',
      'log: [',
      'bad.yaml cannot be read: line 1, column 7: a bracket',
    ],
    ['a file that holds no settings', 'list.yaml', '- a', 'settings by name'],
    ['a name that would reach the prototype', 'proto.yaml', '__proto__: {a: 1}', '__proto__'],
  ])('refuses %s', (_, name, text, says) => {
    if (text !== undefined) write(name, text);
    const error = refused({ flags: { config: name } });
    expect(`${error.message} ${error.detail}`).toContain(says);
  });

  it('takes an empty file and an empty variable for nothing said', () => {
    const config = write('empty.yaml', '');
    expect(load({ flags: { config }, environment: { BIOTOPE_LOG_LEVEL: '' } }).log.level).toBe(
      'auto',
    );
  });

  it('refuses two stores at once, and names the place of the second', () => {
    const environment = {
      BIOTOPE_POSTGRES_URL: 'postgres://host/biotope',
      BIOTOPE_ARANGO_URL: 'http://host:8529',
    };
    const { message } = refused({ environment });
    expect(message).toContain('BIOTOPE_ARANGO_URL');
    expect(message).toContain('name either postgres.url or arango.url');
  });

  it('refuses more resources in an environment than a store can find at once', () => {
    const environment = { BIOTOPE_LIMITS_RESOURCES_PER_ENVIRONMENT_MAX: '100001' };
    expect(refused({ environment }).message).toContain('100000');
  });

  it.each([
    ['BIOTOPE_DATA', 'BIOTOPE_DATA_FOLDER'],
    ['BIOTOPE_DATA_FOLDR', 'BIOTOPE_DATA_FOLDER'],
    ['BIOTOPE_POOL', 'BIOTOPE_POOLS'],
  ])('refuses %s, which is nearly a setting', (variable, meant) => {
    const { message } = refused({ environment: { [variable]: '/elsewhere' } });
    expect(message).toContain(`did you mean ${meant}?`);
  });

  it.each(['BIOTOPE_FAILPOINT', 'BIOTOPE_ENVIRONMENT', 'BIOTOPE_WORK_FOLDER', 'BIOTOPE_HOME'])(
    'leaves %s alone',
    (variable) => {
      expect(load({ environment: { [variable]: 'x' } })).toEqual(load());
    },
  );
});
