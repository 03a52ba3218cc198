import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Command } from '../../bus/messages/commands.ts';
import { BiotopeError } from '../../model/errors.ts';
import { sourceOf } from '../access/source.ts';
import type { ApiEngine } from './context.ts';
import type { RouteContext } from './instance.ts';
import { traceparentFor } from './trace-requests.ts';

export const acceptedSchema = z
  .object({
    source: z.string(),
    id: z.string().describe('With `source` what the command is known by.'),
    type: z.string(),
    repeated: z.boolean().describe('It was accepted before: this is the same answer.'),
    run: z
      .object({ id: z.string(), href: z.string() })
      .nullable()
      .describe('What it began; null where it needs no run.'),
  })
  .meta({ id: 'Accepted', description: 'The command is durable.' });

export const commandHeaders = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Names the command: sent again under the same key it is done once.'),
});

/** Rejects with SERVER_NOT_READY. */
function requireEngine(context: RouteContext): ApiEngine {
  const engine = context.engine();
  if (engine !== undefined) return engine;
  throw new BiotopeError('SERVER_NOT_READY', {
    message: 'The server begins or ends: it takes no commands now. Send it again in a moment.',
  });
}

/** How a command is known: with `source` (where it comes from, if that was said) what its sender names it. */
export interface GivenIdentity {
  source?: string | undefined;
  id: string;
  /** As the body says it; the header of the request comes first. */
  traceparent?: string | undefined;
}

/**
 * 202 with the address of the run once the command is durable; a refused one is thrown, and FORBIDDEN
 * where the one who asks may not send it.
 */
export async function submitCommand(
  context: RouteContext,
  reply: FastifyReply,
  { command, identity: given }: { command: Command; identity: GivenIdentity },
) {
  const { principal, id: requestId } = reply.request;
  await reply.request.demand(command);
  const identity = { source: sourceOf(principal, given.source), id: given.id };
  const traceparent = traceparentFor(reply.request, given.traceparent);
  const result = await requireEngine(context).submit(command, {
    ...identity,
    actor: principal.name,
    requestId,
    traceparent,
  });
  if (result.outcome === 'rejected') {
    const { code, message, detail } = result;
    throw new BiotopeError(code, { message, ...(detail === null ? {} : { detail }) });
  }
  const { runId, repeated } = result;
  const run = runId === null ? null : { id: runId, href: `/api/v1/runs/${runId}` };
  reply.code(202);
  if (run !== null) reply.header('location', run.href);
  return { ...identity, type: command.type, repeated, run };
}
