/** A fenced block of a page, or a comment `<!-- before … -->`, which holds commands nobody has to see. */
export interface Block {
  /** `yaml`, `console`, …; `before` for such a comment. */
  language: string;
  /** What stands behind the language: a path, for a file that the page shows. */
  title: string;
  text: string;
  /** From 1: the line of the block's first line of text. */
  line: number;
  /** Where its text stands in the page. */
  start: number;
}

const BLOCK =
  /^```(?<language>[\w-]+)(?: +(?<title>\S+))?\n(?<text>[\s\S]*?)^```$|^<!-- before\n(?<hidden>[\s\S]*?)^-->$/gm;

export function blocksOf(page: string): Block[] {
  return [...page.matchAll(BLOCK)].map((match) => {
    const { language = 'before', title = '', text, hidden } = match.groups ?? {};
    const inner = text ?? hidden ?? '';
    const start = match.index + match[0].indexOf('\n') + 1;
    const line = page.slice(0, start).split('\n').length;
    return { language, title, text: inner, line, start };
  });
}

export function replaceBlock(page: string, block: Block, text: string): string {
  return page.slice(0, block.start) + text + page.slice(block.start + block.text.length);
}
