import { createEngine } from '../engine/create-engine.ts';
import type { Engine } from '../engine/engine.ts';
import type { Plan } from '../engine/planner/plan.ts';
import type { Biotope } from './contract.ts';
import { DEFINITIONS as definitions } from './executors.ts';
import { createContext } from './whole.ts';

/** What a command would do now. Needs no seat: an engine that is never started changes nothing. */
export async function previewCommand(
  { seat, config, store, secrets, log }: Biotope,
  command: Parameters<Engine['preview']>[0],
): Promise<Plan> {
  if (seat !== undefined) return seat.whole.engine.preview(command);
  return createEngine(createContext({ config, store, secrets, definitions, log })).preview(command);
}
