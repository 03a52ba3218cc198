import { styleText } from 'node:util';

/** What a piece of text means, which a terminal shows as a colour, and how much room there is. */
export interface Palette {
  good(text: string): string;
  bad(text: string): string;
  busy(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
  /** Of a line; infinite where it is not a terminal that shows it. */
  columns: number;
}

/** Colours on a terminal, none elsewhere; NO_COLOR and FORCE_COLOR decide where they are set. */
export function paletteFor(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'getColorDepth'>,
  environment: NodeJS.ProcessEnv = process.env,
): Palette {
  const isColoured = hasColours(stream, environment);
  const paint = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    isColoured ? styleText(format, text, { validateStream: false }) : text;
  return {
    good: paint('green'),
    bad: paint('red'),
    busy: paint('cyan'),
    faint: paint('dim'),
    strong: paint('bold'),
    // A terminal that does not know its size says 0.
    columns: (stream.isTTY && stream.columns) || Number.POSITIVE_INFINITY,
  };
}

/** By hand: Node's own answer warns on stderr where both variables are set. */
function hasColours(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'getColorDepth'>,
  { FORCE_COLOR, NO_COLOR, ...environment }: NodeJS.ProcessEnv,
): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return stream.isTTY === true && stream.getColorDepth(environment) > 1;
}
