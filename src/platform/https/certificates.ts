import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { BiotopeError } from '../../model/errors.ts';

/** Who is believed: whom Node believes, the system, and those in the file that SSL_CERT_FILE names. */
export function certificatesOf({
  SSL_CERT_FILE: file,
}: Readonly<Record<string, string | undefined>>): string[] {
  const known = [...getCACertificates('default'), ...getCACertificates('system')];
  return file === undefined || file === '' ? known : [...known, readCertificates(file)];
}

function readCertificates(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    // One that is none would break each connection later, and nobody would know why.
    new X509Certificate(text);
    return text;
  } catch (cause) {
    const message =
      `SSL_CERT_FILE names no file of certificates that can be read (${file}). Name one in PEM, or ` +
      'unset the variable.';
    throw new BiotopeError('CONFIGURATION_INVALID', {
      message,
      facts: { variable: 'SSL_CERT_FILE' },
      cause,
    });
  }
}
