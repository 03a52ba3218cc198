import { z } from 'zod';
import type { Command } from '../bus/messages/commands.ts';
import type { IntakeResult } from '../engine/engine.ts';
import { BiotopeError, isBiotopeError } from '../model/errors.ts';
import type { ApiClient } from './client/client.ts';

const acceptedSchema = z.object({
  repeated: z.boolean(),
  run: z.object({ id: z.string() }).nullable(),
});

/**
 * Sends a command, again under the same key where the connection is lost: the server does it once.
 * Rejects with the reason for which it is refused. `key`: new for each command.
 */
export async function submitToServer(
  client: ApiClient,
  command: Command,
  key: string,
): Promise<IntakeResult> {
  try {
    const { run, repeated } = await client.post('/commands', acceptedSchema, {
      body: command,
      key,
    });
    return { outcome: 'accepted', runId: run?.id ?? null, repeated };
  } catch (error) {
    throw isBiotopeError(error, 'INTERRUPTED') ? mayBeDone(client.url, key) : error;
  }
}

function mayBeDone(url: string, key: string): BiotopeError {
  return new BiotopeError('INTERRUPTED', {
    message: `Interrupted before the server at ${url} had answered: it may still carry the command out.`,
    detail: 'To see whether it does:\n  biotope run list',
    facts: { command: key },
  });
}
