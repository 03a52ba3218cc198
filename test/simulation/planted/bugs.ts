import { OF_COMMANDS } from './of-commands.ts';
import { OF_HOLDERS } from './of-holders.ts';
import { OF_STEPS } from './of-steps.ts';
import type { PlantedBug } from './planted.ts';

export const PLANTED_BUGS: readonly PlantedBug[] = [...OF_COMMANDS, ...OF_STEPS, ...OF_HOLDERS];

/** Throws where there is none of this name. */
export function plantedBug(name: string): PlantedBug {
  const found = PLANTED_BUGS.find((bug) => bug.name === name);
  if (found !== undefined) return found;
  const names = PLANTED_BUGS.map((bug) => bug.name).join(', ');
  throw new Error(`There is no planted bug ${name}. There are: ${names}.`);
}
