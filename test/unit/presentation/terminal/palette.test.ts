import { expect, test } from 'vitest';
import { paletteFor } from '../../../../src/presentation/terminal/palette.ts';

/** A terminal as Node has it; dumb ones have one bit of colour. */
const terminal = {
  isTTY: true as const,
  columns: 100,
  getColorDepth: (environment?: object) =>
    Reflect.get(environment ?? {}, 'TERM') === 'dumb' ? 1 : 8,
};
const file = { isTTY: false as unknown as true, columns: 0, getColorDepth: () => 1 };

test.each([
  ['a terminal', terminal, {}, true],
  ['a file', file, {}, false],
  ['a dumb terminal', terminal, { TERM: 'dumb' }, false],
  ['NO_COLOR', terminal, { NO_COLOR: '1' }, false],
  ['an empty NO_COLOR, which says nothing', terminal, { NO_COLOR: '' }, true],
  ['FORCE_COLOR', file, { FORCE_COLOR: '1' }, true],
  ['an empty FORCE_COLOR', file, { FORCE_COLOR: '' }, true],
  ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
  ['both', file, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
])('%s', (_, stream, environment, isColoured) => {
  const { good } = paletteFor(stream, environment);
  expect(good('ok')).toBe(isColoured ? '\u001b[32mok\u001b[39m' : 'ok');
});

test('knows how wide a terminal is; a file has no end', () => {
  expect(paletteFor(terminal, {}).columns).toBe(100);
  expect(paletteFor({ ...terminal, columns: 0 }, {}).columns).toBe(Number.POSITIVE_INFINITY);
  expect(paletteFor(file, {}).columns).toBe(Number.POSITIVE_INFINITY);
});
