import { holdsAfter } from './frame/holds-after.ts';
import { OF_CLUSTERS } from './scenarios/all.ts';

holdsAfter(OF_CLUSTERS);
