import type { SecretText } from '../model/secret.ts';

/**
 * An output that is a reference to a secret already. Only an executor's own code can make one: data
 * that looks like a reference comes from outside, and might name a secret of somebody else.
 */
export class SecretOutput {
  readonly text: SecretText;

  constructor(text: SecretText) {
    this.text = text;
  }
}
