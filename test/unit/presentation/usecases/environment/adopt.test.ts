import { describe, expect, it } from 'vitest';
import { readAdopt } from '../../../../../src/presentation/usecases/environment/adopt.ts';

describe('what is to be adopted', () => {
  it('is a name, or a name with what its executor needs, as often as wanted', () => {
    const resource = [
      'settings',
      'database=aws_db_instance.main=db-1=2',
      'database=aws_subnet.one["a=b"]=subnet-1',
      'web[0]=from=blue',
    ];
    expect(readAdopt({ resource, create: ['old'] })).toEqual({
      settings: {},
      database: { 'aws_db_instance.main': 'db-1=2', 'aws_subnet.one["a=b"]': 'subnet-1' },
      'web[0]': { from: 'blue' },
      old: null,
    });
  });

  it.each([
    [['database='], 'NAME=KEY=VALUE'],
    [['database=a.b'], 'NAME=KEY=VALUE'],
    [['database=a.b='], 'NAME=KEY=VALUE'],
    [['database=a.b=1', 'database=a.b=2'], 'a.b is named twice'],
    [['old'], 'in --create as well'],
  ])('is refused with advice: %j', (resource, said) => {
    expect(() => readAdopt({ resource, create: ['old'] })).toThrow(said);
  });
});
