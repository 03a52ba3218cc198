import type { Scenario } from '../frame/scenario.ts';
import { atFailpoints } from './at-failpoints.ts';

export const SCENARIOS: readonly Scenario[] = [atFailpoints];
