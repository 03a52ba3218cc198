import { z } from 'zod';

/** What we heed of Terraform's machine-readable output; everything else is dropped unseen. */
export type StreamEvent =
  | { type: 'diagnostic'; diagnostic: Diagnostic }
  | { type: 'started' | 'progress' | 'completed' | 'errored'; work: Work }
  | { type: 'provisioner'; address: string; output: string }
  /** Terraform could write its state nowhere and tells it, with all secrets in it. */
  | { type: 'emergency'; state: string };

export interface Work {
  address: string;
  action: string;
  elapsedSeconds: number;
}

const position = z.object({ filename: z.string(), start: z.object({ line: z.number() }) });
const diagnostic = z.object({
  severity: z.string(),
  summary: z.string().default(''),
  detail: z.string().default(''),
  address: z.string().optional(),
  range: position.optional(),
  snippet: z.object({ context: z.string().nullish() }).optional(),
});

export type Diagnostic = z.output<typeof diagnostic>;

const resource = z.object({ addr: z.string() });
const hook = z.object({
  hook: z.object({
    resource,
    action: z.string().default(''),
    elapsed_seconds: z.number().default(0),
    output: z.string().default(''),
  }),
});

const told = z.looseObject({ type: z.string().default('') });

const HOOKS = new Map<string, 'started' | 'progress' | 'completed' | 'errored'>([
  ['apply_start', 'started'],
  ['apply_progress', 'progress'],
  ['apply_complete', 'completed'],
  ['apply_errored', 'errored'],
]);

/** Undefined for lines that say nothing to us, plain text among them. */
export function readLine(line: string): StreamEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const event = told.parse(JSON.parse(line));
    if ('state' in event && event.type === '') {
      return { type: 'emergency', state: JSON.stringify(event.state) };
    }
    return eventOf(event);
  } catch {
    return undefined;
  }
}

function eventOf(line: { type: string; [key: string]: unknown }): StreamEvent | undefined {
  if (line.type === 'diagnostic') {
    return { type: 'diagnostic', diagnostic: diagnostic.parse(line.diagnostic) };
  }
  return hookOf(line);
}

function hookOf(line: { type: string }): StreamEvent | undefined {
  if (line.type === 'provision_progress') {
    const told = hook.parse(line).hook;
    return { type: 'provisioner', address: told.resource.addr, output: told.output };
  }
  const type = HOOKS.get(line.type);
  if (type === undefined) return undefined;
  const { resource: of, action, elapsed_seconds: elapsedSeconds } = hook.parse(line).hook;
  return { type, work: { address: of.addr, action, elapsedSeconds } };
}

const VERBS = new Map<string, readonly [doing: string, done: string]>([
  ['create', ['creating', 'created']],
  ['update', ['updating', 'updated']],
  ['delete', ['destroying', 'destroyed']],
  ['read', ['reading', 'read']],
]);

/** `terraform_data.x: creating, 3 s`; undefined for what is not worth a line. */
export function describeEvent(event: StreamEvent): string | undefined {
  if (event.type === 'provisioner') return `${shortAddress(event.address)}: ${event.output}`;
  if (!('work' in event)) return undefined;
  const { address, action, elapsedSeconds } = event.work;
  const [doing, done] = VERBS.get(action) ?? [action, `${action} done`];
  const time = elapsedSeconds > 0 ? `, ${elapsedSeconds} s` : '';
  const words = { started: doing, progress: doing, completed: done, errored: `${doing} failed` };
  return `${shortAddress(address)}: ${words[event.type]}${time}`;
}

const MAIN = 'module.main.';

/** Every address begins with the one module of the stack, which tells a reader nothing. */
export function shortAddress(address: string): string {
  return address.startsWith(MAIN) ? address.slice(MAIN.length) : address;
}

/** As Terraform knows what a person calls by its short address. */
export function stackAddress(address: string): string {
  return `${MAIN}${address}`;
}
