import { existsSync } from 'node:fs';
import type { OtherDriver } from '../../compose/seat/driver-lock.ts';
import type { Notice } from '../../compose/seat/notice.ts';
import type { RunRecord } from '../../model/run.ts';
import { someOf } from '../../model/some-of.ts';
import { indent, printable } from '../terminal/table.ts';
import { plural, runTitle } from './words.ts';

const LABELS_MAX = 5;

/** What a person is told on stderr while a command works, whatever it names. */
export function noticeLines(notice: Notice): string[] {
  return wordsOf(notice).map(printable);
}

function wordsOf(notice: Notice): string[] {
  switch (notice.kind) {
    case 'resuming':
      return notice.runs.map((run) => `resuming run ${run.id}: ${runTitle(run)}`);
    case 'waiting-for-driver':
      return [`waiting for ${processName(notice.driver)}, which drives this data folder`];
    case 'handed-over':
      return [`handed over to ${processName(notice.driver)}, which drives this data folder`];
    case 'server-silent':
      return [`the server at ${notice.url} does not answer: it is asked again until it does`];
    case 'server-back':
      return [`the server at ${notice.url} answers again`];
    case 'taken-over':
      return ['the process that drove this data folder has ended: this one drives it now'];
    case 'finishing':
      return [
        `waiting for ${plural(notice.steps.length, 'step')} under way: ${someOf(notice.steps, LABELS_MAX)}`,
      ];
    case 'stopping':
      return [
        `stopping ${plural(notice.steps.length, 'step')} under way: ${someOf(notice.steps, LABELS_MAX)}`,
      ];
    case 'left':
      return notice.runs.flatMap((run) => [
        `run ${run.id} (${runTitle(run)}) is not finished`,
        ...indent(howToGoOn(run)),
      ]);
    case 'handed-back':
      return notice.runs.flatMap((run) => [
        `run ${run.id} (${runTitle(run)}) was asked for by another command, which goes on with it`,
        `  If that one has ended: biotope run resume ${run.id}`,
      ]);
    case 'published':
      return [`published the templates that ship: ${notice.templates.join(', ')}`];
    case 'fetching':
      return [`fetching ${notice.source}`];
    case 'locking':
      return [`locking the providers of ./${notice.module}`];
    case 'left-out':
      return [`left out of modules: ${someOf(notice.parts, LABELS_MAX)}`];
    case 'unchecked':
      return notice.reasons.map((reason) => `not checked: ${reason}`);
  }
}

/** For a command that only reads a folder that was named: there may be a slip of the pen in it. */
export function absentFolderLines(folder: string): string[] {
  return existsSync(folder)
    ? []
    : [`There is no folder ${printable(folder)}: nothing is kept there.`];
}

/** For a command that only reads: nobody works on these. */
export function interruptedLines(runs: readonly RunRecord[]): string[] {
  return runs.map(
    (run) =>
      `run ${run.id} (${runTitle(run)}) was interrupted: biotope run resume ${run.environment}`,
  );
}

/** What becomes of a run that nobody drives, and what can be done. */
export function howToGoOn(run: RunRecord): string[] {
  const giveUp = ['To give it up:', `  biotope run cancel ${run.id}`];
  if (run.status === 'awaiting-approval') {
    return [
      'It goes on once somebody approves its plan:',
      `  biotope run approve ${run.id}`,
      ...giveUp,
    ];
  }
  return [
    'It goes on with the next command that changes something, or by itself with:',
    `  biotope run resume ${run.id}`,
    ...giveUp,
  ];
}

export function processName(driver: OtherDriver): string {
  if (driver === 'unknown') return 'another process';
  if ('server' in driver) return `the server at ${driver.server}`;
  return `process ${driver.pid} (biotope ${driver.command})`;
}
