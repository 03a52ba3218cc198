import { firstOf } from '../../../model/some-of.ts';
import type { Palette } from '../../terminal/palette.ts';
import { printable } from '../../terminal/table.ts';
import { formatDuration } from '../duration.ts';
import { waitLine } from '../wait.ts';
import { plural } from '../words.ts';
import { type RunView, runningText } from './run-view.ts';

/** The picture of now, for a terminal: what runs and for how long, what is waited for, how far it is. */
export function livePicture(view: RunView, palette: Palette, rowsMax: number): string[] {
  const running = view.steps.filter(({ status }) => status === 'running');
  const { shown, more } = firstOf(running, Math.max(1, rowsMax - 2 - view.waiting.length));
  const finished = view.steps.filter(({ finishedAtMs }) => finishedAtMs !== null).length;
  const since = view.run.startedAtMs ?? view.run.acceptedAtMs;
  const far =
    view.steps.length === 0
      ? view.run.status
      : `${finished} of ${plural(view.steps.length, 'step')} done`;
  return [
    ...shown.map((step) => `  ${palette.busy('>')} ${printable(runningText(step, view))}`),
    ...more.map((line) => `    ${line}`),
    ...view.waiting.map((wait) => palette.faint(`  . ${printable(waitLine(wait))}`)),
    palette.faint(`  ${far}, ${formatDuration(view.nowMs - since)}`),
  ];
}
