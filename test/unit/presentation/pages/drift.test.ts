import { describe, expect, it } from 'vitest';
import type { Drift } from '../../../../src/model/drift.ts';
import { deviationLines, driftLines } from '../../../../src/presentation/pages/drift.ts';
import { environment, resource } from '../../../support/records.ts';
import { palette } from '../samples.ts';

const NOTHING = { changed: 0, missing: 0, extra: 0, noise: 0 };

const drift = (facts: Partial<Drift> = {}): Drift => ({
  runId: 'run-2',
  lookedAtMs: 0,
  finding: 'partial',
  counts: NOTHING,
  deviations: [],
  ...facts,
});

const lines = (resources: Parameters<typeof resource>[0][], runId: string | null = null) =>
  driftLines(
    { environment: environment({ name: 'shop' }), resources: resources.map(resource) },
    { palette, nowMs: 60_000, runId },
  );

describe('the page of drift', () => {
  it('says that nobody has looked', () => {
    expect(lines([{ id: 'web' }])).toEqual([
      'nobody has looked at shop since it was built',
      'to look: biotope environment reconcile shop',
    ]);
  });

  it('shows what differs, noise last, and what to do', () => {
    const counts = { ...NOTHING, changed: 1, noise: 1 };
    const deviations = [
      { subject: 'size', kind: 'changed', detail: '3 -> 2' } as const,
      { subject: 'tags', kind: 'noise', detail: '"b" -> "a"' } as const,
    ];
    const drifted = { id: 'web', drift: drift({ counts, deviations }) };
    expect(lines([drifted, { id: 'db', drift: drift() }, { id: 'dns' }])).toEqual([
      'web  1 changed, 1 noise  (1 min 00 s ago)',
      '  changed  size  3 -> 2',
      '  noise    tags  "b" -> "a"',
      '1 of 2 resources of shop has drifted',
      'not looked at: dns',
      'to build it again as it was: biotope environment reconcile shop --heal',
    ]);
  });

  it('tells of one run only what it looked at and built again', () => {
    const before = { id: 'db', drift: drift({ runId: 'run-1' }) };
    const healed = { id: 'web', runId: 'run-2', drift: null };
    expect(lines([healed, before, { id: 'dns', drift: drift() }], 'run-2')).toEqual([
      'built again: web',
      '2 resources of shop looked at: all is as it should be now',
      'not looked at: db',
    ]);
  });

  it('counts what is too much to show', () => {
    const shown = drift({
      counts: { ...NOTHING, missing: 7 },
      deviations: [{ subject: 'a', kind: 'missing', detail: 'is not there' }],
    });
    expect(deviationLines(shown, palette)).toEqual(['missing  a  is not there', 'and 6 more']);
    expect(deviationLines(null, palette)).toEqual([]);
  });
});
