import { describe, expect, it } from 'vitest';
import { searchWords, wordsFound } from '../../../src/store/search-text.ts';
import { environment } from '../../support/records.ts';

describe('why a record was found', () => {
  const value = environment({
    name: 'web-shop',
    description: 'The blue shop, behind webbing',
    tags: ['blue', 'prod'],
  });
  const found = (text: string) =>
    wordsFound({ collection: 'environments', value }, searchWords(text)).map(
      ({ word, field, found: as }) => `${word}: ${field} ${as}`,
    );

  it('is told for each word by the field that counts most', () => {
    expect(found('shop')).toEqual(['shop: name shop']);
    expect(found('BLUE the')).toEqual(['blue: tags blue', 'the: description the']);
  });

  it('is a whole word before one that begins like it', () => {
    expect(found('behi')).toEqual(['behi: description behind']);
    expect(found('we pro')).toEqual(['we: name web', 'pro: tags prod']);
  });
});
