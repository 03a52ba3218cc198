import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';

/** Nothing is read there. */
const FOLDER = '/somewhere';

function load(webhooks: object[]) {
  const environment = { BIOTOPE_WEBHOOKS: JSON.stringify(webhooks) };
  return loadConfig({ flags: {}, environment, folder: FOLDER }).webhooks;
}

const OPS = {
  name: 'ops',
  url: 'https://ops.example.org/in',
  secrets: [{ variable: 'OPS_SECRET' }],
};

describe('a webhook in the configuration', () => {
  test('wants all events, and is careful, unless it says otherwise', () => {
    expect(load([OPS])).toEqual([
      { ...OPS, events: ['*'], allowHttp: false, allowPrivateAddresses: false },
    ]);
  });

  test('names files of secrets from where it is written', () => {
    const [webhook] = load([{ ...OPS, secrets: [{ file: 'ops.secret' }] }]);
    expect(webhook?.secrets).toEqual([{ file: join(FOLDER, 'ops.secret') }]);
  });

  test.each([
    ['http://ops.example.org/', 'name an https address'],
    ['ftp://ops.example.org/', 'name an http(s) address'],
    ['https://user:word@ops.example.org/', 'must not hold a user name or password'],
  ])('with the address %s is refused', (url, message) => {
    expect(() => load([{ ...OPS, url }])).toThrow(message);
  });

  test('may post without TLS to this machine, and elsewhere if it says so', () => {
    const url = 'http://ops.example.org/';
    expect(load([{ ...OPS, url: 'http://127.0.0.1:9/' }])).toHaveLength(1);
    expect(load([{ ...OPS, url, allowHttp: true }])).toHaveLength(1);
  });

  test.each([
    [{ ...OPS, secrets: [] }, 'secrets'],
    [{ ...OPS, secrets: ['in-the-clear'] }, 'a secret does not stand here itself'],
    [{ ...OPS, events: ['run'] }, 'write a type such as run.failed'],
  ])('that is wrong is refused: %j', (webhook, message) => {
    expect(() => load([webhook])).toThrow(message);
  });

  test('needs a name of its own', () => {
    expect(() => load([OPS, OPS])).toThrow('each webhook needs a name of its own');
  });
});
