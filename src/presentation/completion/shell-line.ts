/** Bare characters, escaped ones, and quotes, which need not be closed yet. */
const PIECE = /\\[\s\S]?|'[^']*'?|"(?:\\[\s\S]|[^"\\])*"?|[^\s'"\\]+/g;
const WORD = new RegExp(`(?:${PIECE.source})+`, 'g');

/** The words of a shell's command line up to the cursor, without the program's name. */
export function typedWords(line: string): string[] {
  const found = [...line.matchAll(WORD)];
  const words = found.map(([word]) => word.replaceAll(PIECE, unquoted));
  const last = found.at(-1);
  const isTyping = last !== undefined && last.index + last[0].length === line.length;
  return [...words, ...(isTyping ? [] : [''])].slice(1);
}

function unquoted(piece: string): string {
  if (piece.startsWith("'")) return piece.replaceAll("'", '');
  if (piece.startsWith('"'))
    return piece.replace(/^"|(?<!\\)"$/g, '').replaceAll(/\\(["\\$`])/g, '$1');
  return piece.replace(/^\\/, '');
}

/**
 * How many characters of the word at the cursor bash keeps: it breaks words at `=`, `:` and `@` too,
 * and replaces only what comes behind the last of them.
 */
export function uncut(word: string, breaks: string): number {
  const marks = [...breaks].filter((mark) => !/\s/.test(mark));
  return Math.max(0, ...marks.map((mark) => word.lastIndexOf(mark) + 1));
}
