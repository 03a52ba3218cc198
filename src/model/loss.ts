/** Something that an executor would replace or remove while it changes a resource. */
export interface Loss {
  /** Which part: a key, a Terraform address. */
  subject: string;
  action: 'replace' | 'delete';
  /** Attribute by attribute, without secrets. */
  lines: string[];
}

/** What an approval of it is remembered by. */
export function lossKey({ action, subject }: Loss): string {
  return `${action} ${subject}`;
}

/** Of a step whose run needs an approval. */
export interface StepGuard {
  /** Keys of what somebody has approved. */
  approved: string[];
  /** What it would do, and nobody has approved; null: it may go. */
  held: Loss[] | null;
}
