import { describe, expect, it } from 'vitest';
import { planLooks } from '../../../../src/engine/planner/looks.ts';
import { resource as record } from '../../../support/records.ts';
import { resource as resourceTemplate } from '../../../support/templates.ts';

type Facts = Parameters<typeof planLooks>[0];

const built = (id: string, more: Partial<Parameters<typeof record>[0]> = {}) =>
  record({ id, fingerprint: `made of ${id}`, ...more });

const BASE = built('base');
const READER = built('reader', { dependsOn: ['base[0]'] });
const LAST = built('last', { dependsOn: ['reader[0]'] });
const ALONE = built('alone');

function plan(records: ReturnType<typeof built>[], more: Partial<Facts> = {}) {
  const planned = planLooks({
    recorded: new Map(records.map((one) => [one.address, one])),
    resources: new Map(records.map(({ id }) => [id, resourceTemplate(id)])),
    healing: 'nothing',
    named: [],
    canInspect: () => true,
    ...more,
  });
  return planned.map(({ label, action, after, drift }) => ({
    label,
    action,
    after,
    heal: drift?.heal ?? null,
  }));
}

const looked = (label: string, after: string[], heal: boolean) => ({
  label,
  action: 'look',
  after,
  heal,
});

describe('looks', () => {
  it('are made at once where nothing is healed, and in the order of the graph otherwise', () => {
    expect(plan([BASE, READER])).toEqual([looked('base', [], false), looked('reader', [], false)]);
    expect(plan([BASE, READER], { healing: 'everything' })).toEqual([
      looked('base', [], true),
      looked('reader', ['base[0]'], true),
    ]);
  });

  it('heal as the template rules, and never what others own or what is in no template', () => {
    const kept = resourceTemplate('base', { drift: { ignore: ['a'], heal: true } });
    const resources = new Map([['base', kept]]);
    expect(plan([BASE, ALONE], { healing: 'as-ruled', resources })).toEqual([
      looked('base', [], true),
      looked('alone', [], false),
    ]);
    const external = built('api', { external: 'payments' });
    expect(plan([external, BASE], { healing: 'everything', resources })).toEqual([
      looked('api', [], false),
      looked('base', [], true),
    ]);
    expect(plan([BASE], { healing: 'nothing', resources })).toEqual([looked('base', [], false)]);
  });

  it('pass over what was not built whole, and what nobody can inspect', () => {
    const failed = built('failed', { status: 'failed' });
    const unmade = built('unmade', { fingerprint: null });
    const blind = built('blind');
    const canInspect: Facts['canInspect'] = ({ id }) => id !== 'blind';
    expect(plan([failed, unmade, blind, BASE], { canInspect })).toEqual([
      looked('base', [], false),
    ]);
  });

  it('are followed by what cannot be looked at, or was not named, and reads what may be healed', () => {
    const canInspect: Facts['canInspect'] = ({ id }) => id !== 'reader';
    const decided = (label: string, after: string[]) => ({
      label,
      action: 'decide',
      after,
      heal: null,
    });
    expect(plan([BASE, READER, LAST, ALONE], { healing: 'everything', canInspect })).toEqual([
      looked('base', [], true),
      decided('reader', ['base[0]']),
      looked('last', ['reader[0]'], true),
      looked('alone', [], true),
    ]);
    const named = ['base'];
    expect(plan([BASE, READER, LAST, ALONE], { healing: 'everything', named })).toEqual([
      looked('base', [], true),
      decided('reader', ['base[0]']),
      decided('last', ['reader[0]']),
    ]);
  });

  it('refuse a name of which nothing is recorded, with one that is near', () => {
    expect(() => plan([BASE], { named: ['bass'] })).toThrow(/no resource "bass".*"base"/);
  });
});
