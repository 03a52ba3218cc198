import { fitWidth } from './width.ts';

/**
 * Lines that stay, and on a terminal a live picture below them that is replaced as a whole.
 * Everything that is written while a picture is shown must go through here, or it is overwritten.
 */
export interface Screen {
  readonly isLive: boolean;
  rows(): number;
  /** Without a picture the one shown before stays below the lines. */
  print(lines: readonly string[], picture?: readonly string[]): void;
  /** Takes the picture away. May be called again. */
  clear(): void;
}

/** What is needed of a stream such as process.stderr. */
export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  rows?: number;
  write(text: string): unknown;
}

const ROWS_OF_NO_TERMINAL = 24;
const COLUMNS_OF_NO_TERMINAL = 80;

export function createScreen(stream: Terminal): Screen {
  const isLive = stream.isTTY === true && process.env.TERM !== 'dumb';
  let drawn: string[] = [];

  /** Up to the first line of the picture, and away with all below. */
  const wipe = () => (drawn.length === 0 ? '' : `\u001b[${drawn.length}A\r\u001b[J`);
  const cutAll = (lines: readonly string[]) => {
    // A terminal that does not know its size says 0.
    const columns = stream.columns || COLUMNS_OF_NO_TERMINAL;
    return lines.map((line) => fitWidth(line, columns - 1));
  };
  const show = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

  return {
    isLive,
    rows: () => stream.rows || ROWS_OF_NO_TERMINAL,
    print: (lines, picture) => {
      const next = picture === undefined || !isLive ? drawn : cutAll(picture);
      if (lines.length === 0 && next.join('\n') === drawn.join('\n')) return;
      // In one piece, so that nothing flickers.
      stream.write(wipe() + show(lines) + show(next));
      drawn = next;
    },
    clear: () => {
      if (drawn.length > 0) stream.write(wipe());
      drawn = [];
    },
  };
}
