import type { StatusEndpoint } from '../model/template.ts';

/** Asks once whether a status endpoint answers. Never rejects: a failure is an answer too. */
export interface ProbeAnswer {
  alive: boolean;
  /** The system that would know, where it cannot be asked now: this says nothing of the endpoint. */
  away?: string;
  /** For a person: `200 OK in 12 ms`, `connection refused`. Never a response body. */
  detail: string;
}

export type Probe = (
  endpoint: Pick<StatusEndpoint, 'kind' | 'target' | 'expectStatus'>,
  timeoutMs: number,
  signal?: AbortSignal,
) => Promise<ProbeAnswer>;
