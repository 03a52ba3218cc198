import { z } from 'zod';
import { holdsExpression, NO_EXPRESSION } from '../../model/expression/text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { timetableFault } from '../../platform/cron.ts';

/** What several constructs of template.yaml have in common. */
const NAME_RULE =
  'use lower-case letters, digits and "-", beginning with a letter, at most 63 characters';
export const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, NAME_RULE);

/** Part of an output's path in expressions: `outputs.database_url`. */
export const outputName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/,
    'use letters, digits, "_" and "-", at most 63 characters',
  );

const isPlain = (words: string) => !holdsExpression(words);
const NOT_EVALUATED = 'holds "${…}", which is not evaluated here';
const words = (charactersMax: number, charactersMin = 0) =>
  z
    .string()
    .min(charactersMin)
    .max(charactersMax)
    .refine(isPlain, NOT_EVALUATED)
    .meta(NO_EXPRESSION);
/** A value, or the text that it is worked out from when planning. */
export const expression = z
  .string()
  .min(1)
  .meta({ pattern: '^\\$\\{[\\s\\S]*\\}$', description: 'One "${…}", known when planning.' });

export const description = words(2_000).default('').describe('What it is for. Shown to people.');
export const tags = z.array(words(100, 1)).max(50).default([]).describe('Words to find it by.');
export const text = z.string().min(1).max(4_096);
const link = z
  .strictObject({
    name: words(100, 1).describe('What is behind the link.'),
    url: text.describe('May hold "${self.outputs.…}" and other expressions, no secret.'),
  })
  .describe('An address that people may want to open.');
export const links = z.array(link).max(50).default([]).describe('Addresses that belong to it.');
export const object = z
  .custom<JsonObject>(isJsonObject, { error: 'must be an object' })
  .meta({ type: 'object' });
export const value = z.custom<JsonValue>(() => true);
const seconds = (minimum: number) => z.number().min(minimum).max(86_400);

const statusEndpoint = z
  .strictObject({
    http: text
      .optional()
      .describe('Absolute URL; a GET must be answered with one of the statuses.'),
    tcp: text.optional().describe('host:port; a connection must be taken.'),
    consul: z
      .strictObject({
        service: text.describe('Its name.'),
        tag: text.optional().describe('Only instances with this tag count.'),
        datacenter: text.optional().describe('Absent: the one of consul.datacenter.'),
        minPassing: z.int().min(1).max(10_000).default(1).describe('So many must be passing.'),
      })
      .optional()
      .describe('A service in Consul that must have healthy instances.'),
    expectStatus: z
      .array(z.int().min(100).max(599))
      .max(20)
      .default([])
      .describe('HTTP statuses that count as alive; none: all below 400.'),
    timeoutSeconds: seconds(1).default(60).describe('How long to ask before giving up.'),
    intervalSeconds: seconds(0.1).default(1).describe('Pause between two questions.'),
  })
  .meta({ oneOf: [{ required: ['http'] }, { required: ['tcp'] }, { required: ['consul'] }] })
  .describe('A place that answers when the resource lives: one of http, tcp and consul.');
export const statusEndpoints = z
  .array(statusEndpoint)
  .max(20)
  .default([])
  .describe('Places that have to answer before the resource counts as alive.');

export const needed = z
  .array(z.string().min(1).max(200))
  .max(1_000)
  .default([])
  .describe('Ids of resources, or groups.NAME: what has to be there first, and goes last.');
const OLD_ID = /^[a-z][a-z0-9-]{0,62}(\/[a-z][a-z0-9-]{0,62})*$/;
const oldId = z.string().meta({ pattern: OLD_ID.source });
/** Ids of older versions, also those behind a prefix. */
export const movedFrom = z
  .union([oldId.transform((one) => [one]), z.array(oldId).meta({ maxItems: 20 })], {
    error: 'must be an id, or a list of ids',
  })
  .pipe(z.array(z.string().regex(OLD_ID, NAME_RULE)).max(20))
  .default([])
  .describe('Ids it had in older versions: renamed, not built anew.');

export const retry = z
  .strictObject({
    attemptsMax: z.int().min(1).max(100).describe('Attempts, the first included.'),
    initialDelaySeconds: seconds(0).default(1).describe('Pause before the second attempt.'),
    delayMaxSeconds: seconds(0).default(60).describe('Longest pause; pauses double up to it.'),
  })
  .describe('How often it is tried where trying again can help. Absent: engine.retry decides.');

export const schedule = z
  .strictObject({
    schedule: z
      .string()
      .min(1)
      .max(200)
      .describe('A cron expression: minute, hour, day of the month, month, day of the week.'),
    timeZone: z
      .string()
      .min(1)
      .max(100)
      .default('UTC')
      .describe('Where its hours count, such as Europe/Berlin.'),
    heal: z
      .boolean()
      .optional()
      .describe('Whether what has drifted is built again. Absent: where a resource says so.'),
  })
  .superRefine((timetable, { addIssue }) => {
    const message = timetableFault(timetable);
    if (message !== null) addIssue({ code: 'custom', message: `is no timetable: ${message}` });
  })
  .describe('When a server reconciles its environments by itself.');

export const drift = z
  .strictObject({
    ignore: z
      .array(words(300, 1))
      .max(100)
      .default([])
      .describe(
        'Parts that may differ: attributes of Terraform (aws_instance.web.tags, *.tags_all), keys, ' +
          'fields of a secret. "*" stands for any text.',
      ),
    heal: z
      .boolean()
      .default(false)
      .describe('Builds it again, unasked, when a reconciliation finds that it has drifted.'),
  })
  .describe('What a reconciliation makes of differences between what was built and what is there.');

export const id = name.describe('Its name in this template: resources.ID in expressions.');
