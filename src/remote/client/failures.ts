import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import { codeOf, messageOf } from '../../model/thrown.ts';
import { HttpsFailure } from '../../platform/https/failure.ts';

/** Why a server gave no answer, for a person. What is no failure of that kind stays as it is. */
export function failureOf(cause: unknown, url: string): unknown {
  if (!(cause instanceof HttpsFailure)) return cause;
  if (cause.reason === 'too-large') {
    return new BiotopeError('SERVER_ANSWER_INVALID', {
      message: `The answer of ${url} is not understood: ${cause.message}.`,
      cause,
    });
  }
  const code = codeOf(cause.cause) ?? '';
  const { what, remedy } = explain(code, url) ?? {
    what: messageOf(cause),
    remedy: NOT_THERE,
  };
  return new BiotopeError('SERVER_UNREACHABLE', {
    message: `The server at ${url} cannot be reached: ${what}.`,
    remedy,
    facts: { server: url, ...(code === '' ? {} : { cause: code }) },
    cause,
  });
}

const NOT_THERE =
  'Check the address, and that the server runs ("biotope context show" tells where commands go).';

const TRUST =
  'Name the file of the authority that signed it: SSL_CERT_FILE=FILE. Commands never skip this check.';

const CERTIFICATES: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is signed by an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is signed by an authority that is not known here',
};

function explain(code: string, url: string): { what: string; remedy: string } | undefined {
  const untrusted = CERTIFICATES[code];
  if (untrusted !== undefined) return { what: untrusted, remedy: TRUST };
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return { what: 'its certificate has expired', remedy: 'Renew it on the server.' };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        what: 'its certificate is for another name',
        remedy: 'Use the name that the certificate has.',
      };
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return {
        what: 'it does not speak TLS',
        remedy: `Perhaps it is ${url.replace(/^https:/, 'http:')}, or another port.`,
      };
    case 'ECONNREFUSED':
      return { what: 'nothing listens there', remedy: NOT_THERE };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { what: 'there is no host of this name', remedy: NOT_THERE };
    default:
      return undefined;
  }
}

const STANDING_CAUSES = new Set([
  ...Object.keys(CERTIFICATES),
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
]);

/** Whether the same question may be answered a moment later. */
export function isWorthAnotherTry(error: unknown): boolean {
  if (!isBiotopeError(error) || !error.entry.retryable) return false;
  return !STANDING_CAUSES.has(String(error.facts.cause));
}
