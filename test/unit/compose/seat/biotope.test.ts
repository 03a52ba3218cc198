import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBiotope } from '../../../../src/compose/seat/biotope.ts';
import type { Biotope } from '../../../../src/compose/seat/contract.ts';
import { configSchema } from '../../../../src/config/schema.ts';
import { silentLogger } from '../../../../src/platform/logger.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let base: string;
let biotope: Biotope;

beforeEach(() => {
  base = temporaryFolder();
  const config = configSchema.parse({ dataFolder: join(base, 'data') });
  biotope = openBiotope({ config, command: 'test', log: silentLogger, notify: () => {} });
});
afterEach(async () => {
  await biotope.close(AbortSignal.abort());
});

describe('a data folder as one command sees it', () => {
  it('is driven by whoever asked, also when several ask at once', async () => {
    expect(await Promise.all([biotope.drive(), biotope.drive()])).toEqual([true, true]);
    const { seat } = biotope;
    expect(seat).toBeDefined();
    expect(await biotope.drive()).toBe(true);
    expect(biotope.seat).toBe(seat);
  });

  it('is let go when it is closed while it is being taken', async () => {
    const taking = biotope.drive();
    await biotope.close(AbortSignal.abort());
    await taking;
    expect(biotope.seat).toBeUndefined();
    expect(existsSync(biotope.paths.driver)).toBe(false);
  });

  it('that was deleted is told to be lost, to who drives and to who reads, and is not made anew', async () => {
    const lost = { code: 'STORE_LOST' };
    expect(await biotope.drive()).toBe(true);
    const { config } = biotope;
    const reader = openBiotope({ config, command: 'test', log: silentLogger, notify: () => {} });
    expect(await reader.store.find('runs')).toEqual([]);
    rmSync(biotope.paths.folder, { recursive: true });
    await expect(biotope.driveIfLeft()).rejects.toMatchObject(lost);
    expect(() => reader.store).toThrow(expect.objectContaining(lost));
    await expect(reader.driveIfLeft()).rejects.toMatchObject(lost);
    await Promise.all([biotope, reader].map((one) => one.close(AbortSignal.abort())));
    expect(existsSync(config.dataFolder)).toBe(false);
  });

  it('is not made by reading its records', async () => {
    expect(await biotope.store.find('runs')).toEqual([]);
    expect(biotope.otherDriver()).toBeUndefined();
    expect(existsSync(biotope.paths.folder)).toBe(false);
  });
});
