import { expect, test } from 'vitest';
import type { ErrorEntry } from '../../../src/model/errors.ts';
import { errorsGate } from '../../gates/errors.ts';
import { verdict } from './sample.ts';

const entry: ErrorEntry = {
  kind: 'not-found',
  retryable: false,
  httpStatus: 404,
  exitCode: 1,
  summary: 'No such run.',
};
const gate = errorsGate({ RUN_NOT_FOUND: entry });

const PAGE = `# RUN_NOT_FOUND

No such run.

| kind | exit code | HTTP status | retryable |
|---|---|---|---|
| \`not-found\` | 1 | 404 | no |

## What it looks like

See docs/errors/RUN_NOT_FOUND.md.

## Why it happens

## What to do next
`;
const USED = { 'src/engine/runs.ts': "throw refuse('RUN_NOT_FOUND', {})" };

const judge = (page: string) => verdict(gate, { ...USED, 'docs/errors/RUN_NOT_FOUND.md': page });

test('table and pages agree', () => {
  expect(judge(PAGE)).toEqual([]);
});

test('a code without a page, a page without a code', () => {
  expect(
    verdict(gate, { ...USED, 'docs/errors/GONE.md': PAGE, 'docs/errors/README.md': '' }),
  ).toEqual([
    'src/model/errors.ts:1 RUN_NOT_FOUND has no page docs/errors/RUN_NOT_FOUND.md',
    'docs/errors/GONE.md:1 explains no code of src/model/errors.ts',
  ]);
});

test('a code that nobody uses, whatever the table and tests say of it', () => {
  const files = {
    'docs/errors/RUN_NOT_FOUND.md': PAGE,
    'src/model/errors.ts': "'RUN_NOT_FOUND'",
    'test/unit/runs.test.ts': "'RUN_NOT_FOUND'",
  };
  expect(verdict(gate, files)).toEqual([
    'src/model/errors.ts:1 RUN_NOT_FOUND is used nowhere in src',
  ]);
});

test.each([
  ['heading', '# RUN_NOT_FOUND', '# RUN_GONE', '# RUN_NOT_FOUND'],
  ['summary', 'No such run.', 'No run.', 'No such run.'],
  ['kind', '`not-found`', '`conflict`', '| `not-found` | 1 | 404 | no |'],
  ['exit code', '| 1 |', '| 64 |', '| `not-found` | 1 | 404 | no |'],
  ['HTTP status', '404', '500', '| `not-found` | 1 | 404 | no |'],
  ['retryable', '| no |', '| yes |', '| `not-found` | 1 | 404 | no |'],
  ['section', '## Why it happens', '## Reasons', '## Why it happens'],
])('a page whose %s is another one', (_, there, other, lacking) => {
  expect(judge(PAGE.replace(there, other))).toEqual([
    `docs/errors/RUN_NOT_FOUND.md:1 lacks the line "${lacking}"`,
  ]);
});

test('a page that shows the output of another error', () => {
  expect(judge(PAGE.replace('errors/RUN_NOT_FOUND', 'errors/RUN_GONE'))).toEqual([
    'docs/errors/RUN_NOT_FOUND.md:10 shows no output that names RUN_NOT_FOUND',
  ]);
});
