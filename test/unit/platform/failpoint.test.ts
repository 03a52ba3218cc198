import { describe, expect, test, vi } from 'vitest';
import { createFailpoint, FAILPOINTS, noFailpoint } from '../../../src/platform/failpoint.ts';

describe('a failpoint', () => {
  test.for([
    { setting: 'effect.after', dies: [1] },
    { setting: 'effect.after:3', dies: [3] },
    { setting: 'effect.before', dies: [] },
  ])('set to $setting ends the process at visit $dies alone', ({ setting, dies }) => {
    const died: number[] = [];
    let visit = 0;
    const failpoint = createFailpoint(setting, () => died.push(visit));
    for (visit = 1; visit <= 5; visit += 1) failpoint('effect.after');
    expect(died).toEqual(dies);
  });

  test('does nothing where it is not set', () => {
    const die = vi.fn();
    for (const setting of [undefined, '']) {
      expect(createFailpoint(setting, die)).toBe(noFailpoint);
    }
    for (const name of FAILPOINTS) noFailpoint(name);
    expect(die).not.toHaveBeenCalled();
  });

  test.for(['effect.afer', 'effect.after:0', 'effect.after:x', 'effect.after:1.5', ':1'])(
    'set to %s is refused: a test that waits for a death would wait in vain',
    (setting) => {
      expect(() => createFailpoint(setting, () => {})).toThrow(/BIOTOPE_FAILPOINT/);
    },
  );
});
