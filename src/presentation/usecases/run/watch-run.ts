import type { Biotope } from '../../../compose/seat/contract.ts';
import { runDocument, stepDocument } from '../../../documents/documents.ts';
import { isRunFinished } from '../../../model/run.ts';
import { findRun } from '../../../queries/lookup.ts';
import { createNarrator } from '../../pages/live/narrator.ts';
import type { RunView } from '../../pages/live/run-view.ts';
import { waitDocument } from '../../pages/wait.ts';
import { paintStatus, runTitle } from '../../pages/words.ts';
import type { Piece } from '../../session.ts';
import type { Palette } from '../../terminal/palette.ts';
import { createRunReader } from './follow-run.ts';

const LOOK_EVERY_MS = 100;

/**
 * A run to its end, whoever works on it; drives nothing. The first piece tells how it stands, each
 * other one what has happened since: for programs `{run}`, `{step}` or `{waiting}`, as it is now.
 * Rejects with the signal's reason when it is aborted.
 */
export async function* watchRun(
  biotope: Biotope,
  { run: wanted, palette, signal }: { run: string; palette: Palette; signal: AbortSignal },
): AsyncGenerator<Piece> {
  const { id } = await findRun(biotope.store, wanted);
  const read = createRunReader(biotope, id);
  const narrator = createNarrator({ palette, hasLivePicture: false, sinceMs: 0 });
  const changes = createChanges();
  for (let isFirst = true; ; isFirst = false) {
    const view = await read();
    const { run } = view;
    const title = `run ${run.id} (${runTitle(run)})`;
    const isDone = isRunFinished(run);
    const lines = [
      ...(isFirst ? [title] : []),
      ...narrator.tell(view),
      ...(isDone ? [`${title} is ${paintStatus(run.status, palette)}`] : []),
    ];
    yield { lines: () => lines, documents: changes(view) };
    if (isDone) return;
    signal.throwIfAborted();
    await biotope.changed(LOOK_EVERY_MS);
  }
}

/** The documents that are not what they were. The end of a run comes last. */
function createChanges(): (view: RunView) => object[] {
  const told = new Map<string, string>([['waiting', JSON.stringify({ waiting: [] })]]);
  const seen = new WeakSet<object>();
  const isNews = (key: string, compared: object) => {
    const text = JSON.stringify(compared);
    if (told.get(key) === text) return false;
    told.set(key, text);
    return true;
  };
  return ({ run, steps, waiting }) => {
    const ofRun = { run: runDocument(run) };
    const ofWaits = { waiting: waiting.map(waitDocument) };
    // How long something waits is no news.
    const lasting = { waiting: waiting.map((wait) => ({ ...wait, message: wait.lasting })) };
    // A record that did not change is the same one: a run may have ten thousand steps.
    const changed = steps.filter((step) => !seen.has(step));
    for (const step of changed) seen.add(step);
    const ofSteps = changed.map((step) => ({ step: stepDocument(step) }));
    const rest = [
      ...ofSteps.filter((document) => isNews(`step ${document.step.address}`, document)),
      ...(isNews('waiting', lasting) ? [ofWaits] : []),
    ];
    const first = isNews('run', ofRun) ? [ofRun] : [];
    return isRunFinished(run) ? [...rest, ...first] : [...first, ...rest];
  };
}
