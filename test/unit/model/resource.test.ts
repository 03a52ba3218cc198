import { expect, test } from 'vitest';
import { isAmbiguous, type ResourceStatus, resourceKey } from '../../../src/model/resource.ts';

const AMBIGUOUS: Record<ResourceStatus, boolean> = {
  ok: false,
  failed: false,
  unknown: true,
  // Its run came to an end while this was under way.
  creating: true,
  changing: true,
  removing: true,
};

test.for(Object.entries(AMBIGUOUS))(
  'whether it is unknown what exists of a resource that is %s: %s',
  ([status, expected]) => {
    expect(isAmbiguous({ status: status as ResourceStatus })).toBe(expected);
  },
);

test('a resource is found under its environment and address', () => {
  expect(resourceKey('shop', 'web[0]')).toBe('shop/web[0]');
});
