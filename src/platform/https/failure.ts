export type HttpsFailureReason = 'unreachable' | 'too-large';

/** Why no answer could be had. The message is the reason alone: who asked names the address. */
export class HttpsFailure extends Error {
  readonly reason: HttpsFailureReason;

  constructor(reason: HttpsFailureReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HttpsFailure';
    this.reason = reason;
  }
}
