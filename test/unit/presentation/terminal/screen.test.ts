import { describe, expect, it } from 'vitest';
import { createScreen, type Terminal } from '../../../../src/presentation/terminal/screen.ts';

/** What a terminal of 20 columns would show: understands the few moves a screen makes. */
function aTerminal(isTTY: boolean) {
  const rows: string[] = [];
  let written = '';
  const stream: Terminal = {
    isTTY,
    columns: 20,
    rows: 10,
    write: (text) => {
      written += text;
      const [before = '', after] = text.split('A\r\u001b[J');
      rows.splice(rows.length - (after === undefined ? 0 : Number(before.slice(2))));
      rows.push(...(after ?? before).split('\n').slice(0, -1));
      return true;
    },
  };
  return { stream, rows, text: () => written };
}

describe('a screen on a terminal', () => {
  it('keeps lines above a picture that is replaced', () => {
    const { stream, rows } = aTerminal(true);
    const screen = createScreen(stream);
    screen.print(['one'], ['picture 1', 'more']);
    screen.print(['two'], ['picture 2']);
    expect(rows).toEqual(['one', 'two', 'picture 2']);
    screen.print(['three']);
    expect(rows).toEqual(['one', 'two', 'three', 'picture 2']);
    screen.clear();
    expect(rows).toEqual(['one', 'two', 'three']);
  });

  it('cuts a picture to the width, because a broken line could not be taken back', () => {
    const { stream, rows } = aTerminal(true);
    createScreen(stream).print([], ['x'.repeat(50)]);
    expect(rows).toEqual([`${'x'.repeat(18)}…`]);
  });

  it('writes nothing where nothing changed', () => {
    const { stream, text } = aTerminal(true);
    const screen = createScreen(stream);
    screen.print([], ['same']);
    const before = text();
    screen.print([], ['same']);
    expect(text()).toBe(before);
  });
});

describe('a screen without a terminal', () => {
  it('only ever adds lines', () => {
    const { stream, text } = aTerminal(false);
    const screen = createScreen(stream);
    screen.print(['one'], ['picture']);
    screen.print([], ['picture']);
    screen.clear();
    expect(text()).toBe('one\n');
  });
});
