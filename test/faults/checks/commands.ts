import { isRunFinished } from '../../../src/model/run.ts';
import type { Check } from '../frame/scenario.ts';

/** What was accepted when a process died is there, and has come to an end. */
export const commands: Check = async (place, tally) => {
  const { runs, inbox } = await place.read(async (store) => ({
    runs: (await store.find('runs')).map(({ value }) => value),
    inbox: (await store.find('inbox')).map(({ value }) => value),
  }));
  const known = new Set(runs.map(({ id }) => id));
  const answered = new Set(inbox.map(({ runId }) => runId));
  const lost = [...place.accepted].filter((id) => !known.has(id) || !answered.has(id));
  const open = runs.filter((run) => !isRunFinished(run));
  tally.count(
    'accepted-lost',
    place.accepted.size,
    lost.map((id) => `run ${id}`),
  );
  tally.count(
    'unfinished',
    runs.length,
    open.map(({ id, kind, status }) => `${kind} ${id} is ${status}`),
  );
};
