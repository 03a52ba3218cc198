import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readContexts, serverAddress, writeContexts } from '../../../src/config/contexts.ts';
import { chooseTarget } from '../../../src/config/target.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const STAGING = { server: 'https://staging.test', token: 'a-token', insecureHttp: false };

let home: string;
let environment: Record<string, string>;
beforeEach(() => {
  home = temporaryFolder();
  environment = { XDG_CONFIG_HOME: home };
});

const file = () => join(home, 'biotope/contexts.json');
const use = (current: string | null) =>
  writeContexts(environment, { current, contexts: { staging: STAGING } });

describe('where a command goes', () => {
  it('is the data folder of this machine without any context', () => {
    expect(chooseTarget({ flags: {}, environment })).toBeUndefined();
  });

  it('is the context in use, which a variable, a server or a data folder of the command line beats', () => {
    use('staging');
    const staging = { url: 'https://staging.test', token: 'a-token', context: 'staging' };
    expect(chooseTarget({ flags: {}, environment })).toEqual(staging);
    expect(
      chooseTarget({ flags: {}, environment: { ...environment, BIOTOPE_CONTEXT: 'embedded' } }),
    ).toBeUndefined();
    expect(chooseTarget({ flags: { data: 'here' }, environment })).toBeUndefined();
    expect(chooseTarget({ flags: { server: 'http://127.0.0.1:1/' }, environment })).toEqual({
      url: 'http://127.0.0.1:1',
      token: null,
      context: null,
    });
    use(null);
    expect(
      chooseTarget({ flags: {}, environment: { ...environment, BIOTOPE_CONTEXT: 'staging' } }),
    ).toEqual(staging);
  });

  it('has the token of a file before that of a variable before that of the context', () => {
    use('staging');
    const withVariable = { ...environment, BIOTOPE_TOKEN: 'of-the-variable' };
    writeFileSync(join(home, 'token'), 'of-the-file\n');
    const flags = { 'token-file': join(home, 'token') };
    expect(chooseTarget({ flags: {}, environment: withVariable })?.token).toBe('of-the-variable');
    expect(chooseTarget({ flags, environment: withVariable })?.token).toBe('of-the-file');
  });

  it('is refused where a token is none, and the text of it is not repeated', () => {
    const given = { ...environment, BIOTOPE_TOKEN: 'two words' };
    const choose = () => chooseTarget({ flags: { server: 'https://a.test' }, environment: given });
    expect(choose).toThrow(/BIOTOPE_TOKEN holds is no token/);
    expect(choose).not.toThrow(/two words/);
  });

  it('is refused for a context that is not there, and for two places at once', () => {
    use(null);
    const wrong = { ...environment, BIOTOPE_CONTEXT: 'stagin' };
    expect(() => chooseTarget({ flags: {}, environment: wrong })).toThrow(/Did you mean "staging"/);
    const flags = { server: 'https://a.test', data: 'here' };
    expect(() => chooseTarget({ flags, environment })).toThrow(/exclude each other/);
  });
});

describe('the file of contexts', () => {
  it('is readable by its owner alone', () => {
    use('staging');
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'biotope')).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(file(), 'utf8')).contexts.staging).toEqual(STAGING);
  });

  it('is refused where others may read the tokens in it', () => {
    use('staging');
    chmodSync(file(), 0o644);
    expect(() => readContexts(environment)).toThrow(/Others on this machine may read/);
  });

  it('is refused where it is not understood', () => {
    mkdirSync(join(home, 'biotope'));
    writeFileSync(file(), '{"contexts": 3}');
    expect(() => readContexts(environment)).toThrow(/it is no file of contexts/);
  });
});

describe('the address of a server', () => {
  it.each([
    ['https://a.test/', 'https://a.test'],
    ['https://a.test/biotope/', 'https://a.test/biotope'],
    ['http://localhost:8420', 'http://localhost:8420'],
  ])('%s is %s', (text, address) => {
    expect(serverAddress(text, false)).toBe(address);
  });

  it('is plain http beyond this machine only where that is said', () => {
    expect(() => serverAddress('http://10.0.0.1:8420', false)).toThrow(/--insecure-http/);
    expect(serverAddress('http://10.0.0.1:8420', true)).toBe('http://10.0.0.1:8420');
  });

  it.each(['a.test', 'ftp://a.test', 'https://me:secret@a.test'])('%s is none', (text) => {
    expect(() => serverAddress(text, true)).toThrow(/is no address of a server/);
  });

  it('is refused without its password, wherever it was written', () => {
    const text = 'https://me:geheim@a.test';
    expect(() => serverAddress(text, true)).toThrow(/^"https:\/\/…@a.test" is no address/);
    const asContext = { ...environment, BIOTOPE_CONTEXT: text };
    expect(() => chooseTarget({ flags: {}, environment: asContext })).toThrow(/^(?!.*geheim)/s);
  });
});
