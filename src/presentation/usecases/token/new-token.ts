import { hash, randomBytes } from 'node:crypto';
import { accessSchema } from '../../../config/access.ts';
import { BiotopeError } from '../../../model/errors.ts';
import type { Answer } from '../../session.ts';

const TOKEN_BYTES = 32;

/** In front of each token: whoever finds one in a file or a log knows what it is. */
const PREFIX = 'biotope_';

interface TokenRequest {
  name: string;
  role: string;
  tags: readonly string[];
}

/** A new token and what the configuration says of it. Nothing of it is kept here. */
export function newToken({ name, role, tags }: TokenRequest): Answer {
  const token = `${PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  const limited = tags.length === 0 ? {} : { environments: { tags } };
  const setting = { name, hash: `sha256:${hash('sha256', token)}`, role, ...limited };
  const checked = accessSchema.safeParse({ tokens: [setting] });
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const part = issue?.path.slice(2).join('.') ?? '';
    throw new BiotopeError('USAGE', {
      message: `The token cannot be so: ${part}: ${issue?.message}.`,
    });
  }
  return {
    document: { token, setting },
    lines: (palette) => [
      palette.strong(token),
      '',
      'It is shown this once. For the configuration of the server:',
      '',
      'access:',
      '  tokens:',
      `    - ${JSON.stringify(setting)}`,
    ],
    isVerbatim: true,
  };
}
