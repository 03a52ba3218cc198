import { describe, expect, it } from 'vitest';
import { readServiceTarget, serviceTargetText } from '../../../src/model/service-target.ts';

describe('the target of an endpoint that is a service', () => {
  it.each([
    { service: 'web', datacenter: null, tag: null, minPassing: 1 },
    { service: 'web-2.api', datacenter: 'dc2', tag: 'v1&passing=9', minPassing: 10_000 },
  ])('is read as it was written: %j', (target) => {
    expect(readServiceTarget(serviceTargetText(target))).toEqual(target);
  });

  it.each([
    '',
    'http://web',
    'consul:///?passing=1',
    'consul:///a/b?passing=1',
    'consul:///../status/leader?passing=1',
    'consul:///web',
    'consul:///web?passing=x',
    'consul:///web?passing=1&tag=',
  ])('is refused where it is none: %j', (text) => {
    expect(readServiceTarget(text)).toBeUndefined();
  });
});
