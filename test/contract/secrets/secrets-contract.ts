import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECRET_BYTES_MAX, type Secrets } from '../../../src/secrets/secrets.ts';

/** One store's data, empty at first. */
export interface SecretsData {
  /** Opens the data, again after it was closed. */
  open(): Promise<Secrets>;
  remove(): Promise<void>;
}

/** What src/secrets/secrets.ts promises. `create` makes data that nobody else uses. */
export function describeSecretsContract(name: string, create: () => Promise<SecretsData>): void {
  describe(`the secrets contract: ${name}`, () => {
    let data: SecretsData;
    let secrets: Secrets;

    beforeEach(async () => {
      data = await create();
      secrets = await data.open();
    });

    afterEach(async () => {
      await secrets.close();
      await data.remove();
    });

    describe('read and write', () => {
      it('answer undefined for a path that does not exist', async () => {
        expect(await secrets.read('shop/db')).toBeUndefined();
        expect(await secrets.read('shop/db', 1)).toBeUndefined();
      });

      it('keep every field as it was written', async () => {
        const fields = {
          password: 'p😀\0\n"\'\\',
          user: '',
          'with space': '{}',
          ['__proto__']: 'x',
        };
        await secrets.write('shop/db', fields, null);
        expect(await secrets.read('shop/db')).toEqual({ version: 1, fields });
      });

      it('number the versions from 1 and keep the older ones', async () => {
        for (const [at, password] of ['a', 'b', 'c'].entries()) {
          expect(await secrets.write('shop/db', { password }, at)).toBe(at + 1);
        }
        expect(await secrets.read('shop/db')).toEqual({ version: 3, fields: { password: 'c' } });
        expect(await secrets.read('shop/db', 1)).toEqual({ version: 1, fields: { password: 'a' } });
        expect(await secrets.read('shop/db', 4)).toBeUndefined();
      });

      it('make no new version of the same fields, in whatever order', async () => {
        const version = await secrets.write('shop/db', { a: '1', b: '2' }, null);
        expect(await secrets.write('shop/db', { b: '2', a: '1' }, null)).toBe(version);
        expect(await secrets.write('shop/db', { a: '1', b: '2' }, version)).toBe(version);
        expect(await secrets.write('shop/db', { a: '1' }, null)).toBe(version + 1);
        expect(await secrets.write('shop/db', { a: '1', b: '2' }, null)).toBe(version + 2);
      });

      it('write with null whatever the newest version is', async () => {
        await secrets.write('shop/db', { password: 'a' }, 0);
        expect(await secrets.write('shop/db', { password: 'b' }, null)).toBe(2);
      });

      it.each([0, 1, 3])(
        'refuse with KEY_CONFLICT where version %i is expected and 2 is there',
        async (at) => {
          await secrets.write('shop/db', { password: 'a' }, null);
          await secrets.write('shop/db', { password: 'b' }, null);
          const refused = secrets.write('shop/db', { password: 'SECRET-CANARY' }, at);
          await expect(refused).rejects.toMatchObject({
            code: 'KEY_CONFLICT',
            message: expect.stringContaining('shop/db'),
          });
          const error = await refused.catch((reason) => reason);
          expect(JSON.stringify([error.message, error.detail, error.facts])).not.toMatch(/CANARY/);
          expect(await secrets.read('shop/db')).toEqual({ version: 2, fields: { password: 'b' } });
        },
      );

      it('refuse with KEY_CONFLICT where a version is expected and there is none', async () => {
        const refused = secrets.write('shop/db', { password: 'a' }, 1);
        await expect(refused).rejects.toMatchObject({ code: 'KEY_CONFLICT' });
        expect(await secrets.read('shop/db')).toBeUndefined();
      });

      it('let one of many win who write the first version at the same time', async () => {
        const contenders = Array.from({ length: 20 }, (_, at) =>
          secrets.write('shop/db', { holder: `${at}` }, 0),
        );
        const results = await Promise.allSettled(contenders);
        const winners = results.flatMap(({ status }, at) =>
          status === 'fulfilled' ? [`${at}`] : [],
        );
        expect(winners).toHaveLength(1);
        expect(await secrets.read('shop/db')).toEqual({
          version: 1,
          fields: { holder: winners[0] },
        });
      });

      it('refuse more than the limit with LIMIT_EXCEEDED', async () => {
        const fields = { large: 'x'.repeat(SECRET_BYTES_MAX) };
        const limit = { code: 'LIMIT_EXCEEDED' };
        await expect(secrets.write('shop/db', fields, null)).rejects.toMatchObject(limit);
        expect(await secrets.read('shop/db')).toBeUndefined();
      });
    });

    describe('remove', () => {
      it('removes every version of this path only, and may be called again', async () => {
        await secrets.write('shop/db', { password: 'a' }, null);
        await secrets.write('shop/db', { password: 'b' }, null);
        await secrets.write('shop/db/replica', { password: 'c' }, null);
        await secrets.remove('shop/db');
        await secrets.remove('shop/db');
        await secrets.remove('never/was');
        expect(await secrets.read('shop/db')).toBeUndefined();
        expect(await secrets.read('shop/db', 1)).toBeUndefined();
        expect(await secrets.read('shop/db/replica')).toBeDefined();
      });

      it('leaves a path that can be written again as one that has no version', async () => {
        await secrets.write('shop/db', { password: 'a' }, null);
        await secrets.remove('shop/db');
        const version = await secrets.write('shop/db', { password: 'a' }, 0);
        expect(await secrets.read('shop/db')).toEqual({ version, fields: { password: 'a' } });
        // A reference to what was removed never finds what came after it.
        expect(version).toBe(2);
        expect(await secrets.read('shop/db', 1)).toBeUndefined();
      });
    });

    describe('list', () => {
      it('names the secrets below the prefix once each, in order', async () => {
        for (const path of ['shop/web', 'shop/db/main', 'shop', 'shopping/x', 'bank/db']) {
          await secrets.write(path, { a: '1' }, null);
          await secrets.write(path, { a: '2' }, null);
        }
        expect(await secrets.list('shop')).toEqual(['shop/db/main', 'shop/web']);
        expect(await secrets.list('shop/db')).toEqual(['shop/db/main']);
        expect(await secrets.list('none')).toEqual([]);
        const all = ['bank/db', 'shop', 'shop/db/main', 'shop/web', 'shopping/x'];
        expect(await secrets.list('')).toEqual(all);
        await secrets.remove('shop/web');
        expect(await secrets.list('shop')).toEqual(['shop/db/main']);
      });
    });

    describe('seal and open', () => {
      const bytes = (text: string) => new TextEncoder().encode(text);

      it.each([0, 1, 1_000, 1_000_000])('give back %i bytes as they were', async (size) => {
        const plain = Uint8Array.from({ length: size }, (_, at) => at % 256);
        const sealed = await secrets.seal(plain, 'shop/db[0]');
        const opened = await secrets.open(sealed, 'shop/db[0]');
        expect(Buffer.compare(opened, plain)).toBe(0);
      });

      it('hide what is sealed, and seal it differently each time', async () => {
        const sealed = [
          await secrets.seal(bytes('SECRET-CANARY'), 'context'),
          await secrets.seal(bytes('SECRET-CANARY'), 'context'),
        ];
        expect(new Set(sealed).size).toBe(2);
        for (const text of sealed) {
          expect(text).not.toMatch(/CANARY/);
          expect(Buffer.from(text, 'base64').toString('latin1')).not.toMatch(/CANARY/);
        }
      });

      it('refuse with SECRET_UNREADABLE in another context', async () => {
        const sealed = await secrets.seal(bytes('SECRET-CANARY'), 'shop/db[0]');
        for (const context of ['shop/db[1]', '', 'shop/db[0] ', 'SHOP/DB[0]']) {
          const refused = secrets.open(sealed, context);
          await expect(refused).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
          const error = await refused.catch((reason) => reason);
          expect(`${error.message} ${error.cause}`).not.toMatch(/CANARY/);
        }
      });

      it('refuse with SECRET_UNREADABLE what was changed in any place', async () => {
        const sealed = await secrets.seal(bytes('secret'), 'context');
        const refused = { code: 'SECRET_UNREADABLE' };
        for (let at = 0; at < sealed.length; at += 1) {
          // Every bit of a character counts, those that an encoding leaves over as well.
          const others = [...'ABQgw_-9'].filter((other) => other !== sealed[at]);
          for (const other of others) {
            const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
            const opened = secrets.open(changed, 'context');
            await expect(opened, `${other} at ${at}`).rejects.toMatchObject(refused);
          }
        }
        await expect(secrets.open(`${sealed}A`, 'context')).rejects.toMatchObject(refused);
      });

      it.each(['', 'x', 'biotope1', 'biotope1.0.', 'SECRET-CANARY', '{}'])(
        'refuse %j, which was never sealed, with SECRET_UNREADABLE and without quoting it',
        async (text) => {
          const refused = secrets.open(text, 'context');
          await expect(refused).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
          expect((await refused.catch((reason) => reason)).message).not.toMatch(/CANARY/);
        },
      );
    });

    it.each(['/a', 'a/', 'a//b', '../a', 'a/../../sys/policies', 'a b', 'a?x', 'a%2Fb'])(
      'refuses the path %j with PATH_INVALID',
      async (path) => {
        const invalid = { code: 'PATH_INVALID' };
        await expect(secrets.read(path)).rejects.toMatchObject(invalid);
        await expect(secrets.write(path, { a: '1' }, null)).rejects.toMatchObject(invalid);
        await expect(secrets.remove(path)).rejects.toMatchObject(invalid);
        await expect(secrets.list(path)).rejects.toMatchObject(invalid);
      },
    );

    it('does nothing for a caller who has given up', async () => {
      const signal = AbortSignal.abort(new Error('given up'));
      await expect(secrets.write('a', { a: '1' }, null, signal)).rejects.toThrow('given up');
      await expect(secrets.read('a', undefined, signal)).rejects.toThrow('given up');
      await expect(secrets.list('', signal)).rejects.toThrow('given up');
      await expect(secrets.remove('a', signal)).rejects.toThrow('given up');
      expect(await secrets.read('a')).toBeUndefined();
    });

    it('holds everything after it is closed and opened again', async () => {
      await secrets.write('shop/db', { password: 'a' }, null);
      const sealed = await secrets.seal(new Uint8Array([1, 2, 3]), 'context');
      await secrets.close();
      secrets = await data.open();
      expect(await secrets.read('shop/db')).toEqual({ version: 1, fields: { password: 'a' } });
      expect([...(await secrets.open(sealed, 'context'))]).toEqual([1, 2, 3]);
      expect(await secrets.write('shop/db', { password: 'b' }, 1)).toBe(2);
    });
  });
}
