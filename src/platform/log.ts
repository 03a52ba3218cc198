import { createRequire } from 'node:module';
import { type Logger, silentLogger } from './logger.ts';
import { REDACTED } from './secret-value.ts';

export interface LogSettings {
  level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** `json`: one object a line, for machines. `human`: one readable line. */
  format: 'json' | 'human';
  /** Takes one line with its line break. */
  write(line: string): void;
}

/**
 * The log of the process. Facts whose name speaks of a secret are written `[redacted]`, at any
 * depth, and so is every SecretValue.
 */
export function createLog(settings: LogSettings): Logger {
  let opened: Logger | undefined;
  const heard = LEVELS.slice(LEVELS.indexOf(settings.level));
  const say = (level: keyof Logger) =>
    !heard.includes(level)
      ? silentLogger[level]
      : (facts: object, message: string) => {
          opened ??= openLog(settings);
          opened[level](facts, message);
        };
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
}

const LEVELS: readonly LogSettings['level'][] = ['debug', 'info', 'warn', 'error', 'silent'];

const require = createRequire(import.meta.url);

/** Loads what writes the lines: most commands never say one. */
function openLog({ level, format, write }: LogSettings): Logger {
  const { pino, stdSerializers } = require('pino') as typeof import('pino');
  const log = (facts: Record<string, unknown>) => redactFacts(facts, stdSerializers.err);
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log },
    },
    { write: format === 'json' ? write : (line) => write(humanLine(line)) },
  );
}

const SECRET_NAME =
  /pass(?:word|wd|phrase)|secret|token|credential|authorization|cookie|(?:private|api|access|seal)[-_]?key/i;
const LEVELS_MAX = 8;

function redactFacts(
  facts: Record<string, unknown>,
  asFacts: (error: Error) => object,
): Record<string, unknown> {
  const redact = (name: string, value: unknown, levelsLeft: number): unknown => {
    if (SECRET_NAME.test(name) && value !== null && value !== undefined) return REDACTED;
    if (typeof value !== 'object' || value === null) return value;
    if (levelsLeft === 0) return '[deeper]';
    if (value instanceof Error) return asFacts(value);
    if ('toJSON' in value) return value;
    if (Array.isArray(value)) return value.map((item) => redact('', item, levelsLeft - 1));
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, redact(key, item, levelsLeft - 1)]),
    );
  };
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, redact(name, value, LEVELS_MAX)]),
  );
}

/** `07:19:33.120 warn  message  run=… step=…`; what is not JSON is passed on as it is. */
function humanLine(line: string): string {
  const facts = parse(line);
  if (facts === undefined) return line;
  const { level, time, msg, ...rest } = facts;
  const words = Object.entries(rest).map(([name, value]) => `${name}=${shortText(value)}`);
  const clock = String(time).slice(11, 23);
  return `${[clock, String(level).padEnd(5), String(msg ?? ''), ...words].join(' ').trimEnd()}\n`;
}

function shortText(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'message' in value) {
    return JSON.stringify(value.message);
  }
  return typeof value === 'string' && /^[\w.:/@[\]-]+$/.test(value) ? value : JSON.stringify(value);
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
