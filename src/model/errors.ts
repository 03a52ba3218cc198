/**
 * The one table of errors. Whatever depends on an error's kind (HTTP status, exit code, whether a
 * command is requeued) is derived from here; docs/errors/CODE.md explains each code to people.
 */
export type ErrorKind =
  | 'usage'
  | 'invalid'
  | 'not-found'
  | 'conflict'
  | 'limit'
  | 'unavailable'
  | 'failed'
  | 'cancelled'
  | 'timeout'
  | 'internal';

export interface ErrorEntry {
  kind: ErrorKind;
  retryable: boolean;
  httpStatus: number;
  exitCode: number;
  summary: string;
}

function entry(kind: ErrorKind, summary: string, retryable = false): ErrorEntry {
  return { kind, retryable, summary, httpStatus: HTTP_STATUS[kind], exitCode: EXIT_CODE[kind] };
}

const HTTP_STATUS: Record<ErrorKind, number> = {
  usage: 400,
  invalid: 422,
  'not-found': 404,
  conflict: 409,
  limit: 413,
  unavailable: 503,
  failed: 500,
  cancelled: 409,
  timeout: 504,
  internal: 500,
};

const EXIT_CODE: Record<ErrorKind, number> = {
  usage: 64,
  invalid: 1,
  'not-found': 1,
  conflict: 1,
  limit: 1,
  unavailable: 1,
  failed: 1,
  cancelled: 1,
  timeout: 124,
  internal: 1,
};

export const ERRORS = {
  USAGE: entry('usage', 'The command line is not understood.'),
  CONFIGURATION_INVALID: entry('usage', 'The configuration has problems.'),
  TEMPLATE_INVALID: entry('invalid', 'The template has problems.'),
  TEMPLATE_NOT_FOUND: entry('not-found', 'No such template or version.'),
  SOURCE_REFUSED: entry('invalid', 'The source of a template or module is not allowed.'),
  SOURCE_NOT_FOUND: entry('not-found', 'No such repository, branch, tag, commit or folder.'),
  SOURCE_UNAVAILABLE: entry(
    'unavailable',
    'The source of a template or module cannot be read now.',
    true,
  ),
  SOURCE_TIMEOUT: entry('timeout', 'Fetching a template or module took longer than it may.'),
  GIT_MISSING: entry('unavailable', 'Git is missing or too old.'),
  TEMPLATE_EXISTS: entry('conflict', 'This version is published with other content.'),
  PARAMETERS_INVALID: entry('invalid', 'The parameters do not fit the template.'),
  COMMAND_INVALID: entry('invalid', 'The command is not understood.'),
  COMMAND_REUSED: entry('conflict', 'This command id was used with another content.'),
  ENVIRONMENT_NOT_FOUND: entry('not-found', 'No such environment.'),
  ENVIRONMENT_EXISTS: entry('conflict', 'An environment of this name exists.'),
  ENVIRONMENT_PROTECTED: entry('conflict', 'The environment or a resource is protected.'),
  RESOURCE_NOT_FOUND: entry('not-found', 'No such resource.'),
  ACTION_NOT_FOUND: entry('not-found', 'No such action.'),
  DELIVERY_NOT_FOUND: entry('not-found', 'No such delivery.'),
  MESSAGE_NOT_FOUND: entry('not-found', 'No such dead letter.'),
  ADOPTION_INVALID: entry('invalid', 'What was said of an adoption cannot be used.'),
  ADOPTION_REFUSED: entry('conflict', 'What exists cannot be adopted as it is.'),
  ROTATION_INVALID: entry('invalid', 'A resource has nothing that can be rotated.'),
  EXPIRY_INVALID: entry('invalid', 'An environment cannot end at this time.'),
  RESOURCE_UNKNOWN: entry('conflict', 'It is not known how the last attempt on a resource ended.'),
  RUN_NOT_FOUND: entry('not-found', 'No such run.'),
  RUN_FINISHED: entry('conflict', 'The run has ended.'),
  RUN_NOT_FINISHED: entry('conflict', 'The run has not ended.'),
  RUN_FAILED: entry('failed', 'The run failed.'),
  RUN_NOT_AWAITING: entry('conflict', 'The run does not wait for an approval.'),
  PLAN_CHANGED: entry('conflict', 'The plan that was looked at is not the one to approve now.'),
  APPROVAL_TIMEOUT: entry('timeout', 'Nobody approved the plan of a run in time.'),
  RUN_CANCELLED: entry('cancelled', 'The run was cancelled.'),
  STEP_NOT_FOUND: entry('not-found', 'No such step.'),
  STEP_NOT_UNKNOWN: entry('conflict', 'Only a step of unknown outcome can be resolved.'),
  STEP_FAILED: entry('failed', 'A step failed.'),
  STEP_SKIPPED: entry('failed', 'A step was skipped because one before it failed.'),
  STEP_TIMEOUT: entry('timeout', 'A step took longer than it may.'),
  STEP_LOST: entry('failed', 'The worker of a step was lost in the middle of it.'),
  EXECUTOR_UNKNOWN: entry('invalid', 'No such executor.'),
  POOL_UNKNOWN: entry('invalid', 'No workers serve this pool.'),
  EXECUTOR_CHANGED: entry('invalid', 'A resource cannot change its executor.'),
  EXPRESSION_FAILED: entry('invalid', 'An expression cannot be evaluated.'),
  EXTERNAL_SILENT: entry('failed', 'What others own does not answer.'),
  VALIDATION_FAILED: entry('failed', 'A status endpoint did not answer in time.'),
  ENDPOINT_UNSUPPORTED: entry('invalid', 'Nobody here can ask a status endpoint of this kind.'),
  LIMIT_EXCEEDED: entry('limit', 'A limit is exceeded.'),
  PATH_INVALID: entry('invalid', 'A name or path is not allowed.'),
  TERRAFORM_MISSING: entry('unavailable', 'Terraform is missing or too old.'),
  TERRAFORM_FETCH_FAILED: entry('unavailable', 'Terraform cannot be fetched.'),
  TERRAFORM_FAILED: entry('failed', 'Terraform failed.'),
  PROVIDER_UNAVAILABLE: entry('unavailable', 'A Terraform provider cannot be had.', true),
  PROVIDER_DAMAGED: entry('failed', 'The kept package of a Terraform provider was changed.'),
  COMMAND_FAILED: entry('failed', 'A program of the template failed.'),
  KEY_CONFLICT: entry('conflict', 'A key belongs to somebody else or was changed meanwhile.'),
  SECRET_NOT_FOUND: entry('not-found', 'No such secret or version.'),
  SECRET_UNREADABLE: entry('failed', 'A sealed value cannot be opened with this key.'),
  STORE_CONFLICT: entry('conflict', 'A record was changed meanwhile.', true),
  STORE_UNAVAILABLE: entry('unavailable', 'The store cannot be read or written.', true),
  SEALING_KEY_DIFFERS: entry('conflict', 'Processes on one store have different keys.'),
  STORE_LOST: entry('failed', 'The data was moved or deleted while it was used.'),
  BUS_UNAVAILABLE: entry('unavailable', 'The bus cannot take or deliver messages.', true),
  SYSTEM_UNAVAILABLE: entry('unavailable', 'A system behind Biotope does not answer.', true),
  SYSTEM_FORBIDDEN: entry(
    'invalid',
    'A system behind Biotope refuses what its credentials may not.',
  ),
  SYSTEM_REFUSED: entry('failed', 'A system behind Biotope does not take a request.'),
  RECORD_DAMAGED: entry('failed', 'A record in the store is not as it was written.'),
  STORE_TOO_NEW: entry('conflict', 'The data was written by a newer version.'),
  CLAIM_REFUSED: entry('conflict', 'The order is not valid any more.'),
  ILLEGAL_TRANSITION: entry('internal', 'A state was asked to change in a way it cannot.'),
  WAIT_TIMEOUT: entry('timeout', 'The wait took longer than it may.'),
  REQUEST_INVALID: entry('usage', 'The request is not understood.'),
  REQUEST_TOO_LARGE: entry('limit', 'The body of the request is too large.'),
  ROUTE_NOT_FOUND: entry('not-found', 'The API has no such address.'),
  METHOD_NOT_ALLOWED: {
    ...entry('usage', 'The address does not know this method.'),
    httpStatus: 405,
  },
  MEDIA_TYPE_UNSUPPORTED: {
    ...entry('usage', 'The body of the request is of another type than JSON.'),
    httpStatus: 415,
  },
  UNAUTHENTICATED: {
    ...entry('invalid', 'The request needs a token, or another one.'),
    httpStatus: 401,
  },
  IDENTITY_UNAVAILABLE: entry('unavailable', 'Tokens cannot be checked now.', true),
  RATE_LIMITED: {
    ...entry('limit', 'More requests than the server takes in a minute.', true),
    httpStatus: 429,
  },
  FORBIDDEN: { ...entry('invalid', 'Whoever asks may not do this.'), httpStatus: 403 },
  SERVER_UNREACHABLE: entry('unavailable', 'The server cannot be reached.', true),
  SERVER_ANSWER_INVALID: entry('failed', 'What the server answers is not understood.'),
  SERVER_UNSUPPORTED: entry('usage', 'This cannot be done against a server.'),
  CONTEXT_NOT_FOUND: entry('not-found', 'No such context.'),
  SERVER_NOT_READY: entry('unavailable', 'The server begins or ends.', true),
  SERVER_FULL: entry('unavailable', 'The server follows as many connections as it may.', true),
  ADDRESS_IN_USE: entry('conflict', 'Another program listens on this address.'),
  SECONDARY_UNSUPPORTED: entry('invalid', 'This version cannot run as a secondary.'),
  DATA_FOLDER_TAKEN: entry('conflict', 'Another process drives the data folder.'),
  INTERRUPTED: { ...entry('cancelled', 'Interrupted.'), exitCode: 130 },
  INTERNAL: entry('internal', 'Something went wrong inside Biotope.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** The page that explains a code, from the root of the project. */
export function documentationOf(code: ErrorCode): string {
  return `docs/errors/${code}.md`;
}

export interface ErrorFacts {
  /** What happened and where, in plain words; what to do as well, where there is no `remedy`. */
  message: string;
  /** What to do, as sentences of their own. Told behind the message, and after it in lists. */
  remedy?: string | undefined;
  /** More lines: diagnostics, a list of problems. */
  detail?: string;
  /** For programs: names and numbers that the message speaks of. Never a secret. */
  facts?: Record<string, unknown>;
  cause?: unknown;
}

export class BiotopeError extends Error {
  override readonly name = 'BiotopeError';
  readonly code: ErrorCode;
  /** What happened, without the remedy; `message` has both, wherever it is carried. */
  readonly what: string;
  readonly remedy: string | undefined;
  readonly detail: string | undefined;
  readonly facts: Record<string, unknown>;

  constructor(code: ErrorCode, { message, remedy, detail, facts, cause }: ErrorFacts) {
    const whole = remedy === undefined ? message : `${message} ${remedy}`;
    super(whole, cause === undefined ? undefined : { cause });
    this.code = code;
    this.what = message;
    this.remedy = remedy;
    this.detail = detail;
    this.facts = facts ?? {};
  }

  get entry(): ErrorEntry {
    return ERRORS[this.code];
  }
}

export function isBiotopeError(error: unknown, code?: ErrorCode): error is BiotopeError {
  return error instanceof BiotopeError && (code === undefined || error.code === code);
}

const STANDING: readonly ErrorKind[] = ['invalid', 'conflict', 'limit'];

/** It comes again until somebody does what it says: to repeat what failed changes nothing. */
export function standsUntilMended(code: ErrorCode): boolean {
  const { kind, retryable } = ERRORS[code];
  return STANDING.includes(kind) && !retryable;
}
