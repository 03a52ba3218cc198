import { BiotopeError } from './errors.ts';

/** What is said of a name that leads nowhere, whoever looked it up. */
export function noEnvironment(name: string, didYouMean: string | null = null): BiotopeError {
  return new BiotopeError('ENVIRONMENT_NOT_FOUND', {
    message: `There is no environment ${name}.`,
    remedy: didYouMean ?? '"biotope environment list" shows those that exist.',
    facts: { environment: name },
  });
}

export function noRun(id: string): BiotopeError {
  return new BiotopeError('RUN_NOT_FOUND', {
    message: `There is no run ${id}.`,
    remedy: '"biotope run list" shows those that exist.',
    facts: { run: id },
  });
}
