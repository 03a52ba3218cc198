import { styleText } from 'node:util';

/** What a piece of text means; a terminal shows it as a colour. */
export interface Palette {
  good(text: string): string;
  bad(text: string): string;
  busy(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
}

/** Colours on a terminal, none elsewhere; NO_COLOR and FORCE_COLOR decide where they are set. */
export function paletteFor(stream: NodeJS.WriteStream): Palette {
  const paint = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    styleText(format, text, { stream });
  return {
    good: paint('green'),
    bad: paint('red'),
    busy: paint('cyan'),
    faint: paint('dim'),
    strong: paint('bold'),
  };
}
