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
import { faultWords } from './fault-words.ts';
import { refuse } from './verdict.ts';

/** A command whose form is right. */
export type CheckedCommand = {
  [T in CommandType]: { type: T; data: CommandData[T] };
}[CommandType];

/** `data` lies inside the envelope. */
const ENVELOPE_LEVELS = 1;

const FAULTS_SHOWN_MAX = 20;
const FAULT_CHARACTERS_MAX = 300;

/** Reads a delivery: bounded, UTF-8, JSON, a CloudEvent with an id. Throws COMMAND_INVALID. */
export function parseDelivery(
  delivery: CommandDelivery,
  limits: Limits,
): { envelope: Envelope; identity: CommandIdentity } {
  if (delivery.body.byteLength > limits.commandBytesMax) throw tooLarge(limits);
  const json = readJson(delivery.body);
  refuseUnsafe(json, limits.nestingLevelsMax + ENVELOPE_LEVELS, limits);
  const envelope = check(envelopeSchema, json, 'the envelope');
  const id = envelope.id ?? delivery.messageId;
  if (id === null || id === '') {
    throw refuse('COMMAND_INVALID', {
      message:
        'The command has no id: set "id" in the envelope, or the message id of the transport.',
    });
  }
  const { source, traceparent = delivery.traceparent } = envelope;
  return { envelope, identity: { source, id, traceparent } };
}

/** Checks type and data. Throws COMMAND_INVALID or LIMIT_EXCEEDED, naming every fault at once. */
export function parseCommand(type: string, data: unknown, limits: Limits): CheckedCommand {
  if (!isCommandType(type)) {
    throw refuse('COMMAND_INVALID', {
      message:
        `There is no command ${JSON.stringify(type.slice(0, 100))}. ${didYouMean(type, COMMAND_TYPES) ?? ''}`.trim(),
      facts: { type },
    });
  }
  refuseUnsafe(data, limits.nestingLevelsMax, limits);
  const characters = JSON.stringify(data)?.length ?? 0;
  if (characters > limits.commandBytesMax) throw tooLarge(limits);
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

function check<S extends z.ZodObject>(schema: S, value: unknown, what: string): z.output<S> {
  const result = schema.safeParse(value, { error: faultWords(Object.keys(schema.shape)) });
  if (result.success) return result.data;
  const faults = result.error.issues.slice(0, FAULTS_SHOWN_MAX).map(({ path, message }) => {
    const place = path.length === 0 ? what : path.join('.');
    return `${place}: ${message}`.slice(0, FAULT_CHARACTERS_MAX);
  });
  throw refuse('COMMAND_INVALID', {
    message: `The command is not understood: ${faults[0]}`,
    detail: faults.join('\n'),
  });
}

/**
 * Before anything else looks at it: what is nested too deep ends a recursion badly, and a key that
 * means the prototype is dropped by some and followed by others. Level by level, without recursion.
 */
function refuseUnsafe(value: unknown, levelsMax: number, { nestingLevelsMax }: Limits): void {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > levelsMax) {
      throw refuse('LIMIT_EXCEEDED', {
        message: `The command is nested deeper than ${nestingLevelsMax} levels.`,
      });
    }
    level = level.flatMap(members);
  }
}

function members(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (!isJsonObject(value)) return [];
  if (Object.hasOwn(value, '__proto__')) {
    throw refuse('COMMAND_INVALID', {
      message: 'The key "__proto__" is not allowed in a command.',
    });
  }
  return Object.values(value);
}

function tooLarge(limits: Limits): Error {
  return refuse('LIMIT_EXCEEDED', {
    message: `The command is larger than ${limits.commandBytesMax} bytes.`,
  });
}
