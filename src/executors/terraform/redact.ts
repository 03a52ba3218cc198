import { REDACTED } from '../../platform/secret-value.ts';

/** Takes every secret out of a text, in whatever form programs print it. */
export type Redact = (text: string) => string;

/** Shorter ones would make nonsense of every message. */
const SECRET_CHARACTERS_MIN = 4;
/** A key or certificate is often printed line by line, indented. */
const LINE_CHARACTERS_MIN = 16;

export function createRedact(secrets: readonly string[]): Redact {
  const forms = new Set(
    secrets.flatMap(formsOf).filter((form) => form.length >= SECRET_CHARACTERS_MIN),
  );
  // The longest first: one secret may be the beginning of another.
  const ordered = [...forms].sort((left, right) => right.length - left.length);
  return (text) => ordered.reduce((rest, form) => rest.replaceAll(form, REDACTED), text);
}

function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= LINE_CHARACTERS_MIN);
  return [
    secret,
    secret.trim(),
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    Buffer.from(secret).toString('base64'),
    ...lines,
  ];
}
