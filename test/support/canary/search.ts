import { MARK, piecesOf } from './secrets.ts';

/** A secret where it should not be. */
export interface Hit {
  /** A file, a stream, a process. */
  where: string;
  /** In which disguise. */
  form: string;
  /** The bytes around it, as text. */
  around: string;
}

/** Looks for secrets in bytes: for the planted ones, and for those it is told of. */
export interface Search {
  /** One that was generated: from now on it is looked for as well. */
  learn(secret: string): void;
  hitsIn(where: string, content: Uint8Array | string): Hit[];
}

interface Needle {
  form: string;
  bytes: Buffer;
}

const AROUND_BYTES = 48;

export function createSearch(): Search {
  const needles = needlesOf(MARK);
  return {
    learn: (secret) => needles.push(...piecesOf(secret).flatMap(needlesOf)),
    hitsIn: (where, content) => {
      const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
      return needles.flatMap((needle) => {
        const at = bytes.indexOf(needle.bytes);
        if (at < 0) return [];
        const around = bytes.subarray(
          Math.max(0, at - AROUND_BYTES),
          at + needle.bytes.length + AROUND_BYTES,
        );
        return [{ where, form: needle.form, around: around.toString('latin1') }];
      });
    },
  };
}

/** A text and its disguises; letters and digits are the same in JSON and in addresses. */
function needlesOf(text: string): Needle[] {
  const hex = Buffer.from(text).toString('hex');
  return [
    { form: 'as it is', bytes: Buffer.from(text) },
    { form: 'UTF-16', bytes: Buffer.from(text, 'utf16le') },
    { form: 'hex', bytes: Buffer.from(hex) },
    { form: 'HEX', bytes: Buffer.from(hex.toUpperCase()) },
    ...(encodeURIComponent(text) === text
      ? []
      : [{ form: 'URL-encoded', bytes: Buffer.from(encodeURIComponent(text)) }]),
    ...[0, 1, 2].flatMap((before) => base64Needles(text, before)),
  ];
}

/** What is the same in Base64 whatever stands before and after, by how many bytes stand before. */
function base64Needles(text: string, before: number): Needle[] {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
  const from = Math.ceil((before * 8) / 6);
  const to = Math.floor((bytes.length * 8) / 6);
  return (['base64', 'base64url'] as const).map((form) => ({
    form: `${form}, ${before} bytes in`,
    bytes: Buffer.from(bytes.toString(form).slice(from, to)),
  }));
}
