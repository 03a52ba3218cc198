import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { keptText } from '../../../../src/executors/terraform/kept-texts.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let parent: string;
let folder: string;
beforeEach(() => {
  parent = temporaryFolder();
  folder = join(parent, 'terraform');
});

/** The text, and how often it was made for that. */
async function asked(key: string, place: string | null = folder) {
  let made = 0;
  const text = await keptText(place, key, async () => {
    made += 1;
    return `the text of ${key}`;
  });
  return { text, made };
}

describe('a text that only its key decides', () => {
  it('is made once and then found, one for each key', async () => {
    expect(await asked('one')).toEqual({ text: 'the text of one', made: 1 });
    expect(await asked('one')).toEqual({ text: 'the text of one', made: 0 });
    expect(await asked('two')).toEqual({ text: 'the text of two', made: 1 });
  });

  it('lies where nobody but its owner reads it', async () => {
    await asked('one');
    const [name = ''] = readdirSync(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['is damaged', '{"key":"one","text"'],
    ['is of another key', '{"key":"two","text":"the text of two"}'],
    ['is of another shape', '{"key":"one","text":1}'],
  ])('is made anew where what was kept %s', async (_, kept) => {
    await asked('one');
    const [name = ''] = readdirSync(folder);
    writeFileSync(join(folder, name), kept);
    expect(await asked('one')).toEqual({ text: 'the text of one', made: 1 });
    expect(await asked('one')).toMatchObject({ made: 0 });
  });

  it('is made each time where there is no folder, or none can be made', async () => {
    writeFileSync(join(parent, 'file'), '');
    for (const place of [null, join(parent, 'file', 'below')]) {
      expect(await asked('one', place)).toEqual({ text: 'the text of one', made: 1 });
      expect(await asked('one', place)).toMatchObject({ made: 1 });
    }
  });

  it('stays until there are too many', async () => {
    mkdirSync(folder);
    for (let at = 0; at < 210; at += 1) writeFileSync(join(folder, `${at}.json`), '');
    await asked('one');
    expect(readdirSync(folder)).toHaveLength(200);
    expect(await asked('one')).toMatchObject({ made: 0 });
  });
});
