import { BiotopeError } from '../../model/errors.ts';
import { type RefusedOption, refusedOption, unknownOption } from './refused-options.ts';

/** What the parser of words refused, as one line and where to look. */
export function usageError(message: string, command: string, cause?: unknown): BiotopeError {
  const words = ['biotope', command, '--help'].filter((word) => word !== '');
  const detail = `To see what there is: ${words.join(' ')}`;
  return new BiotopeError('USAGE', { message, detail, cause });
}

/** The command that was to run. */
export interface RefusedCommand {
  /** `environment list` */
  name: string;
  options: readonly RefusedOption[];
}

/** oclif's own errors carry `oclif`, those of its parser `parse` as well. */
export function isRefusedByParser(thrown: unknown): thrown is Error {
  return thrown instanceof Error && ('parse' in thrown || 'oclif' in thrown);
}

export function refusedByParser(thrown: Error, command: RefusedCommand): BiotopeError {
  return usageError(refusalOf(thrown, command), command.name, thrown);
}

function refusalOf(thrown: Error, { name, options }: RefusedCommand): string {
  if ('flags' in thrown && isTexts(thrown.flags)) {
    return thrown.flags.map((flag) => unknownOption(flag, options)).join(' ');
  }
  if ('args' in thrown && Array.isArray(thrown.args)) {
    if (isTexts(thrown.args)) return `"${thrown.args.join(' ')}" is not expected behind "${name}".`;
    const missing = thrown.args.map(describeArgument);
    return `"${name}" needs ${missing.join(' and ')}.`;
  }
  const problems = withoutFrame(thrown.message);
  const told = problems.map((problem) => refusedOption(problem, { name, options }) ?? problem);
  return onceEach(told).join(' ');
}

/** Two options that exclude each other are told from both sides. */
function onceEach(sentences: readonly string[]): string[] {
  const byWords = new Map(sentences.map((one) => [one.split(' ').sort().join(' '), one]));
  return [...byWords.values()];
}

function describeArgument({ name, description }: { name: string; description?: string }): string {
  const what = description?.replace(/\.$/, '') ?? '';
  return what === '' ? name.toUpperCase() : `${name.toUpperCase()} (${what})`;
}

/** The parser frames several problems, with a headline, blanks and a hint of its own. */
function withoutFrame(message: string): string[] {
  const [told = ''] = message.split('\nSee more help with');
  const whole = told.replaceAll(/^(Parsing --[\w-]+) *\n\s*/gm, '$1 ');
  const lines = whole.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !/^The following errors? occurred:$/.test(line));
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
