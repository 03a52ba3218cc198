import { stripVTControlCharacters } from 'node:util';

/** Texts that take one column a character, which is nearly all of them. */
const PLAIN = /^[\u0020-\u007e]*$/;
/** Characters that take two columns: East Asian ones that are wide or full width, and pictures. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u{2e80}-\u{303e}\u{31c0}-\u{33ff}\u{fe30}-\u{fe6f}\u{ff01}-\u{ff60}\u{ffe0}-\u{ffe6}]|\ufe0f/u;
/** Marks that stand over what is before them, and what joins characters. */
const NO_WIDTH = /^[\p{Mark}\p{Format}\u{1160}-\u{11ff}]+$/u;

let segmenter: Intl.Segmenter | undefined;

/** Characters as a reader sees them, each of which may be several code points. */
function characters(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

/** Columns that a text takes on a terminal; colours take none. */
export function visibleWidth(text: string): number {
  const shown = stripVTControlCharacters(text);
  if (PLAIN.test(shown)) return shown.length;
  return characters(shown).reduce((columns, character) => columns + widthOf(character), 0);
}

function widthOf(character: string): number {
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Cuts to a width; a cut text ends with `…` and loses its colours. */
export function fitWidth(text: string, columns: number): string {
  if (visibleWidth(text) <= columns) return text;
  let kept = '';
  let room = columns - 1;
  for (const character of characters(stripVTControlCharacters(text))) {
    room -= widthOf(character);
    if (room < 0) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Fills up with blanks to a width. */
export function padWidth(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - visibleWidth(text)));
}

/**
 * Breaks at blanks into lines of a width. Words are never broken, so that an address stays one; a
 * word that is too long has a line of its own.
 */
export function wrapWords(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && visibleWidth(longer) > columns) {
      lines.push(line.trimEnd());
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** A last column that has less room than this goes below the others. */
const LAST_COLUMN_MIN = 20;
const FURTHER_IN = 4;

/**
 * Breaks a line that is too long: its last column (they are two blanks apart) goes on below itself,
 * or, where it has too little room, below the line and further in. Colours go on.
 */
export function wrapHanging(line: string, columns: number): string[] {
  if (visibleWidth(line) <= columns) return [line];
  const shown = stripVTControlCharacters(line);
  const starts = [...shown.matchAll(/ {2,}(?=\S)|^ *(?=\S)/g)].map(({ index, 0: gap }) =>
    visibleWidth(shown.slice(0, index) + gap),
  );
  const [begin = 0] = starts;
  const last = starts.findLast((at) => at < columns) ?? begin;
  const cut = offsetOfColumn(line, last);
  const isBeside = last === begin || columns - last >= LAST_COLUMN_MIN;
  const hang = isBeside && last > begin ? last : begin + FURTHER_IN;
  const [first = '', ...more] = wrapWords(line.slice(cut), columns - hang);
  const head = line.slice(0, cut);
  const lines = isBeside ? [head + first, ...more] : [head.trimEnd(), first, ...more];
  return lines.map((text, at) => (at === 0 ? text : ' '.repeat(hang) + text));
}

/** Where in a text with colours a column of what is shown begins. */
function offsetOfColumn(text: string, column: number): number {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (visibleWidth(text.slice(0, middle)) < column) low = middle + 1;
    else high = middle;
  }
  return low;
}
