import { describe, expect, it } from 'vitest';
import { BiotopeError } from '../../../../src/model/errors.ts';
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
