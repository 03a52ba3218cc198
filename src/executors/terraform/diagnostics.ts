import { mayHoldState } from './run-terraform.ts';
import { type Diagnostic, shortAddress } from './stream.ts';
import { originOf } from './work-folder.ts';

/** Worth another attempt: the other side was busy, slow or away. */
const PASSING = [
  /\b(?:429|500|502|503|504)\b/,
  /too many requests|rate ?(?:limit|exceeded)|throttl|slow ?down/i,
  /internal server error|bad gateway|service unavailable|gateway time-?out/i,
  /time(?:d )?-?out|deadline exceeded|context canceled/i,
  /connection (?:refused|reset|closed)|no such host|broken pipe|unexpected EOF|network is unreachable/i,
  /temporary failure|try again|could not connect|failed to query available provider packages/i,
  /execution halted|operation interrupted|error acquiring the state lock/i,
];

/** Mistakes in the configuration stay mistakes, whatever else their text says. */
const LASTING =
  /^(?:unsupported|invalid|missing|unknown|reference to|duplicate|output refers|no value for)/i;

/** Whether all that went wrong may go well the next time. */
export function isPassing(errors: readonly Diagnostic[], plainText: string): boolean {
  const passes = (text: string) => PASSING.some((pattern) => pattern.test(text));
  if (errors.length === 0) return passes(plainText);
  return errors.every(
    ({ summary, detail }) => !LASTING.test(summary) && passes(`${summary}\n${detail}`),
  );
}

/** Summary, place in the author's own file, detail. May still hold secrets. */
export function describeDiagnostic(diagnostic: Diagnostic, folders: readonly string[]): string {
  const { summary, detail, address, range, snippet } = diagnostic;
  const file = range === undefined ? null : originOf(folders, range.filename);
  const place = [
    ...(file === null || range === undefined ? [] : [`${file}:${range.start.line}`]),
    ...(snippet?.context ? [snippet.context] : []),
    ...(address === undefined ? [] : [shortAddress(address)]),
  ];
  const lines = [`Error: ${summary}`, ...(place.length > 0 ? [`  ${place.join(', ')}`] : [])];
  if (detail !== '' && !mayHoldState(detail)) lines.push(`  ${detail.replaceAll('\n', '\n  ')}`);
  return lines.join('\n');
}
