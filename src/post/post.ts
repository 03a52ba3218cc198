/** The port through which something is told to an address outside. */
export interface PostRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** From the connection to the end of the answer. */
  timeoutMs: number;
  /** Addresses of private networks may be connected to. */
  allowsPrivate: boolean;
}

export interface PostAnswer {
  /** Null where there was none. */
  status: number | null;
  /** For a person: `204`, `connection refused`. Holds neither the address nor a header. */
  detail: string;
  /** The beginning of its body. */
  body: string | null;
  /** How long it asks to be left alone; null where it does not. */
  retryAfterMs: number | null;
}

/**
 * Posts once. A failure is an answer too; rejects only with the signal's reason once that is aborted.
 * Redirects are answers. May be called any number of times at once.
 */
export type Post = (request: PostRequest, signal: AbortSignal) => Promise<PostAnswer>;
