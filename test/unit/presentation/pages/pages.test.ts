import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../../src/compose/seat/notice.ts';
import { environmentDocument } from '../../../../src/documents/documents.ts';
import { graphDocument } from '../../../../src/documents/graph.ts';
import { BiotopeError } from '../../../../src/model/errors.ts';
import { secretText } from '../../../../src/model/secret.ts';
import { formatDuration, formatTime } from '../../../../src/presentation/pages/duration.ts';
import {
  environmentPage,
  environmentTable,
} from '../../../../src/presentation/pages/environments.ts';
import {
  errorDocument,
  errorLines,
  toBiotopeError,
} from '../../../../src/presentation/pages/errors.ts';
import { graphLines } from '../../../../src/presentation/pages/graph.ts';
import { absentFolderLines, noticeLines } from '../../../../src/presentation/pages/notices.ts';
import { runPage } from '../../../../src/presentation/pages/runs.ts';
import { waitFor } from '../../../../src/presentation/pages/wait.ts';
import { printable, table } from '../../../../src/presentation/terminal/table.ts';
import { parseDuration } from '../../../../src/presentation/times.ts';
import {
  anEnvironment,
  aResource,
  aRun,
  aStep,
  countedReads,
  failure,
  palette,
} from '../samples.ts';

describe('tables', () => {
  it('line up, without blanks at the ends of lines', () => {
    expect(
      table(
        ['name', 'tags'],
        [
          ['web', ''],
          ['database', 'a'],
        ],
        { columns: Number.POSITIVE_INFINITY, lessImportant: ['tags'] },
      ),
    ).toEqual(['NAME      TAGS', 'web', 'database  a']);
  });

  it('show text of people without what would move the cursor', () => {
    expect(printable('a\u001b[2Jb\rc\u0007')).toBe('ab c ');
    const [, row] = environmentTable([anEnvironment({ description: 'x\u001b]0;title\u0007y' })], {
      palette,
      nowMs: 0,
    });
    expect(row).not.toContain('\u001b');
  });
});

describe('durations', () => {
  it.each([
    [40, '40 ms'],
    [1_530, '1.5 s'],
    [48_000, '48 s'],
    [59_700, '1 min 00 s'],
    [125_000, '2 min 05 s'],
    [11_400_000, '3 h 10 min'],
    [187_200_000, '2 d 4 h'],
  ])('%d ms are told as %s', (durationMs, told) => expect(formatDuration(durationMs)).toBe(told));

  it.each([
    ['90s', 90_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
  ])('%s is read', (text, durationMs) => expect(parseDuration(text)).toBe(durationMs));

  it.each(['', '5', 's', '-1s', '1e3s', '5 s'])('%j is refused with advice', (text) => {
    expect(() => parseDuration(text)).toThrow(/such as 90s or 10m/);
  });

  it('times are in UTC', () => expect(formatTime(0)).toBe('1970-01-01 00:00:00Z'));
});

describe('the page of an environment', () => {
  const secret = secretText(['postgres://', { path: 'demo/db', version: 1, field: 'password' }]);
  const environment = anEnvironment({
    status: 'failed',
    failure,
    parameters: { replicas: 2, key: secret },
    outputs: { url: 'http://localhost:1', dsn: secret },
    entrypoints: [{ name: 'web', url: 'http://localhost:1', description: 'the site' }],
  });

  it('says what is wrong, and never a secret', () => {
    const page = environmentPage(
      {
        environment,
        resources: [
          aResource('site'),
          aResource('db/server', { id: 'db/server', status: 'failed' }),
        ],
        groups: [{ name: 'all', description: 'Both', tags: [], resources: ['site', 'db'] }],
        lastRun: aRun(),
        nowMs: 0,
      },
      palette,
    );
    expect(page).toContain('  all  1 ok, 1 failed  site, db/server  Both');
    expect(page).toContain('Reason:       Terraform failed. (TERRAFORM_FAILED)');
    expect(page).toContain('  dsn  =  [redacted]');
    expect(page).toContain('  url  =  http://localhost:1');
    expect(page).toContain('  web  http://localhost:1  the site');
    expect(page.join('\n')).not.toContain('postgres');
  });

  it('looks at each member of a large group only a few times', () => {
    const resources = Array.from({ length: 500 }, (_, at) => aResource(`web-${at}`));
    const { members, reads } = countedReads(resources.map(({ id }) => id));
    const groups = [{ name: 'all', description: '', tags: [], resources: members }];
    const page = environmentPage(
      { environment, resources, groups, lastRun: null, nowMs: 0 },
      palette,
    );
    expect(page.join('\n')).toContain('  all  500 ok  web-0, web-1,');
    expect(reads()).toBeLessThan(10 * resources.length);
  });

  it('is a document without secrets for programs', () => {
    const document = environmentDocument(environment);
    expect(document.outputs).toEqual({ url: 'http://localhost:1', dsn: '[redacted]' });
    expect(document.parameters).toEqual({ replicas: 2, key: '[redacted]' });
    expect(document.createdAt).toBe('1970-01-01T00:00:00.000Z');
  });
});

describe('the graph', () => {
  const resources = [
    aResource('password', { executor: 'vault-secret' }),
    aResource('site', {
      dependsOn: ['password[0]'],
      parts: [{ address: 'terraform_data.x', type: 'terraform_data', dependsOn: [] }],
    }),
    aResource('settings', { dependsOn: ['site[0]'] }),
    aResource('web', { dependsOn: ['settings[0]', 'site[0]'], status: 'failed' }),
  ];

  it('is a tree from what needs to what is needed, each unfolded once', () => {
    expect(graphLines(resources, palette)).toEqual([
      'web                   terraform             failed',
      '├── settings          terraform             ok',
      '│   └── site          terraform (1 inside)  ok',
      '│       └── password  vault-secret          ok',
      '└── site (above)',
    ]);
  });

  it('is nodes and edges for programs', () => {
    const { nodes, edges } = graphDocument(resources, []);
    expect(nodes.map(({ label }) => label)).toEqual(['password', 'site', 'settings', 'web']);
    expect(edges).toContainEqual({ from: 'web[0]', to: 'settings[0]' });
  });

  it('bears a chain of any length', () => {
    const chain = Array.from({ length: 5_000 }, (_, at) =>
      aResource(`n${at}`, { dependsOn: at === 0 ? [] : [`n${at - 1}[0]`] }),
    );
    expect(graphLines(chain, palette)).toHaveLength(5_000);
  });
});

describe('the page of a run', () => {
  it('shows each step, its failure and what is waited for', () => {
    const steps = [
      aStep('site', { status: 'failed', failure, startedAtMs: 0, finishedAtMs: 2_000, attempt: 3 }),
      aStep('web', { status: 'skipped' }),
    ];
    const lines = runPage(
      { run: aRun(), steps, waiting: [waitFor(null, 'turn', 'nothing')] },
      { palette, nowMs: 5_000 },
    );
    expect(lines).toContain('  site  failed   terraform  to create  2.0 s  attempt 3 of 3');
    expect(lines).toContain('      Terraform failed. (TERRAFORM_FAILED)');
    expect(lines.at(-1)).toBe('  waiting for nothing');
  });
});

describe('errors', () => {
  const error = new BiotopeError('ENVIRONMENT_NOT_FOUND', {
    message: 'There is no environment "demo".',
    detail: 'one\ntwo',
    facts: { environment: 'demo' },
  });

  it('say what, more of it, and where to read about it', () => {
    expect(errorLines(error, palette)).toEqual([
      'error: There is no environment "demo".',
      '  one',
      '  two',
      '  See docs/errors/ENVIRONMENT_NOT_FOUND.md.',
    ]);
  });

  it('tell of a folder that was named and is not there', () => {
    expect(absentFolderLines(import.meta.dirname)).toEqual([]);
    const absent = `${import.meta.dirname}/absent`;
    expect(absentFolderLines(absent)).toEqual([
      `There is no folder ${absent}: nothing is kept there.`,
    ]);
  });

  it('tell whose run it is that is not finished', () => {
    const runs = [aRun()];
    expect(noticeLines({ kind: 'left', runs })[0]).toBe(
      'run r1 (create of environment demo) is not finished',
    );
    expect(noticeLines({ kind: 'handed-back', runs })).toEqual([
      'run r1 (create of environment demo) was asked for by another command, which goes on with it',
      '  If that one has ended: biotope run resume r1',
    ]);
  });

  it('show what foreign files and programs say without what would move the cursor', () => {
    const odd = 'a\u001b[2J\u0007b';
    const quoting = new BiotopeError('INTERNAL', {
      message: odd,
      detail: `c: ${odd}`,
      cause: Object.assign(new Error(odd), { stack: `Error\n${odd}` }),
    });
    expect(errorLines(quoting, palette).join('')).not.toMatch(/\p{Cc}/u);
    expect(errorDocument(quoting).error).toMatchObject({ message: odd, detail: `c: ${odd}` });
    const notices = [
      { kind: 'left-out', parts: [odd] },
      { kind: 'fetching', source: odd },
      { kind: 'unchecked', reasons: [odd] },
    ] satisfies Notice[];
    for (const notice of notices) {
      expect(noticeLines(notice).join('')).not.toMatch(/\p{Cc}/u);
    }
  });

  it('name the pages of what brought them about before their own', () => {
    const facts = { causes: ['POOL_UNKNOWN', 'no code'] };
    const failed = new BiotopeError('RUN_FAILED', { message: 'The run failed.', facts });
    expect(errorLines(failed, palette).at(-1)).toBe(
      '  See docs/errors/POOL_UNKNOWN.md and docs/errors/RUN_FAILED.md.',
    );
  });

  it('are a document for programs', () => {
    expect(errorDocument(error)).toEqual({
      error: {
        code: 'ENVIRONMENT_NOT_FOUND',
        message: 'There is no environment "demo".',
        detail: 'one\ntwo',
        facts: { environment: 'demo' },
        documentation: 'docs/errors/ENVIRONMENT_NOT_FOUND.md',
        retryable: false,
      },
    });
  });

  it('of the parser are usage errors; whatever else is thrown is ours', () => {
    const parse = Object.assign(new Error('Nonexistent flag: --x\nSee more help with --help'), {
      oclif: { exit: 2 },
      parse: {},
    });
    expect(toBiotopeError(parse)).toMatchObject({
      code: 'USAGE',
      message: 'Nonexistent flag: --x',
    });
    expect(toBiotopeError(new Error('oh')).code).toBe('INTERNAL');
    expect(toBiotopeError('oh').message).toContain('oh');
  });
});
