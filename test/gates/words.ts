import { homedir } from 'node:os';
import type { Gate, SourceFile, Violation } from './source.ts';

/** Written in two halves, so that this file does not accuse itself. */
const MARKERS = ['TO|DO', 'FIX|ME', 'XX|X', 'HA|CK', 'WI|P', 'TB|D'].map((word) =>
  word.replace('|', ''),
);

interface Rule {
  pattern: RegExp;
  message: string;
  /** Undefined: everywhere. */
  files?: RegExp;
  /** The line above may justify what is found. */
  unlessAbove?: RegExp;
}

const RULES: readonly Rule[] = [
  { pattern: new RegExp(`\\b(?:${MARKERS.join('|')})\\b`), message: 'a leftover marker' },
  {
    pattern: /\b(?:describe|it|test|suite)(?:\.\w+)*\.only\s*\(/,
    message: 'a test that hides all others',
    files: /^test\/.*\.ts$/,
  },
  {
    pattern: /\b(?:describe|it|test|suite)(?:\.\w+)*\.(?:skip|todo|fails)\s*\(/,
    message: 'a test is skipped without a reason: write "// skipped: why" above it',
    files: /^test\/.*\.ts$/,
    unlessAbove: /\/\/ skipped: \S/,
  },
  {
    pattern: /(?<!\.)\b(?:\w+\.)?skip\(\s*\)/,
    message: 'a test skips itself without saying why: skip("the reason")',
    files: /^test\/.*\.ts$/,
  },
  {
    pattern: /(?<![\w.~*}-])(?:\/(?:home|Users)\/[a-z][\w.-]*\/|\/root\/|[A-Z]:\\Users\\)/,
    message: "a path of somebody's machine",
  },
];

/** No leftovers, no tests switched off in silence, nothing that holds on one machine only. */
export const words: Gate = (files) => wordsGate([process.cwd(), homedir()])(files);

export function wordsGate(ownFolders: readonly string[]): Gate {
  // A short folder such as /app may well be meant in an example.
  const own = ownFolders.filter((folder) => folder.split('/').length > 2);
  return (files) => files.flatMap((file) => [...brokenRules(file), ...ownPaths(file, own)]);
}

function brokenRules(file: SourceFile): Violation[] {
  const lines = file.text.split('\n');
  return RULES.filter(({ files }) => files === undefined || files.test(file.path)).flatMap((rule) =>
    lines.flatMap((line, at) => {
      if (!rule.pattern.test(line) || rule.unlessAbove?.test(lines[at - 1] ?? '')) return [];
      return [{ path: file.path, line: at + 1, message: rule.message }];
    }),
  );
}

function ownPaths(file: SourceFile, own: readonly string[]): Violation[] {
  return file.text.split('\n').flatMap((line, at) => {
    if (!own.some((folder) => line.includes(folder))) return [];
    return [{ path: file.path, line: at + 1, message: 'a path of this machine' }];
  });
}
