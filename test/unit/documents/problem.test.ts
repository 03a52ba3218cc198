import { describe, expect, it } from 'vitest';
import { problemDocument } from '../../../src/documents/problem.ts';
import { BiotopeError, type ErrorCode } from '../../../src/model/errors.ts';

const facts = { message: 'It is at /srv/biotope.', detail: 'line one\nline two', facts: { a: 1 } };
const about = (code: ErrorCode) => problemDocument(new BiotopeError(code, facts), 'r1');

describe('an error as a problem', () => {
  it('tells what can be done about it', () => {
    expect(about('KEY_CONFLICT')).toMatchObject({
      type: '/api/v1/problems/KEY_CONFLICT',
      status: 409,
      detail: 'It is at /srv/biotope.',
      instance: 'urn:request:r1',
      lines: ['line one', 'line two'],
      facts: { a: 1 },
    });
  });

  it.each([
    'INTERNAL',
    'STORE_UNAVAILABLE',
    'STORE_LOST',
    'RECORD_DAMAGED',
    'SECRET_UNREADABLE',
  ] as const)('says of %s what it is, and leaves the rest to the log', (code) => {
    const problem = about(code);
    expect(JSON.stringify(problem)).not.toContain('/srv');
    expect(problem).toMatchObject({ code, lines: [], facts: {} });
    expect(problem.detail).toContain('The log of the server has more');
  });
});
