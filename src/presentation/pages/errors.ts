import {
  BiotopeError,
  documentationOf,
  ERRORS,
  type ErrorCode,
  isBiotopeError,
} from '../../model/errors.ts';
import { messageOf } from '../../model/thrown.ts';
import type { Palette } from '../terminal/palette.ts';
import { indent, printable } from '../terminal/table.ts';
import { isRefusedByParser, type RefusedCommand, refusedByParser } from './usage.ts';

/** An error as programs get it, under `--json` and later over REST. */
export interface ErrorDocument {
  error: {
    code: ErrorCode;
    message: string;
    detail: string | null;
    facts: Record<string, unknown>;
    /** Where it is explained, from the root of the project. */
    documentation: string;
    retryable: boolean;
  };
}

const NO_COMMAND: RefusedCommand = { name: '', options: [] };

/** Whatever was thrown as one of our errors: what the parser refused is USAGE, the rest INTERNAL. */
export function toBiotopeError(thrown: unknown, command = NO_COMMAND): BiotopeError {
  if (isBiotopeError(thrown)) return thrown;
  if (isRefusedByParser(thrown)) return refusedByParser(thrown, command);
  const message = messageOf(thrown);
  return new BiotopeError('INTERNAL', {
    message: `Something went wrong inside Biotope: ${message}`,
    cause: thrown,
  });
}

export function errorDocument(error: BiotopeError): ErrorDocument {
  return {
    error: {
      code: error.code,
      message: error.message,
      detail: error.detail ?? null,
      facts: error.facts,
      documentation: documentationOf(error.code),
      retryable: ERRORS[error.code].retryable,
    },
  };
}

/**
 * Message, detail and where to read more. An internal error brings its stack: it is for a report.
 * Any of it may quote a foreign file, folder or program: none of it moves the cursor.
 */
export function errorLines(error: BiotopeError, palette: Palette): string[] {
  const stack =
    error.code === 'INTERNAL' && error.cause instanceof Error ? error.cause.stack : null;
  return [
    `${palette.bad('error:')} ${printable(error.message)}`,
    ...indent(detailLines(error).map(printable)),
    ...indent(
      (stack ?? '')
        .split('\n')
        .slice(1)
        .filter((line) => line !== '')
        .map(printable),
    ),
    palette.faint(`  See ${pagesOf(error).map(documentationOf).join(' and ')}.`),
  ];
}

const CAUSES_NAMED_MAX = 3;

/** The error's own page; before it those of what brought it about, where the error names that. */
function pagesOf({ code, facts }: BiotopeError): ErrorCode[] {
  const causes = Array.isArray(facts.causes) ? facts.causes.filter(isErrorCode) : [];
  return [...causes.slice(0, CAUSES_NAMED_MAX), code];
}

function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value);
}

/** A detail that the message has told already is not told again. */
function detailLines({ detail = '', message }: BiotopeError): string[] {
  return detail.split('\n').filter((line) => line !== '' && !message.includes(line.trim()));
}
