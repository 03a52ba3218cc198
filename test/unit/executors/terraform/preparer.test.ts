import { getEventListeners } from 'node:events';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  createPreparer,
  type Initialised,
  type Need,
} from '../../../../src/executors/terraform/preparer.ts';
import { systemClock } from '../../../../src/platform/clock.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let folder: string;
let running: number;
let most: number;
let begun: string[];

beforeEach(() => {
  folder = temporaryFolder();
  running = 0;
  most = 0;
  begun = [];
});

const made: Initialised = { lockText: null, terraformVersion: '1.11.4' };

function need(key: string, changes: Partial<Need> = {}): Need {
  return {
    key,
    keyWith: () => key,
    providersKey: null,
    signal: new AbortController().signal,
    init: async (dataFolder) => {
      begun.push(key);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      mkdirSync(dataFolder, { recursive: true });
      writeFileSync(join(dataFolder, 'made-for'), key);
      running -= 1;
      return made;
    },
    ...changes,
  };
}

const create = (foldersMax = 50) => createPreparer({ clock: systemClock, folder, foldersMax });

describe('a prepared folder', () => {
  it('is found again by this process and by another one', async () => {
    const first = await create().prepare(need('a'));
    expect(await create().prepare(need('a'))).toEqual(first);
    expect(begun).toEqual(['a']);
  });

  it('is there whole or not at all', async () => {
    const broken = need('a', { init: () => Promise.reject(new Error('no registry')) });
    await expect(create().prepare(broken)).rejects.toThrow('no registry');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is made by whoever waits where the first one failed', async () => {
    const preparer = create();
    const broken = need('a', { init: () => Promise.reject(new Error('no registry')) });
    const [first, second] = await Promise.allSettled([
      preparer.prepare(broken),
      preparer.prepare(need('a')),
    ]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
  });

  it('is not waited for by somebody who is stopped', async () => {
    const preparer = create();
    const { promise, resolve } = Promise.withResolvers<Initialised>();
    const slow = preparer.prepare(need('a', { init: () => promise }));
    const controller = new AbortController();
    const waiting = preparer.prepare(need('a', { signal: controller.signal }));
    controller.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    const { signal } = controller;
    await expect(preparer.prepare(need('a', { signal }))).rejects.toThrow('stopped');
    resolve(made);
    await slow;
  });

  it('leaves nothing on the signal of whoever waited for it', async () => {
    const preparer = create();
    const { signal } = new AbortController();
    const first = preparer.prepare(need('a'));
    const waiting = preparer.prepare(need('a', { signal }));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await Promise.all([first, waiting]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('that fetches providers is made one at a time', async () => {
    const preparer = create();
    const keys = ['a', 'b', 'c'];
    await Promise.all(keys.map((key) => preparer.prepare(need(key, { providersKey: key }))));
    expect(most).toBe(1);
    await Promise.all(['d', 'e', 'f'].map((key) => preparer.prepare(need(key))));
    expect(most).toBe(3);
  });

  it('begins with the versions that others have who ask for the same providers', async () => {
    const preparer = create();
    const lockText = 'provider "x" {}';
    const seeds: unknown[] = [];
    const init: Need['init'] = async (dataFolder, seedLockText) => {
      seeds.push(seedLockText);
      mkdirSync(dataFolder, { recursive: true });
      return { ...made, lockText };
    };
    await preparer.prepare(need('a', { providersKey: 'x', init }));
    await preparer.prepare(need('b', { providersKey: 'x', init }));
    await preparer.prepare(need('c', { providersKey: 'y', init }));
    expect(seeds).toEqual([null, lockText, null]);
  });

  it('that was not used for longest goes, but never one that may be in use', async () => {
    const preparer = create(2);
    for (const key of ['a', 'b', 'c']) await preparer.prepare(need(key));
    expect(readdirSync(folder)).toEqual(['a', 'b', 'c']);
    const longAgo = new Date(Date.now() - 48 * 3_600_000);
    for (const key of ['a', 'b', 'c']) utimesSync(join(folder, key), longAgo, longAgo);
    await preparer.prepare(need('a'));
    await preparer.prepare(need('d'));
    expect(readdirSync(folder)).toEqual(['a', 'd']);
  });
});
