import type { Biotope } from '../compose/seat/contract.ts';
import type { Interrupt } from './terminal/interrupt.ts';
import type { Palette } from './terminal/palette.ts';
import type { Screen } from './terminal/screen.ts';

/** What every command lets people say. */
export interface GlobalFlags {
  config?: string | undefined;
  data?: string | undefined;
  'log-level'?: string | undefined;
  server?: string | undefined;
  'token-file'?: string | undefined;
  'insecure-http'?: boolean | undefined;
}

/** What a command found out or did, for people and for programs. */
export interface Answer {
  lines(palette: Palette): string[];
  document: object;
  /** Lines are for copying, or for a program: they are never broken to fit a terminal. */
  isVerbatim?: boolean;
  /** What `--output name` prints, one a line. Only for commands with `globalFlagsWithNames`. */
  names?: readonly string[];
}

/** Part of an answer that comes as it happens. */
export interface Piece {
  lines(): string[];
  /** For programs, one a line. */
  documents: readonly object[];
}

/** What a command works with. Closed by `withBiotope` when the command is done. */
export interface Session {
  biotope: Biotope;
  interrupt: Interrupt;
  /** For what goes on, on stderr. */
  screen: Screen;
  palette: Palette;
  /** Says a line of advice on stderr; nothing where the answer is for a program. */
  advise(line: string): void;
}
