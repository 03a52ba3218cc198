import { parentPort } from 'node:worker_threads';
import { plantedBug } from '../planted/bugs.ts';
import type { PlantedBug } from '../planted/planted.ts';
import type { StageTerms } from '../story/stage.ts';
import { type Told, tellStory } from '../story/story.ts';
import { openSharedSecrets } from './secrets.ts';

/** Stories that one thread tells one after another. */
export interface Chapter {
  from: number;
  seeds: number;
  /** Name of a planted bug. */
  bug: string | null;
  isTold: boolean;
}

const secrets = openSharedSecrets();
const unhandled: string[] = [];

// A process of its own would die of it.
process.on('unhandledRejection', (error) => {
  unhandled.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
});

async function tell(seed: number, { bug, isTold }: Chapter): Promise<Told> {
  const terms = { seed, isTold, secrets: secrets.of(seed) };
  if (bug !== null) return tellPlanted(terms, plantedBug(bug));
  const told = await tellStory(terms);
  const lost = unhandled.splice(0).map((error) => `a failure that nobody handled: ${error}`);
  return { ...told, violations: [...told.violations, ...lost] };
}

/** Other complaints than the one that was to be expected are luck. */
async function tellPlanted(terms: StageTerms, bug: PlantedBug): Promise<Told> {
  const told = await tellStory({ ...terms, bug });
  unhandled.length = 0;
  return { ...told, violations: told.violations.filter((one) => bug.caughtAs.test(one)) };
}

async function tellAll(chapter: Chapter): Promise<Told[]> {
  const all: Told[] = [];
  for (let seed = chapter.from; seed < chapter.from + chapter.seeds; seed += 1) {
    const told = await tell(seed, chapter);
    all.push(told);
    // A bug that was planted has to be found once.
    if (chapter.bug !== null && told.violations.length > 0) break;
  }
  return all;
}

parentPort?.on('message', (chapter: Chapter | 'end') => {
  if (chapter === 'end') {
    void secrets.close().then(() => parentPort?.close());
    return;
  }
  void tellAll(chapter).then((all) => parentPort?.postMessage(all));
});
