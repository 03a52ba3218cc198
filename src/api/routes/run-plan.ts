import { shownPlanDocument } from '../../documents/documents.ts';
import { shownPlanSchema } from '../../documents/schema/shown-plan.ts';
import { BiotopeError } from '../../model/errors.ts';
import { findRun } from '../../queries/lookup.ts';
import { planOfRun } from '../../queries/plans.ts';
import type { ApiInstance } from '../frame/instance.ts';
import { refusals } from '../frame/refusals.ts';
import { runParams } from './runs.ts';

export function runPlanRoutes(app: ApiInstance): void {
  app.get(
    '/api/v1/runs/:run/plan',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['runs'],
        summary: 'The plan that people are, or were, asked to approve of.',
        params: runParams,
        response: { 200: shownPlanSchema, ...refusals(404, 409) },
      },
    },
    async ({ params, store }) => {
      const { id } = await findRun(store, params.run);
      const plan = await planOfRun(store, id);
      if (plan !== undefined) return shownPlanDocument(plan);
      throw new BiotopeError('RUN_NOT_AWAITING', {
        message: `Nobody was asked to approve of run ${id}.`,
        facts: { run: id },
      });
    },
  );
}
