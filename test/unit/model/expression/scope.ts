import type { Scope } from '../../../../src/model/expression/evaluate.ts';
import { secretText } from '../../../../src/model/secret.ts';

export const PASSWORD = secretText([{ path: 'shop/db', version: 3, field: 'password' }]);

/** A scope with one of everything: a list, a single resource, secrets, one that is not known. */
export function exampleScope(): Scope {
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
    resources: {
      web: [{ outputs: { url: 'http://a' } }, { outputs: { url: 'http://b' } }],
      'my-db': { outputs: { url: 'db:1', port: 5432, password: PASSWORD, labels: { a: [1] } } },
      later: 'unknown',
      last: 'unknown',
    },
    self: { id: 'web', index: 1 },
  };
}
