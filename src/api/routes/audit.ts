import { z } from 'zod';
import { timeSchema } from '../../bus/messages/commands.ts';
import { auditDocument } from '../../documents/audit.ts';
import { auditSchema } from '../../documents/schema/audit.ts';
import { pageOf } from '../../documents/schema/common.ts';
import { auditEntries } from '../../queries/audit.ts';
import type { ApiInstance } from '../frame/instance.ts';
import { pageQuery, readCursor, writeCursor } from '../frame/paging.ts';
import { refusals } from '../frame/refusals.ts';

const time = timeSchema;

const querystring = z.object({
  ...pageQuery,
  actor: z.string().max(400).optional(),
  subject: z.string().max(400).optional(),
  since: time.optional().describe('Not older than this.'),
  until: time.optional().describe('Older than this.'),
});

export function auditRoutes(app: ApiInstance): void {
  app.get(
    '/api/v1/audit',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['audit'],
        summary: 'Who asked for what, and what became of it: newest first.',
        querystring,
        response: { 200: pageOf(auditSchema), ...refusals(400) },
      },
    },
    async ({ query, store }) => {
      const { actor, subject, since, until, limit, cursor } = query;
      const { entries, next } = await auditEntries(store, {
        actor,
        subject,
        sinceMs: since === undefined ? undefined : Date.parse(since),
        untilMs: until === undefined ? undefined : Date.parse(until),
        limit,
        afterKey: cursor === undefined ? undefined : readCursor(cursor),
      });
      return { items: entries.map(auditDocument), next: next === null ? null : writeCursor(next) };
    },
  );
}
