import { beforeEach, expect, test } from 'vitest';
import { BiotopeError } from '../../../../src/model/errors.ts';
import type { Logger } from '../../../../src/platform/logger.ts';
import { tellOutagesOnce } from '../../../../src/presentation/terminal/outages.ts';

let told: string[];
let logged: string[];
let nowMs: number;
let log: Logger;
beforeEach(() => {
  told = [];
  logged = [];
  nowMs = 0;
  const line = (level: string) => (_: object, message: string) =>
    void logged.push(`${level} ${message}`);
  const all = {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
  };
  log = tellOutagesOnce(all, { tell: (text) => told.push(text), nowMs: () => nowMs });
});

const full = new BiotopeError('STORE_UNAVAILABLE', { message: 'No space is left.' });

test('what cannot be recorded is told in one sentence, whoever says it how often', () => {
  log.warn({ err: full }, 'A heartbeat was not answered.');
  log.error({ err: full }, 'a decision could not be made; tried again soon');
  expect(told).toEqual(['waiting until the data can be written: No space is left.']);
  expect(logged).toEqual([
    'debug A heartbeat was not answered.',
    'debug a decision could not be made; tried again soon',
  ]);
});

test('as long as it lasts it is told again now and then, and another cause at once', () => {
  log.warn({ err: full }, 'one');
  nowMs = 59_999;
  log.warn({ err: full }, 'two');
  expect(told).toHaveLength(1);
  nowMs = 60_000;
  log.warn({ err: full }, 'three');
  expect(told).toHaveLength(2);
  log.warn({ err: new BiotopeError('STORE_UNAVAILABLE', { message: 'Read-only.' }) }, 'four');
  expect(told.at(-1)).toContain('Read-only.');
});

test('everything else is logged as it is', () => {
  log.error({ err: new Error('broken') }, 'five');
  log.warn({ run: 'r' }, 'six');
  log.info({}, 'seven');
  expect(told).toEqual([]);
  expect(logged).toEqual(['error five', 'warn six', 'info seven']);
});

test('of data that is lost nothing is told here: the command itself ends with that', () => {
  const lost = new BiotopeError('STORE_LOST', { message: 'It was deleted.' });
  log.error({ err: lost }, 'a decision could not be made; tried again soon');
  expect(told).toEqual([]);
  expect(logged).toEqual(['debug a decision could not be made; tried again soon']);
});
