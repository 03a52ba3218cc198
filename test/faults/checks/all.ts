import type { Check } from '../frame/scenario.ts';
import { commands } from './commands.ts';
import { effects } from './effects.ts';
import { events } from './events.ts';
import { leftBehind } from './left-behind.ts';

/** Made after every round of every scenario. */
export const CHECKS: readonly Check[] = [commands, effects, events, leftBehind];
