import type { Address } from '../model/address.ts';
import type { Difference, Finding } from '../model/drift.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { ResourcePart } from '../model/resource.ts';
import type { Failure } from '../model/run.ts';
import type { SecretValue } from '../platform/secret-value.ts';
import type { Adoption } from './adoption.ts';
import type { Planned } from './planned.ts';
import type { SecretOutput } from './secret-output.ts';

/**
 * The port of executors. A folder per executor holds a *definition* (what it accepts: pure, used
 * before a run) and a factory for the *executor* (what it does: used by workers). One contract suite
 * (test/contract/executor) holds for every executor.
 */

/** A resolved input: JSON in which secrets are SecretValue objects. */
export type ResolvedValue =
  | null
  | boolean
  | number
  | string
  | SecretValue
  | ResolvedValue[]
  | { [key: string]: ResolvedValue };

export type ResolvedSpec = { [key: string]: ResolvedValue };

/** What a spec uses of its bundle, read-only, before a run. */
export interface BundleReader {
  /** Paths of all files, relative, sorted. */
  paths: readonly string[];
  read(path: string): Uint8Array | undefined;
  /** Whether the file's executable bit is set; absent where that is not known. */
  isExecutable?(path: string): boolean;
}

/** A fault in a spec. `path` leads to the place inside `with`. */
export interface SpecProblem {
  path: readonly (string | number)[];
  message: string;
  suggestion: string | null;
}

export interface SpecCheck {
  problems: SpecProblem[];
  /** Files or folders of the bundle that the resource's content digest covers. */
  contentPaths: string[];
  /**
   * Names of the outputs the resource will have, where that is known; null: any. Expressions that
   * refer to another one are refused before a run.
   */
  outputs: { name: string; secret: boolean }[] | null;
}

export interface ExecutorDefinition {
  kind: string;
  description: string;
  /** Whether `inspect` can tell how a lost attempt ended. May depend on the spec. */
  canInspect(spec: JsonObject): boolean;
  /** What an author has to add so that it can look, where that depends on the spec. */
  inspectAdvice?: string;
  /** Which parts of it, that may differ, ignore rules can name. Absent: none. */
  ignorable?: string;
  /** Checks `with` as written, texts that hold `${…}` included. Pure. */
  check(spec: JsonObject, bundle: BundleReader): Promise<SpecCheck>;
  /**
   * What is wrong with what a person says of an adoption, a sentence each: see `Executor.adopt`.
   * `spec` is `with` as written. Absent: nothing that exists already can be adopted. Pure.
   */
  checkAdoption?(spec: JsonObject, how: JsonObject): string[];
  /** Whether there is something to rotate. Absent: never. Pure. */
  canRotate?(spec: JsonObject): boolean;
  /**
   * Names of the outputs that are secret, where `check` cannot list all outputs. `spec` is `with` as
   * written. Absent: what `check` says counts. Pure.
   */
  secretOutputs?(spec: JsonObject): readonly string[];
  /** True where a secret may stand at this place of `with`. The advice is for all others. */
  allowsSecret(spec: JsonObject, path: readonly (string | number)[]): boolean;
  secretAdvice?: string;
  /**
   * Whether its steps start programs on the worker's machine: then few of them run at once, where
   * steps that wait for answers from elsewhere may be many.
   */
  startsPrograms: boolean;
  /** What its steps stand on and wait for, besides secrets: see `Systems.awayAmong`. Pure. */
  needs?(spec: JsonObject): readonly string[];
  /** Bound on one attempt where the template sets none. */
  defaultTimeoutMs: number;
}

/** What an executor left behind at its last attempt, complete or not. */
export interface Prior {
  spec: JsonObject;
  record: JsonObject | null;
  outputs: JsonObject;
  /** The state it checkpointed or returned last, in the clear. */
  state: Uint8Array | null;
}

export interface StepContext {
  /** `<run>/<address>`: the same for every attempt and repetition of a step. */
  stepId: string;
  environment: string;
  address: Address;
  /** What effects are marked with; stays the same when the resource is given another id. */
  identity: Address;
  attempt: number;
  /** What the step is part of (W3C Trace Context), where that is known. */
  traceparent?: string | undefined;
  spec: ResolvedSpec;
  prior: Prior | null;
  /** Secrets in the clear that it had until now: what is told must hold none of them either. */
  priorSecrets?: readonly string[];
  /** Where the bundle's files are, read-only; shared with other steps. */
  bundleFolder: string;
  /** A private folder (0700), kept between attempts of a step on the same machine. */
  workFolder: string;
  /** Aborted for a cancellation (end cleanly) and when time is up; its reason is a StepStopped. */
  signal: AbortSignal;
  /** Awaited right before an effect that took a while to prepare: aborts `signal` if the step is lost. */
  confirm(): Promise<void>;
  /** One line of the step's log. */
  log(line: string): void;
  /**
   * Takes out what is known to be secret. Log and progress do so themselves; a text that is cut needs
   * it before: a part of a secret would not be known as one.
   */
  redact(text: string): string;
  /** What is being done now, for people who watch. */
  progress(message: string): void;
  /** Keeps the state in case the process dies. Resolves once it is durable. */
  checkpoint(state: Uint8Array): Promise<void>;
}

export interface Left {
  record: JsonObject | null;
  parts: ResourcePart[];
  state: Uint8Array | null;
}

/** A secret value in the clear goes to the secret store. Plain values must hold no reference. */
export type Output = JsonValue | SecretOutput | SecretValue;

export interface Applied extends Left {
  outputs: Record<string, Output>;
}

export interface Inspected extends Applied {
  finding: Finding;
  differences: Difference[];
}

/** Why a step was asked to end. */
export type StopReason =
  /** Somebody wants the run to end, or this worker ends: stop cleanly, keep what there is. */
  | 'cancelled'
  /** The step's time is up: the same, and it counts as failed. */
  | 'timeout'
  /** The claim is lost, another worker may be at it already: end at once, nobody waits for you. */
  | 'lost';

/** The reason of every abort of a step's signal. */
export class StepStopped extends Error {
  override readonly name = 'StepStopped';
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(`The step was asked to end: ${reason}.`);
    this.reason = reason;
  }
}

/** Undefined as long as the step may go on. */
export function stopReason(signal: AbortSignal): StopReason | undefined {
  if (!signal.aborted) return undefined;
  return signal.reason instanceof StepStopped ? signal.reason.reason : 'cancelled';
}

/**
 * Each method may be called again with the same step id after a crash and must then not do its
 * effect twice: it looks at what is there first. All reject with an ExecutorError.
 */
export interface Executor {
  /** False: it uses no folder. Then `bundleFolder` and `workFolder` are empty texts and cost nothing. */
  readonly needsFiles: boolean;
  /**
   * False: `destroy` reads `prior` alone and gets an empty spec, so that a secret that is gone
   * cannot keep a resource from being removed.
   */
  readonly destroyNeedsSpec: boolean;
  /**
   * Takes what may hold secrets out of the folder of an attempt whose worker was killed, and leaves
   * what a later attempt needs to find out how it ended. Touches nothing of a process that lives.
   */
  tidy?(workFolder: string): Promise<void>;
  /** What `apply` would do, or `adopt` where there is an adoption. Changes nothing. */
  plan(context: StepContext, adoption?: Adoption): Promise<Planned>;
  /** Makes the resource what its spec says, from nothing or from any half-done state. */
  apply(context: StepContext): Promise<Applied>;
  /**
   * Takes over what exists already and makes it what the spec says, in place. Makes nothing of what
   * it takes over, replaces and removes nothing, and takes nothing from a living owner unasked:
   * rejects with ADOPTION_REFUSED, `left` null, and nothing is changed. Absent: it cannot.
   */
  adopt?(context: StepContext, adoption: Adoption): Promise<Applied>;
  /** `apply` with a new version of what it generated, once for one step id. Absent: there is none. */
  rotate?(context: StepContext): Promise<Applied>;
  /**
   * Runs a program once, about no resource: the spec is an `ActSpec`, and what comes back is outputs
   * alone. Absent: it cannot.
   */
  act?(context: StepContext): Promise<Applied>;
  /** Removes it, from its record alone. What is gone already is no error. */
  destroy(context: StepContext): Promise<void>;
  /** Looks; changes nothing. Rejects with `undeterminable` where it cannot tell. */
  inspect(context: StepContext): Promise<Inspected>;
}

export type ExecutorErrorKind =
  /** It failed, and its remains are complete. */
  | 'failed'
  /** It was aborted and ended cleanly. */
  | 'cancelled'
  /** Nobody can tell how it ended: killed, hung, not inspectable. */
  | 'undeterminable';

export class ExecutorError extends Error {
  override readonly name = 'ExecutorError';
  readonly kind: ExecutorErrorKind;
  readonly failure: Failure;
  readonly retryable: boolean;
  /** What was left behind; null: the same as before. */
  readonly left: Left | null;

  constructor(facts: {
    kind: ExecutorErrorKind;
    failure: Failure;
    retryable?: boolean;
    left?: Left | null;
    cause?: unknown;
  }) {
    super(facts.failure.message, { cause: facts.cause });
    this.kind = facts.kind;
    this.failure = facts.failure;
    this.retryable = facts.retryable ?? false;
    this.left = facts.left ?? null;
  }
}
