import { describe, expect, test } from 'vitest';
import { tellStory } from '../../support/story/story.ts';

describe('whatever happens to engines, workers and commands', () => {
  test.for(Array.from({ length: 8 }, (_, seed) => seed))(
    'states change as designed, nothing is repeated blindly, everything ends: story %d',
    async (seed) => {
      expect(await tellStory(seed, 40)).toEqual([]);
    },
  );
});
