const LINES_MAX = 20;
const LINE_CHARACTERS_MAX = 500;

/** Keeps the end of what an application says, for the failure that may come of it. */
export function createLastLines() {
  const lines: string[] = [];
  return {
    add: (line: string) => {
      lines.push(line.slice(0, LINE_CHARACTERS_MAX));
      if (lines.length > LINES_MAX) lines.shift();
    },
    text: () => lines.join('\n'),
  };
}
