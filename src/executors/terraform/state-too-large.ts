import { BiotopeError } from '../../model/errors.ts';
import { ExecutorError, type Left } from '../executor.ts';

/**
 * Terraform's state is larger than it may be. It is not read and not handed over, so nobody knows
 * what is there; the work folder that holds it must stay.
 */
export class StateTooLargeError extends BiotopeError {
  constructor({ file, bytes, bytesMax }: { file: string; bytes: number; bytesMax: number }) {
    super('LIMIT_EXCEEDED', {
      message:
        `The Terraform state in ${file} has ${bytes} bytes, at most ${bytesMax} are allowed. ` +
        'It stays there: raise limits.stateBytesMax and run the step again, or divide the resource.',
      facts: { bytes, bytesMax },
    });
  }

  undeterminable(left: Left | null): ExecutorError {
    const { code, message } = this;
    const failure = { code, message, detail: null, address: null };
    return new ExecutorError({ kind: 'undeterminable', left, failure, cause: this });
  }
}
