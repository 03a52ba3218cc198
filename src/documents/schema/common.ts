import { z } from 'zod';

/** Pieces that several documents have. */
export const json = z.json();

export const time = z.iso.datetime().describe('ISO 8601, in UTC.');

export const optionalTime = time.nullable();

export const failureSchema = z
  .object({
    code: z.string().describe('One of the table of errors: see its page.'),
    message: z.string(),
    detail: z.string().nullable().describe('More lines: diagnostics, the last of an output.'),
    address: z.string().nullable().describe('The resource that it is about.'),
    system: z.string().optional().describe('The system that was away, if that is why.'),
  })
  .meta({ id: 'Failure', description: 'Why something failed.' });

export const templateReferenceSchema = z
  .object({ name: z.string(), version: z.string(), digest: z.string() })
  .meta({ id: 'TemplateReference', description: 'One published version of a template.' });

export const linkSchema = z.object({ name: z.string(), url: z.string() });

export const groupSchema = z.object({
  name: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  resources: z.array(z.string()).describe('Ids of resources and of nested templates.'),
});

/** What is answered where there may be more: `next` is the cursor of the following page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe('Cursor of the next page; null: this is the last one.'),
  });
}
