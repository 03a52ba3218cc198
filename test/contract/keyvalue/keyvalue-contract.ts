import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BATCH_BYTES_MAX,
  CHANGES_PER_BATCH_MAX,
  type KeyValue,
  type KeyValueChange,
  VALUE_BYTES_MAX,
} from '../../../src/keyvalue/keyvalue.ts';

/** One store's data, empty at first. */
export interface KeyValueData {
  /** Opens the data, again after it was closed. */
  open(): Promise<KeyValue>;
  remove(): Promise<void>;
}

/** What src/keyvalue/keyvalue.ts promises. `create` makes data that nobody else uses. */
export function describeKeyValueContract(name: string, create: () => Promise<KeyValueData>): void {
  describe(`the key-value contract: ${name}`, () => {
    let data: KeyValueData;
    let store: KeyValue;

    beforeEach(async () => {
      data = await create();
      store = await data.open();
    });

    afterEach(async () => {
      await store.close();
      await data.remove();
    });

    const set = (key: string, value: string, revision = 0): KeyValueChange => ({
      kind: 'set',
      key,
      value,
      revision,
    });
    const revisionOf = async (key: string) => (await store.get(key))?.revision ?? 0;
    const remove = async (key: string): Promise<KeyValueChange> => ({
      kind: 'delete',
      key,
      revision: await revisionOf(key),
    });
    const keysBelow = async (prefix: string) => (await store.list(prefix)).map(({ key }) => key);

    describe('get', () => {
      it('answers undefined for a key that does not exist', async () => {
        expect(await store.get('a/b')).toBeUndefined();
      });

      it.each(['', 'plain', 'emoji 😀 äöü', 'line\nline\0end', '{"a": "${x}"}', '  '])(
        'returns the value %j as it was set',
        async (value) => {
          await store.apply([set('a/b', value)]);
          expect(await store.get('a/b')).toEqual({
            key: 'a/b',
            value,
            revision: expect.any(Number),
          });
        },
      );
    });

    describe('list', () => {
      beforeEach(() =>
        store.apply(
          ['a', 'a/c/d', 'a/b', 'ab/x', 'a-b/x', 'a0', 'b/a'].map((key) => set(key, `of ${key}`)),
        ),
      );

      it('returns every entry below the prefix, in the order of keys', async () => {
        expect(await store.list('a')).toEqual([
          { key: 'a/b', value: 'of a/b', revision: expect.any(Number) },
          { key: 'a/c/d', value: 'of a/c/d', revision: expect.any(Number) },
        ]);
        expect(await keysBelow('a/c')).toEqual(['a/c/d']);
        expect(await keysBelow('a/b')).toEqual([]);
        expect(await keysBelow('none')).toEqual([]);
      });

      it('returns every entry below the empty prefix', async () => {
        expect(await keysBelow('')).toEqual(['a', 'a-b/x', 'a/b', 'a/c/d', 'a0', 'ab/x', 'b/a']);
      });
    });

    describe('apply', () => {
      it('makes several changes at once', async () => {
        await store.apply([set('old', '1'), set('kept', '1')]);
        await store.apply([
          set('new', '2'),
          await remove('old'),
          set('kept', '2', await revisionOf('kept')),
        ]);
        const entries = (await store.list('')).map(({ key, value }) => `${key}=${value}`);
        expect(entries).toEqual(['kept=2', 'new=2']);
      });

      it('raises the revision of a key with each change, and of no other key', async () => {
        await store.apply([set('a', '1'), set('other', '1')]);
        const other = await revisionOf('other');
        const revisions = [await revisionOf('a')];
        for (const value of ['2', '3', '2']) {
          await store.apply([set('a', value, revisions.at(-1))]);
          revisions.push(await revisionOf('a'));
        }
        expect(revisions[0]).toBeGreaterThan(0);
        expect(revisions).toEqual([...new Set(revisions)].sort((x, y) => x - y));
        expect(await revisionOf('other')).toBe(other);
      });

      it('never gives a key a revision again that it had before it was deleted', async () => {
        await store.apply([set('a', '1')]);
        const before = await revisionOf('a');
        await store.apply([await remove('a')]);
        await store.apply([set('a', '1')]);
        expect(await revisionOf('a')).toBeGreaterThan(before);
        await expect(store.apply([set('a', '2', before)])).rejects.toMatchObject({
          code: 'KEY_CONFLICT',
        });
      });

      it.each([
        { name: 'another revision', key: 'there', revision: 999_999 },
        { name: 'that it does not exist', key: 'there', revision: 0 },
        { name: 'that it exists', key: 'absent', revision: 1 },
      ])(
        'refuses with KEY_CONFLICT, naming the key, where $name is expected',
        async ({ key, revision }) => {
          await store.apply([set('there', 'old')]);
          for (const change of [
            set(key, 'new', revision),
            { kind: 'delete', key, revision } as const,
          ]) {
            await expect(store.apply([change])).rejects.toMatchObject({
              code: 'KEY_CONFLICT',
              message: expect.stringContaining(key),
              facts: expect.objectContaining({ key }),
            });
          }
          expect((await store.get('there'))?.value).toBe('old');
          expect(await store.get('absent')).toBeUndefined();
        },
      );

      it('changes nothing at all where one of many changes is refused', async () => {
        await store.apply([set('a', 'old'), set('b', 'old')]);
        const changes = [
          set('a', 'new', await revisionOf('a')),
          await remove('b'),
          set('c', 'new'),
          set('d', 'new', 999_999),
        ];
        await expect(store.apply(changes)).rejects.toMatchObject({ code: 'KEY_CONFLICT' });
        const entries = (await store.list('')).map(({ key, value }) => `${key}=${value}`);
        expect(entries).toEqual(['a=old', 'b=old']);
      });

      it('lets one of many win who set the same key at the same time', async () => {
        const contenders = Array.from({ length: 20 }, (_, at) =>
          store.apply([set('lock', `${at}`)]),
        );
        const results = await Promise.allSettled(contenders);
        const winners = results.flatMap(({ status }, at) =>
          status === 'fulfilled' ? [`${at}`] : [],
        );
        expect(winners).toHaveLength(1);
        expect((await store.get('lock'))?.value).toBe(winners[0]);
      });

      it('accepts nothing to do, and the deletion of what is expected to be absent', async () => {
        await store.apply([]);
        await store.apply([{ kind: 'delete', key: 'absent', revision: 0 }]);
        expect(await store.list('')).toEqual([]);
      });
    });

    describe('limits', () => {
      it('accept the largest batch and the largest value', async () => {
        const batch = Array.from({ length: CHANGES_PER_BATCH_MAX }, (_, at) => set(`k/${at}`, 'x'));
        await store.apply(batch);
        expect(await store.list('k')).toHaveLength(CHANGES_PER_BATCH_MAX);
        const value = 'x'.repeat(VALUE_BYTES_MAX);
        await store.apply([set('large', value)]);
        expect((await store.get('large'))?.value).toBe(value);
      });

      it('refuse more with LIMIT_EXCEEDED and change nothing', async () => {
        const batch = Array.from({ length: CHANGES_PER_BATCH_MAX + 1 }, (_, at) =>
          set(`k/${at}`, 'x'),
        );
        await expect(store.apply(batch)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
        // Bytes count, not characters.
        const large = [set('small', 'x'), set('large', 'ä'.repeat(VALUE_BYTES_MAX / 2 + 1))];
        await expect(store.apply(large)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
        const half = 'x'.repeat(BATCH_BYTES_MAX / 2);
        const heavy = [set('a', half), set('b', half)];
        await expect(store.apply(heavy)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
        expect(await store.list('')).toEqual([]);
      });

      it('accept the heaviest batch, and the longest keys', async () => {
        const folders = `${'k'.repeat(120)}/`.repeat(3);
        const key = (at: number) => `${folders}${'k'.repeat(100)}${at}`;
        const keys = Array.from({ length: CHANGES_PER_BATCH_MAX }, (_, at) => key(at));
        const bytes = keys.reduce((sum, { length }) => sum + length, 0);
        const value = 'x'.repeat(Math.floor((BATCH_BYTES_MAX - bytes) / keys.length));
        await store.apply(keys.map((name) => set(name, value)));
        expect(await keysBelow('')).toEqual(keys.toSorted());
        await store.apply(await Promise.all(keys.map(remove)));
        expect(await store.list('')).toEqual([]);
      });
    });

    it.each([
      '/a',
      'a/',
      'a//b',
      '../a',
      'a/../b',
      'a/.',
      '',
      'a b',
      'a?x',
      'a%2Fb',
      'x'.repeat(600),
    ])('refuses the key %j with PATH_INVALID', async (key) => {
      const invalid = { code: 'PATH_INVALID' };
      await expect(store.get(key)).rejects.toMatchObject(invalid);
      await expect(store.apply([set(key, 'x')])).rejects.toMatchObject(invalid);
      if (key !== '') await expect(store.list(key)).rejects.toMatchObject(invalid);
    });

    it('does nothing for a caller who has given up', async () => {
      const signal = AbortSignal.abort(new Error('given up'));
      await expect(store.apply([set('a', '1')], signal)).rejects.toThrow('given up');
      await expect(store.get('a', signal)).rejects.toThrow('given up');
      await expect(store.list('', signal)).rejects.toThrow('given up');
      expect(await store.get('a')).toBeUndefined();
    });

    it('holds everything after it is closed and opened again', async () => {
      await store.apply([set('a', '1'), set('b', '1')]);
      await store.apply([await remove('b')]);
      const before = await store.list('');
      await store.close();
      store = await data.open();
      expect(await store.list('')).toEqual(before);
      await store.apply([set('b', '2')]);
      expect(await revisionOf('b')).toBeGreaterThan(
        before[0]?.revision ?? Number.POSITIVE_INFINITY,
      );
    });
  });
}
