import { BiotopeError } from '../../../model/errors.ts';

/** What a schema says of a value. */
interface Parsed {
  error?: { issues: readonly { message: string }[] } | undefined;
}

/** Rejects with USAGE what a schema refused. `what`: such as `The name "M2"`. */
export function requireFit({ error }: Parsed, what: string): void {
  const [issue] = error?.issues ?? [];
  if (issue === undefined) return;
  throw new BiotopeError('USAGE', { message: `${what} cannot be used: ${issue.message}.` });
}
