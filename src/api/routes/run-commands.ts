import type { z } from 'zod';
import { COMMAND_ROLES } from '../../bus/messages/command-roles.ts';
import { type Command, commandSchemas } from '../../bus/messages/commands.ts';
import { findRun } from '../../queries/lookup.ts';
import type { ApiInstance, RouteContext } from '../frame/instance.ts';
import { refusals } from '../frame/refusals.ts';
import { acceptedSchema, commandHeaders, submitCommand } from '../frame/submit.ts';
import { runParams } from './runs.ts';

type RunCommand = Extract<Command, { type: `run.${string}` }>;

interface Shortcut {
  type: RunCommand['type'];
  summary: string;
  /** The run stands in the path: this is what is left. */
  body: z.ZodType<object>;
}

const SHORTCUTS: Shortcut[] = [
  {
    type: 'run.cancel',
    summary: 'Asks the run to end.',
    body: commandSchemas['run.cancel'].omit({ run: true }),
  },
  {
    type: 'run.approve',
    summary: 'Says yes to the plan that the run waits with.',
    body: commandSchemas['run.approve'].omit({ run: true }),
  },
  {
    type: 'run.retry',
    summary: 'Begins a new run that goes on where this one failed.',
    body: commandSchemas['run.retry'].omit({ run: true }),
  },
  {
    type: 'run.resolve',
    summary: 'Tells how a step of unknown outcome ended.',
    body: commandSchemas['run.resolve'].omit({ run: true }),
  },
];

/** Commands about one run, at its address: the same as a POST to /api/v1/commands. */
export function runCommandRoutes(app: ApiInstance, context: RouteContext): void {
  for (const { type, summary, body: left } of SHORTCUTS) {
    app.post(
      `/api/v1/runs/:run/${type.slice('run.'.length)}`,
      {
        config: { access: COMMAND_ROLES[type] },
        schema: {
          tags: ['runs'],
          summary,
          params: runParams,
          headers: commandHeaders,
          body: left.nullish(),
          response: { 202: acceptedSchema, ...refusals(400, 404, 409, 413, 415, 422, 503) },
        },
      },
      async ({ params, body, headers, store }, reply) => {
        const { id: run } = await findRun(store, params.run);
        const command = { type, data: { ...body, run } } as RunCommand;
        const id = headers['idempotency-key'] ?? context.ids();
        return submitCommand(context, reply, { command, identity: { id } });
      },
    );
  }
}
