import type { StepContext } from '../executor.ts';

/** Makes credentials that live as long as one step, for who asks for them by name. */
export interface CredentialsMaker {
  /** The variable that has to be named in `credentials`. */
  name: string;
  /** Rejects with the error of the system that makes them. */
  make(step: StepFacts, signal: AbortSignal): Promise<MadeCredentials>;
}

export interface StepFacts {
  environment: string;
  address: string;
  stepId: string;
}

export interface MadeCredentials {
  /** All that Terraform gets, by name. */
  variables: Readonly<Record<string, string>>;
  /** Takes them back. Never rejects: what cannot be taken back ends by itself. */
  end(): Promise<void>;
}

const NOTHING: MadeCredentials = { variables: {}, end: async () => {} };

/** Nothing where the step does not name them, or nobody makes any. */
export function madeFor(
  maker: CredentialsMaker | undefined,
  { spec, environment, address, stepId, signal }: StepContext,
): Promise<MadeCredentials> {
  const { credentials } = spec;
  const isAsked =
    maker !== undefined && Array.isArray(credentials) && credentials.includes(maker.name);
  return isAsked ? maker.make({ environment, address, stepId }, signal) : Promise.resolve(NOTHING);
}
