import type { StatusEndpoint } from '../model/template.ts';

/** Asks once whether a status endpoint answers. Never rejects: a failure is an answer too. */
export interface ProbeAnswer {
  alive: boolean;
  /** Not alive, because whoever would know cannot be asked now: it says nothing of the endpoint. */
  isUnknown?: true;
  /** For a person: `200 OK in 12 ms`, `connection refused`. Never a response body. */
  detail: string;
}

export type Probe = (
  endpoint: Pick<StatusEndpoint, 'kind' | 'target' | 'expectStatus'>,
  timeoutMs: number,
  signal?: AbortSignal,
) => Promise<ProbeAnswer>;
