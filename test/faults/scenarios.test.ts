import { holdsAfter } from './frame/holds-after.ts';
import { OF_ONE_FOLDER } from './scenarios/all.ts';

holdsAfter(OF_ONE_FOLDER);
