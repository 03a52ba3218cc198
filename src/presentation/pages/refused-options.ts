import { nearest } from '../../model/nearest.ts';

/** An option of the command that was to run, as far as messages tell of it. */
export interface RefusedOption {
  /** Without dashes. */
  name: string;
  char?: string | undefined;
  summary?: string | undefined;
  helpValue?: string | readonly string[] | undefined;
  /** All that it takes; absent where it takes any text. */
  options?: readonly string[] | undefined;
}

interface Refused {
  name: string;
  options: readonly RefusedOption[];
}

const SHOWN_CHARACTERS_MAX = 100;

/** `flag`: with its dashes. It may be the value of an option that was left out. */
export function unknownOption(flag: string, options: readonly RefusedOption[]): string {
  const name = flag.startsWith('--') ? flag.slice(2) : '';
  const meant =
    name === ''
      ? undefined
      : (optionTaking(name, options) ??
        nearest(
          name,
          options.map((option) => option.name),
        ));
  const hint = meant === undefined ? '' : ` Did you mean --${meant}?`;
  return `There is no option ${cut(flag)}.${hint}`;
}

/** `format mermaid` for `mermaid`; every command has `output`, which is not looked at. */
function optionTaking(value: string, options: readonly RefusedOption[]): string | undefined {
  const taking = options.find((one) => one.name !== 'output' && one.options?.includes(value));
  return taking === undefined ? undefined : `${taking.name} ${value}`;
}

type Telling = (found: readonly string[], refused: Refused) => string;

/** What the parser says, by how it begins, and how everything else here is told. */
const TELLINGS: readonly (readonly [RegExp, Telling])[] = [
  [/^Missing required flag (\S+)$/, ([name = ''], refused) => missing(name, refused)],
  [
    /^Expected --([\w-]+)=(.*) to be one of: (.*)$/s,
    ([name = '', value = ''], refused) => otherValue(name, value, refused.options),
  ],
  [
    /^Expected (.*) to be one of: (.*)$/s,
    ([value = '', names = '']) => `"${cut(value)}" is none of ${names}.`,
  ],
  [
    /^Flag --([\w-]+) expects (?:a value|one of these values: .*)$/,
    ([name]) => `--${name} needs a value behind it.`,
  ],
  [
    /^Parsing --([\w-]+) Expected an integer but received: (.*)$/s,
    ([name, value = '']) => `--${name} takes a whole number, not "${cut(value)}".`,
  ],
  [
    /^Parsing --([\w-]+) Expected an integer (greater|less) than or equal to (\S+) but received: (.*)$/s,
    ([name, side, bound, value = '']) =>
      `--${name} takes a whole number of at ${side === 'less' ? 'most' : 'least'} ${bound}, not ${cut(value)}.`,
  ],
  [
    /^--([\w-]+)(?:=.*)? cannot also be provided when using --([\w-]+)$/s,
    ([left, right]) => `--${left} and --${right} cannot be given together.`,
  ],
  [
    /^All of the following must be provided when using --([\w-]+): (.*)$/,
    ([name, needed]) => `--${name} is given with ${needed} only.`,
  ],
];

/** A problem that the parser told, in our words; undefined where it is none of those known here. */
export function refusedOption(problem: string, refused: Refused): string | undefined {
  for (const [pattern, tell] of TELLINGS) {
    const [, ...found] = pattern.exec(problem) ?? [];
    if (found.length > 0) return tell(found, refused);
  }
  return undefined;
}

function missing(flag: string, { name, options }: Refused): string {
  const { helpValue, summary } = options.find((option) => option.name === flag) ?? {};
  const value = helpValue === undefined ? '' : ` ${helpValue}`;
  const what = summary === undefined ? '' : ` (${summary.replace(/\.$/, '')})`;
  return `"${name}" needs --${flag}${value}${what}.`;
}

function otherValue(name: string, value: string, options: readonly RefusedOption[]): string {
  const taken = options.find((option) => option.name === name)?.options ?? [];
  // A format of other commands, not a slip of the pen.
  if (name === 'output' && value === 'name') {
    return `--output takes ${alternatives(taken)} here: the answer of this command has no names.`;
  }
  const elsewhere = optionTaking(value, options);
  const near = nearest(value, taken);
  const meant = elsewhere ?? (near === undefined ? undefined : `${name} ${near}`);
  const hint = meant === undefined ? '' : ` Did you mean --${meant}?`;
  return `--${name} takes ${alternatives(taken)}, not "${cut(value)}".${hint}`;
}

function alternatives(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

function cut(word: string): string {
  return word.slice(0, SHOWN_CHARACTERS_MAX);
}
