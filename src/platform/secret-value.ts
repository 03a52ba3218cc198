import { inspect } from 'node:util';

/** A secret in the clear, for as short a time as possible. Prints, logs and serialises redacted. */
export class SecretValue {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The one way to the text: easy to find by name. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

export const REDACTED = '[redacted]';
