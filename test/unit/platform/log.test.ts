import { describe, expect, it } from 'vitest';
import { createLog, type LogSettings } from '../../../src/platform/log.ts';
import { SecretValue } from '../../../src/platform/secret-value.ts';

function logged(settings: Partial<LogSettings>, facts: object, message = 'said'): string {
  let text = '';
  const write = (line: string) => {
    text += line;
  };
  createLog({ level: 'info', format: 'json', ...settings, write }).warn(facts, message);
  return text;
}

describe('createLog', () => {
  it('writes one JSON object a line, the level as a word and the time in UTC', () => {
    const line = logged({}, { run: 'r1' });
    expect(line.endsWith('\n')).toBe(true);
    expect(JSON.parse(line)).toMatchObject({ level: 'warn', run: 'r1', msg: 'said' });
    expect(JSON.parse(line).time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('writes a readable line for people', () => {
    const line = logged({ format: 'human' }, { step: 'web[0]', why: 'two words' });
    expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn {2}said step=web\[0\] why="two words"\n$/);
  });

  it('keeps quiet below its level, and altogether when silent', () => {
    expect(logged({ level: 'error' }, {})).toBe('');
    expect(logged({ level: 'silent' }, {})).toBe('');
  });

  it.each(['json', 'human'] as const)('never writes a secret (%s)', (format) => {
    const canary = 'canary-3f9a';
    const line = logged(
      { format },
      {
        password: canary,
        deep: { list: [{ apiKey: canary, vaultToken: canary }], value: new SecretValue(canary) },
        secrets: { db: canary },
      },
    );
    expect(line).not.toContain(canary);
    expect(line).toContain('[redacted]');
  });

  it('tells an error with its cause, and survives a value that holds itself', () => {
    const own: Record<string, unknown> = {};
    own.self = own;
    const error = new Error('outer', { cause: new Error('inner') });
    const line = logged({}, { err: error, own });
    expect(JSON.parse(line).err.message).toBe('outer: inner');
  });
});
