import type { EnvironmentRecord } from '../../model/environment.ts';
import { type ResourceRecord, resourceKey } from '../../model/resource.ts';
import type { Failure } from '../../model/run.ts';
import type { StatusEndpoint } from '../../model/template.ts';
import type { ProbeAnswer } from '../../probe/probe.ts';

/** One status endpoint that is asked. */
export interface Question {
  environment: EnvironmentRecord;
  resource: ResourceRecord;
  endpoint: StatusEndpoint;
}

/** How often in a row each was silent. Forgotten with its process: the next one counts anew. */
export interface Silences {
  /** An answer that tells nothing of the endpoint changes nothing. */
  note(question: Question, answer: ProbeAnswer): void;
  /** Null as long as it was not silent too often. */
  lossOf(question: Question): Failure | null;
  /** Its last answer was a good one. */
  isAnswering(question: Question): boolean;
  /** Of all other environments nothing is remembered. */
  keepOnly(environments: readonly EnvironmentRecord[]): void;
}

interface Silence {
  count: number;
  last: string;
}

export function createSilences(silencesMax: number): Silences {
  /** By environment, and in it by what is asked. */
  const silences = new Map<string, Map<string, Silence>>();

  const silenceOf = (question: Question) =>
    silences.get(question.environment.id)?.get(keyOf(question));

  return {
    note(question, { alive, detail, away }) {
      if (away !== undefined) return;
      const { id } = question.environment;
      const known = silences.get(id) ?? new Map<string, Silence>();
      silences.set(id, known);
      const count = alive ? 0 : (known.get(keyOf(question))?.count ?? 0) + 1;
      known.set(keyOf(question), { count, last: detail });
    },
    lossOf(question) {
      const { count, last } = silenceOf(question) ?? { count: 0, last: '' };
      return count < silencesMax ? null : lossOf(question, { count, last });
    },
    isAnswering: (question) => silenceOf(question)?.count === 0,
    keepOnly(environments) {
      const kept = new Set(environments.map(({ id }) => id));
      for (const id of silences.keys()) if (!kept.has(id)) silences.delete(id);
    },
  };
}

function lossOf({ resource, endpoint }: Question, { count, last }: Silence): Failure {
  const { label, address } = resource;
  const message = `${label} does not answer any more at ${endpoint.target}; last, after ${count} times: ${last}.`;
  return { code: 'VALIDATION_FAILED', message, detail: null, address };
}

function keyOf({ resource, endpoint }: Question): string {
  const { environment, address } = resource;
  return `${resourceKey(environment, address)} ${endpoint.kind} ${endpoint.target}`;
}
