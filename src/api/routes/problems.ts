import { z } from 'zod';
import { problemType } from '../../documents/problem.ts';
import { BiotopeError, documentationOf, ERRORS, type ErrorCode } from '../../model/errors.ts';
import { didYouMean } from '../../model/nearest.ts';
import type { ApiInstance } from '../frame/instance.ts';
import { refusals } from '../frame/refusals.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];

const kindOfProblemSchema = z
  .object({
    type: z.string(),
    code: z.string(),
    title: z.string(),
    kind: z.string(),
    status: z.int(),
    retryable: z.boolean().describe('The same request may succeed later.'),
    documentation: z.string().describe("Its page, from the root of Biotope's repository."),
  })
  .meta({ id: 'KindOfProblem', description: 'One row of the table of errors.' });

const tags = ['problems'];

/** What the `type` of a problem leads to. */
export function problemRoutes(app: ApiInstance): void {
  app.get(
    '/api/v1/problems',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'All that can go wrong.',
        response: { 200: z.object({ items: z.array(kindOfProblemSchema) }) },
      },
    },
    async () => ({ items: CODES.map(told) }),
  );
  app.get(
    '/api/v1/problems/:code',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'What a problem is, and where it is explained.',
        params: z.object({ code: z.string().max(100) }),
        response: { 200: kindOfProblemSchema, ...refusals(404) },
      },
    },
    async ({ params }) => {
      const code = CODES.find((one) => one === params.code);
      if (code !== undefined) return told(code);
      throw new BiotopeError('ROUTE_NOT_FOUND', {
        message: `No problem has the code ${JSON.stringify(params.code)}.`,
        remedy: didYouMean(params.code, CODES) ?? 'GET /api/v1/problems has them all.',
      });
    },
  );
}

function told(code: ErrorCode) {
  const { summary, kind, httpStatus, retryable } = ERRORS[code];
  return {
    type: problemType(code),
    code,
    title: summary,
    kind,
    status: httpStatus,
    retryable,
    documentation: documentationOf(code),
  };
}
