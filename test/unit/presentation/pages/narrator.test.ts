import { describe, expect, it } from 'vitest';
import { livePicture } from '../../../../src/presentation/pages/live/live-picture.ts';
import { createNarrator } from '../../../../src/presentation/pages/live/narrator.ts';
import type { RunView } from '../../../../src/presentation/pages/live/run-view.ts';
import { waitFor } from '../../../../src/presentation/pages/wait.ts';
import { aRun, aStep, failure, palette } from '../samples.ts';

function aView(facts: Partial<RunView>): RunView {
  return { run: aRun(), steps: [], progress: new Map(), waiting: [], nowMs: 0, ...facts };
}

const endpoint = (message: string) => waitFor({ label: 'web' }, 'endpoint', message);
const running = (atMs: number) => ({ status: 'running', attempt: 1, startedAtMs: atMs }) as const;
const succeeded = (atMs: number) =>
  ({ ...running(0), status: 'succeeded', result: 'created', finishedAtMs: atMs }) as const;

const NOTHING_TO_DO = { create: 0, change: 0, adopt: 0, rotate: 0, decide: 0, remove: 0 };

describe('the narrator', () => {
  it('tells each change once, without a terminal also what begins', () => {
    const narrator = createNarrator({ palette, hasLivePicture: false, sinceMs: 0 });
    const web = aStep('web');
    expect(narrator.tell(aView({ steps: [aStep('site', running(0)), web] }))).toEqual([
      '  2 to create',
      '  > site  creating (terraform)',
    ]);
    const later = aView({ steps: [aStep('site', succeeded(1_500)), aStep('web', running(1_500))] });
    expect(narrator.tell(later)).toEqual([
      '  + site  created  1.5 s',
      '  > web   creating (terraform)',
    ]);
    expect(narrator.tell(later)).toEqual([]);
  });

  it('tells what failed before what was skipped for it, although both happened at once', () => {
    const narrator = createNarrator({ palette, hasLivePicture: false, sinceMs: 0 });
    const steps = [
      aStep('app', { status: 'skipped', finishedAtMs: 9, failure }),
      aStep('db', { status: 'failed', finishedAtMs: 9, failure }),
    ];
    const lines = narrator.tell(aView({ run: aRun({ summary: null }), steps }));
    const [failed, skipped] = ['db ', 'app'].map((name) =>
      lines.findIndex((line) => line.slice(4).startsWith(name)),
    );
    expect(failed).toBeGreaterThanOrEqual(0);
    expect(skipped).toBeGreaterThan(failed ?? 0);
  });

  it('marks what became of a step as a plan does, without blanks at the ends of lines', () => {
    const tell = (facts: Parameters<typeof aStep>[1]) => {
      const narrator = createNarrator({ palette, hasLivePicture: false, sinceMs: 0 });
      const step = aStep('site', { status: 'succeeded', finishedAtMs: 9, ...facts });
      return narrator.tell(aView({ run: aRun({ summary: null }), steps: [step] }));
    };
    expect(tell({ result: 'unchanged' })).toEqual(['  = site  unchanged']);
    expect(tell({ result: 'changed' })).toEqual(['  ~ site  changed']);
    expect(tell({ result: 'removed' })).toEqual(['  - site  removed']);
    expect(tell({ result: null, action: 'adopt' })).toEqual(['  < site  adopted']);
  });

  it('tells the plan also of a run that had ended before it was first seen', () => {
    const narrator = createNarrator({ palette, hasLivePicture: false, sinceMs: 0 });
    const summary = { ...NOTHING_TO_DO, unchanged: 2 };
    const view = aView({ run: aRun({ status: 'succeeded', summary }) });
    expect(narrator.tell(view)).toEqual(['  nothing to do: 2 unchanged']);
    expect(narrator.tell(view)).toEqual([]);
  });

  it('tells which resources got another id', () => {
    const narrator = createNarrator({ palette, hasLivePicture: false, sinceMs: 0 });
    const moves = Array.from({ length: 12 }, (_, at) => ({ from: `a${at}`, to: `b${at}` }));
    const summary = { ...NOTHING_TO_DO, unchanged: 12 };
    const lines = narrator.tell(aView({ run: aRun({ summary }), moves }));
    expect(lines.slice(0, 2)).toEqual(['  12 to rename, 12 unchanged', '  = b0  moved from a0']);
    expect(lines.at(-1)).toBe('  and 2 more');
  });

  it('counts what was done before it came, and tells the rest', () => {
    const narrator = createNarrator({ palette, hasLivePicture: false, sinceMs: 1_000 });
    const steps = [aStep('site', succeeded(900)), aStep('web', succeeded(1_500))];
    expect(narrator.tell(aView({ steps }))).toEqual([
      '  2 to create',
      '  1 of 2 steps were done before',
      '  + web   created  1.5 s',
    ]);
  });

  it('counts only what succeeded before, not what failed or was cancelled', () => {
    const narrator = createNarrator({ palette, hasLivePicture: false, sinceMs: 1_000 });
    const cancelled = aStep('web', { status: 'cancelled', finishedAtMs: 900 });
    const view = aView({
      run: aRun({ summary: null }),
      steps: [aStep('site', succeeded(900)), cancelled],
    });
    expect(narrator.tell(view)).toEqual(['  1 of 2 steps were done before']);
  });

  it('says that a step which was taken back is begun again, not that it failed', () => {
    const narrator = createNarrator({ palette, hasLivePicture: false, sinceMs: 0 });
    const again = aStep('site', { attempt: 0, failure, notBeforeMs: null });
    const view = aView({ run: aRun({ summary: null }), steps: [again] });
    expect(narrator.tell(view)).toEqual(['  ! site  begun again']);
  });

  it.each([
    ['create', 'something it needs'],
    ['remove', 'something that needs it'],
  ] as const)('says for which failure a step to %s was skipped', (action, what) => {
    const narrator = createNarrator({ palette, hasLivePicture: false, sinceMs: 0 });
    const steps = [aStep('site', { action, status: 'skipped', failure, finishedAtMs: 1 })];
    expect(narrator.tell(aView({ run: aRun({ summary: null }), steps }))).toEqual([
      `  / site  skipped: ${what} failed`,
    ]);
  });

  it('leaves what begins to the picture where there is one', () => {
    const narrator = createNarrator({ palette, hasLivePicture: true, sinceMs: 0 });
    expect(narrator.tell(aView({ steps: [aStep('site', running(0))] }))).toEqual(['  2 to create']);
  });

  it('says why a step failed, and when it is tried again', () => {
    const narrator = createNarrator({ palette, hasLivePicture: false, sinceMs: 0 });
    const again = aStep('site', { attempt: 1, failure, notBeforeMs: 2_000 });
    expect(narrator.tell(aView({ run: aRun({ summary: null }), steps: [again] }))).toEqual([
      '  ! site  attempt 1 of 3 attempts failed, again in 2.0 s',
      '      Terraform failed. (TERRAFORM_FAILED)',
      '        Error: no',
      '          on main.tf line 3',
    ]);
    const steps = [
      aStep('site', { ...running(0), status: 'failed', failure, finishedAtMs: 3_000 }),
    ];
    expect(narrator.tell(aView({ steps, run: aRun({ summary: null }) }))[0]).toBe(
      '  x site  failed  3.0 s',
    );
  });

  it('says what is waited for once it takes a while, and not again each second', () => {
    const narrator = createNarrator({ palette, hasLivePicture: false, sinceMs: 0 });
    const say = (line: string, nowMs: number) =>
      narrator.tell(aView({ run: aRun({ summary: null }), waiting: [endpoint(line)], nowMs }));
    expect(say('http://x for 0 s (last answer: none)', 0)).toEqual([]);
    expect(say('http://x for 2 s (last answer: none)', 2_000)).toEqual([
      '  . web: waiting for http://x for 2 s (last answer: none)',
    ]);
    expect(say('http://x for 3 s (last answer: none)', 3_000)).toEqual([]);
    expect(say('http://x for 4 s (last answer: 503)', 4_000)).toEqual([]);
    expect(say('http://x for 6 s (last answer: 503)', 6_000)).toHaveLength(1);
  });

  it('breaks a long silence by saying what still runs, and what it is doing', () => {
    const narrator = createNarrator({ palette, hasLivePicture: false, sinceMs: 0 });
    const steps = [aStep('site', running(0))];
    const progress = new Map([['site[0]', 'terraform apply']]);
    narrator.tell(aView({ steps }));
    expect(narrator.tell(aView({ steps, progress, nowMs: 19_000 }))).toEqual([]);
    expect(narrator.tell(aView({ steps, progress, nowMs: 21_000 }))).toEqual([
      '  still creating site, 21 s: terraform apply',
    ]);
    expect(narrator.tell(aView({ steps, progress, nowMs: 30_000 }))).toEqual([]);
  });
});

describe('the live picture', () => {
  it('shows what runs and for how long, what is waited for, and how far it is', () => {
    const view = aView({
      steps: [aStep('password', succeeded(40)), aStep('site', running(1_000)), aStep('web')],
      progress: new Map([['site[0]', 'terraform init']]),
      waiting: [endpoint('http://x')],
      nowMs: 13_000,
    });
    expect(livePicture(view, palette, 20)).toEqual([
      '  > creating site, 12 s: terraform init',
      '  . web: waiting for http://x',
      '  1 of 3 steps done, 13 s',
    ]);
  });

  it('stays below the height of the terminal', () => {
    const steps = Array.from({ length: 50 }, (_, at) => aStep(`node-${at}`, running(0)));
    const lines = livePicture(aView({ steps }), palette, 10);
    expect(lines.length).toBeLessThanOrEqual(10);
    expect(lines.join('\n')).toContain('and 42 more');
  });
});
