/** Short names of topics. */
const TOPIC_ALIASES = new Map([['env', 'environment']]);

export function withoutAlias(topic: string): string {
  return TOPIC_ALIASES.get(topic) ?? topic;
}

/** What every command takes; `true` where a value follows. */
const GLOBAL_OPTIONS = new Map([
  ['--config', true],
  ['--data', true],
  ['--log-level', true],
  ['--server', true],
  ['--token-file', true],
  ['--insecure-http', false],
  ['--output', true],
  ['-o', true],
  ['--json', false],
]);

/**
 * The words of a command line as the parser wants them: the command first. Global options may stand
 * before it or inside it, `help COMMAND` is `COMMAND --help`, and aliases of topics are written out.
 * Nothing behind the first option that is not global is touched.
 */
export function orderWords(argv: readonly string[]): string[] {
  const isHelp = argv[0] === 'help';
  const { words, options, rest } = sortLeading(isHelp ? argv.slice(1) : argv);
  const [first, ...others] = words;
  // Without a command there is nothing that options could be for: help follows.
  if (first === undefined && rest.length === 0)
    return isHelp || options.length > 0 ? ['--help'] : [];
  const command = first === undefined ? [] : [withoutAlias(first), ...others];
  return [...command, ...options, ...(isHelp ? ['--help'] : []), ...rest];
}

function sortLeading(argv: readonly string[]) {
  const words: string[] = [];
  const options: string[] = [];
  let at = 0;
  while (at < argv.length) {
    const word = argv[at] ?? '';
    const size = sizeOfGlobalOption(word);
    if (word.startsWith('-') && size === 0) break;
    if (size === 0) words.push(word);
    else options.push(...argv.slice(at, at + size));
    at += Math.max(1, size);
  }
  return { words, options, rest: argv.slice(at) };
}

/** How many words it takes with its value; 0 where it is none. */
function sizeOfGlobalOption(word: string): number {
  if (/^--(?:config|data|log-level|output|server|token-file)=/.test(word) || /^-o./.test(word))
    return 1;
  const takesValue = GLOBAL_OPTIONS.get(word);
  if (takesValue === undefined) return 0;
  return takesValue ? 2 : 1;
}
