/** A message that nobody could take, as people look at it. Its content is not told: it may be secret. */
export interface DeadLetter {
  /** Of this letter: the same message may be dead twice. */
  id: string;
  /** The sender's own, where there is one. */
  messageId: string | null;
  /** The type that it says it is of; null: it does not say. */
  type: string | null;
  /** Who it says has sent it. */
  source: string | null;
  reason: string;
  /** ISO 8601; null: nobody has written that down. */
  diedAt: string | null;
  /** The queue that it was in, without the prefix: `commands`, `orders.default`; null: nobody knows. */
  from: string | null;
  bytes: number;
}

/** What became of one that was asked for. */
export interface Replayed {
  letter: DeadLetter;
  /** Null: it is in its queue again, and no longer here. */
  refusal: string | null;
}

/** What a bus keeps of the messages that nobody could take. Rejects with BUS_UNAVAILABLE. */
export interface DeadLetterBox {
  /** The oldest, at most so many, and how many there are. */
  list(limit: number): Promise<{ letters: DeadLetter[]; total: number }>;
  /** Puts letters into the queues that they were in: one by its id, or the oldest, at most so many. */
  replay(which: { id: string } | { limit: number }): Promise<Replayed[]>;
  close(): Promise<void>;
}
