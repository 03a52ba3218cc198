import { describe, expect, it } from 'vitest';
import { describeDiagnostic, isPassing } from '../../../../src/executors/terraform/diagnostics.ts';
import { readPlan } from '../../../../src/executors/terraform/planned-changes.ts';
import { describeEvent, readLine } from '../../../../src/executors/terraform/stream.ts';
import { originOf, placeOf } from '../../../../src/executors/terraform/work-folder.ts';

const hook = (type: string, rest: object = {}) =>
  JSON.stringify({
    '@message': 'for people',
    type,
    hook: { resource: { addr: 'module.main.aws_x.y' }, action: 'create', ...rest },
  });

function told(line: string): string | undefined {
  const event = readLine(line);
  return event === undefined ? undefined : describeEvent(event);
}

const diagnostic = (summary: string, detail = '') => ({ severity: 'error', summary, detail });

describe('a line of Terraform', () => {
  it('becomes a line for people', () => {
    expect(told(hook('apply_start'))).toBe('aws_x.y: creating');
    expect(told(hook('apply_progress', { elapsed_seconds: 10 }))).toBe('aws_x.y: creating, 10 s');
    expect(told(hook('apply_complete', { elapsed_seconds: 12 }))).toBe('aws_x.y: created, 12 s');
    expect(told(hook('apply_errored'))).toBe('aws_x.y: creating failed');
    expect(told(hook('provision_progress', { output: 'hello' }))).toBe('aws_x.y: hello');
  });

  it('says nothing where it is not for us, plain text and half lines among them', () => {
    for (const line of [
      '',
      'plain',
      '{"type":',
      '{"type":"log"}',
      '[]',
      '{"type":"apply_start"}',
    ]) {
      expect(told(line)).toBeUndefined();
    }
  });

  it('that tells the whole state is never described', () => {
    const line = JSON.stringify({ '@message': 'Emergency state dump', state: { serial: 1 } });
    expect(readLine(line)).toEqual({ type: 'emergency', state: '{"serial":1}' });
    expect(told(line)).toBeUndefined();
  });
});

describe('a diagnostic', () => {
  const folders = ['modules/db', 'modules/net'];
  const at = (filename: string) => ({
    ...diagnostic('Wrong', 'Because.'),
    range: { filename, start: { line: 3 } },
  });

  it('names the place in the author’s own file', () => {
    expect(describeDiagnostic(at('module/net/main.tf'), folders)).toBe(
      'Error: Wrong\n  modules/net/main.tf:3\n  Because.',
    );
    expect(describeDiagnostic(at('cdk.tf.json'), folders)).toBe('Error: Wrong\n  Because.');
  });

  it('shows no detail in which a state could be', () => {
    const dump = diagnostic('Wrong', '{"lineage":"x","resources":[]}');
    expect(describeDiagnostic(dump, folders)).toBe('Error: Wrong');
  });

  it.each([
    ['429 Too Many Requests', true],
    ['dial tcp 10.0.0.1:443: i/o timeout', true],
    ['StatusCode: 503, Service Unavailable', true],
    ['connection reset by peer', true],
    ['AccessDenied: not authorised', false],
    ['exit status 1', false],
  ])('%s: worth another attempt: %s', (detail, expected) => {
    expect(isPassing([diagnostic('creating thing', detail)], '')).toBe(expected);
    expect(isPassing([], detail)).toBe(expected);
  });

  it('is not worth another attempt if another one is lasting', () => {
    const passing = diagnostic('creating', '503');
    expect(isPassing([passing, diagnostic('Denied')], '')).toBe(false);
    expect(isPassing([passing, diagnostic('Unsupported argument', 'timeout')], '')).toBe(false);
  });
});

describe('the place of a module in the work folder', () => {
  it('is the same for equal trees, and leads back', () => {
    expect(placeOf(['a/b'], 'a/b')).toBe('module');
    expect(placeOf(['x'], 'x')).toBe('module');
    expect(placeOf(['m/db', 'm/net'], 'm/db')).toBe('module/db');
    expect(placeOf([''], '')).toBe('module');
    expect(originOf(['m/db', 'm/net'], 'module/net/a.tf')).toBe('m/net/a.tf');
    expect(originOf(['m/db', 'm/network'], './module/db/a.tf')).toBe('m/db/a.tf');
    expect(originOf([''], 'module/a.tf')).toBe('a.tf');
  });
});

describe('a plan', () => {
  const plan = (change: object) =>
    readPlan(
      JSON.stringify({ resource_changes: [{ address: 'module.main.x.y', change }] }),
      (text) => text,
    ).changes;

  it('is shown attribute by attribute', () => {
    expect(
      plan({
        actions: ['delete', 'create'],
        before: { a: 1, gone: 'x', secret: 'old', same: [1] },
        after: { a: 2, secret: 'new', same: [1] },
        after_unknown: { id: true },
        before_sensitive: { secret: true },
        after_sensitive: { secret: { deep: [true] } },
      }),
    ).toEqual([
      {
        subject: 'x.y',
        action: 'replace',
        lines: [
          'a: 1 -> 2',
          'gone: "x" -> null',
          'id: null -> known after deploy',
          'secret: (sensitive) -> (sensitive)',
        ],
      },
    ]);
  });

  it('repeats nowhere what is marked anywhere, nor a part of it', () => {
    const secret = `canary-${'x'.repeat(300)}`;
    const [change] = plan({
      actions: ['update'],
      before: { input: { v: secret }, list: [secret, 1], copy: { v: secret } },
      after: { input: { v: 'new-canary' }, list: ['new-canary', 1], copy: { v: 'new-canary' } },
      before_sensitive: { input: { v: true }, list: [false, false] },
      after_sensitive: {},
    });
    expect(change?.lines).toEqual([
      'copy: {"v":"[redacted]"} -> {"v":"new-canary"}',
      'input: (sensitive) -> (sensitive)',
      'list: ["[redacted]",1] -> ["new-canary",1]',
    ]);
  });

  it('shows one side where there is only one', () => {
    const after = { a: 'x' };
    expect(plan({ actions: ['create'], before: null, after })[0]?.lines).toEqual(['a: "x"']);
    expect(plan({ actions: ['delete'], before: after, after: null })[0]?.lines).toEqual(['a: "x"']);
    expect(plan({ actions: ['no-op'], before: after, after })).toEqual([]);
  });

  it('is bounded', () => {
    const after = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [`a${at}`, 'x'.repeat(999)]),
    );
    const [change] = plan({ actions: ['create'], before: null, after });
    expect(change?.lines).toHaveLength(61);
    expect(change?.lines.at(-1)).toBe('and 40 more');
    expect(Math.max(...(change?.lines ?? []).map((line) => line.length))).toBeLessThan(300);
  });
});
