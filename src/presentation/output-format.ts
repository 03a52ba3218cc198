/** How an answer is written. `name`: bare names or ids, one a line, fit for a shell. */
export type OutputFormat = 'table' | 'json' | 'yaml' | 'name';

const FORMATS: readonly OutputFormat[] = ['table', 'json', 'yaml', 'name'];

/**
 * What the words of a command line ask for. Known before the parser has read them, because what it
 * refuses is answered in this format too; a format that does not exist counts as none.
 */
export function askedFormat(argv: readonly string[]): OutputFormat {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  if (words.includes('--json')) return 'json';
  const asked = words.map((word, at) => formatAt(word, words[at + 1])).findLast(isFormat);
  return asked ?? 'table';
}

function formatAt(word: string, next: string | undefined): string | undefined {
  if (word === '-o' || word === '--output') return next;
  if (word.startsWith('--output=')) return word.slice('--output='.length);
  return word.startsWith('-o') ? word.slice('-o'.length).replace(/^=/, '') : undefined;
}

function isFormat(word: string | undefined): word is OutputFormat {
  return FORMATS.some((format) => format === word);
}

/** A document as text. A stream has one a line; in YAML they are set apart by `---`. */
export type DocumentWriter = (document: unknown, place: { isStream: boolean }) => string;

/** For `json` and `yaml`; the library for YAML is loaded only where it is needed. */
export async function documentWriter(format: OutputFormat): Promise<DocumentWriter> {
  if (format !== 'yaml') return writeJson;
  const { stringify } = await import('yaml');
  return (document, { isStream }) => {
    // Through JSON: the same document in both, whatever it was made of.
    const text = stringify(JSON.parse(JSON.stringify(document)), {
      // Readers of YAML 1.1 are many: for them `no` and `12:30` are no texts without quotes.
      compat: 'yaml-1.1',
      lineWidth: 0,
    });
    return isStream ? `---\n${text}` : text;
  };
}

const writeJson: DocumentWriter = (document, { isStream }) =>
  `${JSON.stringify(document, null, isStream ? 0 : 2)}\n`;
