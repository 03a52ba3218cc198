import type { Prior, StepContext } from '../../../src/executors/executor.ts';

/** A step's context for one executor alone; `said` gathers its log. */
export function stepContext(parts: Partial<StepContext> = {}): StepContext & { said: string[] } {
  const said: string[] = [];
  return {
    said,
    stepId: 'run-1/web[0]',
    environment: 'shop',
    address: 'web[0]',
    identity: 'web[0]',
    attempt: 1,
    spec: {},
    prior: null,
    bundleFolder: '',
    workFolder: '',
    signal: new AbortController().signal,
    confirm: async () => {},
    redact: (text) => text,
    log: (line) => said.push(line),
    progress: () => {},
    checkpoint: async () => {},
    ...parts,
  };
}

export function priorOf(parts: Partial<Prior>): Prior {
  return { spec: {}, record: null, outputs: {}, state: null, ...parts };
}
