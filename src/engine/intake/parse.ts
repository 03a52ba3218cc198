import type { z } from 'zod';
import type { CommandDelivery } from '../../bus/bus.ts';
import {
  COMMAND_TYPES,
  type CommandData,
  type CommandType,
  commandSchemas,
} from '../../bus/messages/commands.ts';
import { type Envelope, envelopeSchema } from '../../bus/messages/envelope.ts';
import { isJsonObject, type JsonValue } from '../../model/json.ts';
import type { Limits } from '../../model/limits.ts';
import { didYouMean } from '../../model/nearest.ts';
import { containsSecretKey, SECRET_KEY } from '../../model/secret.ts';
import type { CommandIdentity } from '../engine.ts';
import { refuse } from './verdict.ts';

/** A command whose form is right. */
export type CheckedCommand = {
  [T in CommandType]: { type: T; data: CommandData[T] };
}[CommandType];

/** Reads a delivery: bounded, UTF-8, JSON, a CloudEvent with an id. Throws COMMAND_INVALID. */
export function parseDelivery(
  delivery: CommandDelivery,
  limits: Limits,
): { envelope: Envelope; identity: CommandIdentity } {
  if (delivery.body.byteLength > limits.commandBytesMax) throw tooLarge(limits);
  const envelope = check(envelopeSchema, readJson(delivery.body), 'the envelope');
  const id = envelope.id ?? delivery.messageId;
  if (id === null || id === '') {
    throw refuse('COMMAND_INVALID', {
      message:
        'The command has no id: set "id" in the envelope, or the message id of the transport.',
    });
  }
  return { envelope, identity: { source: envelope.source, id } };
}

/** Checks type and data. Throws COMMAND_INVALID or LIMIT_EXCEEDED, naming every fault at once. */
export function parseCommand(type: string, data: unknown, limits: Limits): CheckedCommand {
  if (!isCommandType(type)) {
    throw refuse('COMMAND_INVALID', {
      message:
        `There is no command ${JSON.stringify(type)}. ${didYouMean(type, COMMAND_TYPES) ?? ''}`.trim(),
      facts: { type },
    });
  }
  refuseDeep(data, limits);
  const checked = check(commandSchemas[type], data, type);
  if (containsSecretKey(checked as JsonValue)) {
    throw refuse('COMMAND_INVALID', {
      message: `The key "${SECRET_KEY}" is reserved: secrets are referred to by templates only.`,
    });
  }
  return { type, data: checked } as CheckedCommand;
}

function isCommandType(type: string): type is CommandType {
  return Object.hasOwn(commandSchemas, type);
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw refuse('COMMAND_INVALID', { message: 'The command is not JSON in UTF-8.', cause });
  }
}

function check<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => {
    const place = path.length === 0 ? what : path.join('.');
    return `${place}: ${message}`;
  });
  throw refuse('COMMAND_INVALID', {
    message: `The command is not understood: ${faults[0]}`,
    detail: faults.join('\n'),
  });
}

/** Level by level, without recursion: the depth is what is in doubt. */
function refuseDeep(data: unknown, limits: Limits): void {
  let level = [data];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limits.nestingLevelsMax) {
      throw refuse('LIMIT_EXCEEDED', {
        message: `The command is nested deeper than ${limits.nestingLevelsMax} levels.`,
      });
    }
    level = level.flatMap((value) =>
      Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : [],
    );
  }
}

export function tooLarge(limits: Limits): Error {
  return refuse('LIMIT_EXCEEDED', {
    message: `The command is larger than ${limits.commandBytesMax} bytes.`,
  });
}
