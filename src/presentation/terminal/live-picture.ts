import { formatDuration } from '../pages/duration.ts';
import { type RunView, runningText } from '../pages/run-view.ts';
import { plural } from '../pages/words.ts';
import type { Palette } from './palette.ts';
import { printable } from './table.ts';

/** The picture of now, for a terminal: what runs and for how long, what is waited for, how far it is. */
export function livePicture(view: RunView, palette: Palette, rowsMax: number): string[] {
  const running = view.steps.filter(({ status }) => status === 'running');
  const shown = running.slice(0, Math.max(1, rowsMax - 2 - view.waiting.length));
  const finished = view.steps.filter(({ finishedAtMs }) => finishedAtMs !== null).length;
  const since = view.run.startedAtMs ?? view.run.acceptedAtMs;
  const far =
    view.steps.length === 0
      ? view.run.status
      : `${finished} of ${plural(view.steps.length, 'step')} done`;
  return [
    ...shown.map((step) => `  ${palette.busy('>')} ${printable(runningText(step, view))}`),
    ...(running.length > shown.length ? [`    and ${running.length - shown.length} more`] : []),
    ...view.waiting.map((line) => palette.faint(`  . ${printable(line)}`)),
    palette.faint(`  ${far}, ${formatDuration(view.nowMs - since)}`),
  ];
}
