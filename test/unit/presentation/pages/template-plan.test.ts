import { describe, expect, it } from 'vitest';
import { missingParameters } from '../../../../src/compose/plans/missing-parameters.ts';
import {
  type ImpactDocument,
  isPlanned,
  type PlanDocument,
  planDocument,
} from '../../../../src/documents/plan.ts';
import type { Plan } from '../../../../src/engine/planner/plan.ts';
import { planLines } from '../../../../src/presentation/pages/plan.ts';
import { templatePlanLines } from '../../../../src/presentation/pages/template-plan.ts';
import { PARAMETERS, plan } from '../../../support/plan.ts';
import { buildWorld } from '../../../support/planned-world.ts';
import { resource, template } from '../../../support/templates.ts';
import { palette } from '../samples.ts';

const built = buildWorld(
  template('1.0.0', [resource('db', { with: { size: 1 } }), resource('web')]),
  PARAMETERS,
);
const planned = plan(
  template('1.1.0', [resource('db', { with: { size: 2 } }), resource('web')]),
  built.records,
);

const documentOf = (
  made: Plan,
  differences: Parameters<typeof planDocument>[0]['differences'] = null,
): PlanDocument => planDocument({ plan: made, settings: [], approval: null, differences });

const HELLO = { name: 'hello', version: '1.0.0', digest: 'sha256:10' };

const impactOf = (made: Plan): ImpactDocument['environments'][number] => {
  const { summary, resources } = documentOf(made);
  const known = { environment: 'demo', status: 'ok' as const, from: HELLO, newlyRequired: [] };
  return { ...known, summary, resources: resources.filter(isPlanned), error: null };
};

const view: ImpactDocument = {
  template: { name: 'hello', version: '1.1.0', digest: 'sha256:11' },
  environments: [
    impactOf(planned),
    {
      environment: 'shop',
      status: 'failed',
      from: HELLO,
      newlyRequired: [
        { name: 'region', secret: false },
        { name: 'token', secret: true },
      ],
      summary: null,
      resources: [],
      error: { code: 'PARAMETERS_INVALID', message: 'They do not fit.', detail: null },
    },
  ],
  upToDate: ['new'],
  takingIn: [],
};

describe('what a version asks for', () => {
  const parameters = {
    type: 'object',
    required: ['size', 'region', 'token', 'zone'],
    properties: {
      size: { type: 'integer', default: 1 },
      region: { type: 'string' },
      token: { type: 'string', writeOnly: true },
      zone: { type: 'string' },
    },
  };

  it('is what has neither a default nor a recorded value', () => {
    expect(missingParameters({ parameters }, { zone: 'a' })).toEqual([
      { name: 'region', secret: false },
      { name: 'token', secret: true },
    ]);
    expect(missingParameters({ parameters: {} }, {})).toEqual([]);
  });
});

describe('what a version would change', () => {
  it('is told environment by environment, and an error hides no other', () => {
    expect(templatePlanLines(view, palette)).toEqual([
      'template hello@1.1.0: 2 environments made from an older version, 1 up to date',
      '',
      'demo from hello@1.0.0 (ok): 1 to change, 1 unchanged',
      '  ~  db  ledger  size changed',
      '  biotope environment update demo --template hello@1.1.0',
      '',
      'shop from hello@1.0.0 (failed): cannot be planned',
      '  error: They do not fit.',
      '    See docs/errors/PARAMETERS_INVALID.md.',
      '  newly required: region, token (secret)',
      '  biotope environment update shop --template hello@1.1.0 --parameter region=VALUE --parameters-file FILE',
    ]);
  });

  it('names what a rename and a protection change, though no executor is asked', () => {
    const renamed = plan(
      template('1.1.0', [
        resource('store', { with: { size: 1 }, movedFrom: ['db'] }),
        resource('web', { protect: true }),
      ]),
      built.records,
    );
    const environments = [impactOf(renamed)];
    expect(templatePlanLines({ ...view, environments, upToDate: [] }, palette)).toEqual([
      'template hello@1.1.0: 1 environment made from an older version',
      '',
      'demo from hello@1.0.0 (ok): 1 to rename, 1 protection to change, 2 unchanged',
      '  =  store  ledger  unchanged; moved from db',
      '  =  web    ledger  unchanged; protected from now on',
      '  biotope environment update demo --template hello@1.1.0',
    ]);
    expect(planLines(documentOf(renamed), palette).at(-1)).toBe(
      '1 to rename, 1 protection to change, 2 unchanged',
    );
  });

  it('says how environments come to it whose template takes in an older version', () => {
    const nested = { name: 'hello', version: '1.0.0', digest: '' };
    const outer = { name: 'shop', version: '1.0.0', digest: '' };
    const known = { environment: 'demo', from: outer, nested };
    const newer = { ...outer, version: '1.2.0' };
    const takingIn = [
      { ...known, newer: null },
      { ...known, newer },
    ];
    expect(templatePlanLines({ ...view, environments: [], takingIn }, palette).slice(2)).toEqual([
      'demo from shop@1.0.0, which takes in hello@1.0.0',
      '  for hello@1.1.0, publish a new version of shop',
      '',
      'demo from shop@1.0.0, which takes in hello@1.0.0',
      '  biotope environment update demo --template shop@1.2.0',
    ]);
  });

  it('says so where an executor finds nothing but outputs to change', () => {
    const differences = new Map([['db[0]', []]]);
    expect(planLines(documentOf(planned, differences), palette)).toContain(
      '      nothing that it makes becomes another: at most its outputs do',
    );
  });
});
