import type { Scope } from '../../../../src/model/expression/evaluate.ts';
import type { ResourceState } from '../../../../src/model/expression/scope.ts';
import { secretText } from '../../../../src/model/secret.ts';

export const PASSWORD = secretText([{ path: 'shop/db', version: 3, field: 'password' }]);

/** A scope with one of everything: a list, a single resource, secrets, one that is not known. */
export function exampleScope(): Scope {
  const resources = new Map<string, ResourceState>([
    ['web', [{ outputs: { url: 'http://a' } }, { outputs: { url: 'http://b' } }]],
    ['my-db', { outputs: { url: 'db:1', port: 5432, password: PASSWORD, labels: { a: [1] } } }],
    ['later', 'unknown'],
    ['last', 'unknown'],
    ['nested', { outputs: { url: 'n:1' }, later: new Map([['port', ['nested/inner']]]) }],
  ]);
  return {
    parameters: {
      replicas: 3,
      ratio: 1.5,
      name: 'shop',
      list: ['a', 'b'],
      token: PASSWORD,
      on: true,
    },
    environment: { name: 'shop-1', description: '', tags: ['web'] },
    resource: (id) => resources.get(id),
    groups: new Map([
      ['pair', ['my-db', 'web']],
      ['waiting', ['web', 'later']],
    ]),
    self: { id: 'web', index: 1 },
  };
}
