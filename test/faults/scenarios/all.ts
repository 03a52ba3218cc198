import type { Scenario } from '../frame/scenario.ts';
import { atAnyMoment } from './at-any-moment.ts';
import { atFailpoints } from './at-failpoints.ts';

export const SCENARIOS: readonly Scenario[] = [atFailpoints, atAnyMoment];
