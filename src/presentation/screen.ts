import { fitWidth } from './table.ts';

/**
 * Lines that stay, and on a terminal a live picture below them. Everything that is written while a
 * picture is shown must go through here, or it is overwritten.
 */
export interface Screen {
  readonly isLive: boolean;
  rows(): number;
  print(lines: readonly string[]): void;
  /** Replaces the picture; without a terminal nothing happens. */
  draw(lines: readonly string[]): void;
  /** Takes the picture away. May be called again. */
  clear(): void;
}

const ROWS_OF_NO_TERMINAL = 24;
const COLUMNS_OF_NO_TERMINAL = 80;

export function createScreen(stream: NodeJS.WriteStream): Screen {
  const isLive = stream.isTTY === true && process.env.TERM !== 'dumb';
  let drawn: string[] = [];

  /** Up to the first line of the picture, and away with all below. */
  const wipe = () => (drawn.length === 0 ? '' : `\u001b[${drawn.length}A\r\u001b[J`);
  const show = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

  return {
    isLive,
    rows: () => stream.rows ?? ROWS_OF_NO_TERMINAL,
    print: (lines) => {
      if (lines.length > 0) stream.write(wipe() + show(lines) + show(drawn));
    },
    draw: (lines) => {
      if (!isLive) return;
      const columns = stream.columns ?? COLUMNS_OF_NO_TERMINAL;
      const next = lines.map((line) => fitWidth(line, columns - 1));
      if (next.join('\n') === drawn.join('\n')) return;
      stream.write(wipe() + show(next));
      drawn = next;
    },
    clear: () => {
      if (drawn.length > 0) stream.write(wipe());
      drawn = [];
    },
  };
}
