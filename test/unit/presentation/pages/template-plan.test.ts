import { describe, expect, it } from 'vitest';
import { BiotopeError } from '../../../../src/model/errors.ts';
import { planLines } from '../../../../src/presentation/pages/plan.ts';
import {
  missingParameters,
  type TemplatePlan,
  templatePlanDocument,
  templatePlanLines,
} from '../../../../src/presentation/pages/template-plan.ts';
import { PARAMETERS, plan } from '../../../support/plan.ts';
import { buildWorld } from '../../../support/planned-world.ts';
import { resource, template } from '../../../support/templates.ts';
import { anEnvironment, palette } from '../samples.ts';

const built = buildWorld(
  template('1.0.0', [resource('db', { with: { size: 1 } }), resource('web')]),
  PARAMETERS,
);
const planned = plan(
  template('1.1.0', [resource('db', { with: { size: 2 } }), resource('web')]),
  built.records,
);

const view: TemplatePlan = {
  template: { name: 'hello', version: '1.1.0', digest: 'sha256:11' },
  environments: [
    { environment: anEnvironment(), outcome: { plan: planned }, newlyRequired: [] },
    {
      environment: anEnvironment({ name: 'shop', status: 'failed' }),
      outcome: { error: new BiotopeError('PARAMETERS_INVALID', { message: 'They do not fit.' }) },
      newlyRequired: [
        { name: 'region', secret: false },
        { name: 'token', secret: true },
      ],
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
    const environments = [
      { environment: anEnvironment(), outcome: { plan: renamed }, newlyRequired: [] },
    ];
    expect(templatePlanLines({ ...view, environments, upToDate: [] }, palette)).toEqual([
      'template hello@1.1.0: 1 environment made from an older version',
      '',
      'demo from hello@1.0.0 (ok): 1 to rename, 1 protection to change, 2 unchanged',
      '  =  store  ledger  unchanged; moved from db',
      '  =  web    ledger  unchanged; protected from now on',
      '  biotope environment update demo --template hello@1.1.0',
    ]);
    expect(
      planLines({ plan: renamed, settings: [], approval: null, differences: null }, palette).at(-1),
    ).toBe('1 to rename, 1 protection to change, 2 unchanged');
  });

  it('says how environments come to it whose template takes in an older version', () => {
    const nested = { name: 'hello', version: '1.0.0', digest: '' };
    const outer = { name: 'shop', version: '1.0.0', digest: '' };
    const environment = anEnvironment({ template: outer });
    const newer = { ...outer, version: '1.2.0' };
    const takingIn = [
      { environment, nested, newer: null },
      { environment, nested, newer },
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
    expect(
      planLines({ plan: planned, settings: [], approval: null, differences }, palette),
    ).toContain('      nothing that it makes becomes another: at most its outputs do');
  });

  it('is a document with the resources that change and their reasons', () => {
    const { environments, upToDate } = templatePlanDocument(view);
    expect(environments[0]).toMatchObject({
      environment: 'demo',
      from: { version: '1.0.0' },
      summary: { change: 1, unchanged: 1 },
      resources: [{ label: 'db', action: 'change', reason: 'size changed' }],
      error: null,
    });
    expect(environments[1]).toMatchObject({
      summary: null,
      error: { code: 'PARAMETERS_INVALID' },
      newlyRequired: [{ name: 'region', secret: false }, { name: 'token' }],
    });
    expect(upToDate).toEqual(['new']);
  });
});
