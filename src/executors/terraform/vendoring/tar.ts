import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { BiotopeError } from '../../../model/errors.ts';

/** Something in an archive; folders are told by what lies in them. */
export interface TarEntry {
  /** As it is written, without a leading `./`. */
  path: string;
  kind: 'file' | 'link' | 'other';
  executable: boolean;
  content: Uint8Array;
}

const BLOCK = 512;
const KINDS: Record<string, TarEntry['kind']> = {
  '0': 'file',
  '\0': 'file',
  '1': 'link',
  '2': 'link',
};
const FOLDER = '5';
/** Of the next entry: its long path, as GNU and as POSIX write it. What holds for all is not heeded. */
const GNU_PATH = 'L';
const POSIX_FACTS = 'x';
const POSIX_GLOBAL = 'g';

/**
 * A `.tar.gz` in memory. Nothing of it becomes a path of this machine here. Rejects with SOURCE_REFUSED
 * what is none, and with LIMIT_EXCEEDED what would be too much.
 */
export async function readTarGz(bytes: Uint8Array, bytesMax: number): Promise<TarEntry[]> {
  return readTar(await unpack(bytes, bytesMax));
}

async function unpack(bytes: Uint8Array, bytesMax: number): Promise<Buffer> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: bytesMax });
  } catch (cause) {
    const isTooLong = cause instanceof RangeError;
    throw new BiotopeError(isTooLong ? 'LIMIT_EXCEEDED' : 'SOURCE_REFUSED', {
      message: isTooLong
        ? `The archive of the module holds more than ${bytesMax} bytes (limits.repositoryBytesMax).`
        : 'The archive of the module is no .tar.gz, or is damaged.',
      cause,
    });
  }
}

function readTar(bytes: Buffer): TarEntry[] {
  const entries: TarEntry[] = [];
  let longPath: string | null = null;
  for (const { header, content } of blocksOf(bytes)) {
    const { path, type, mode } = header;
    if (type === GNU_PATH) longPath = textOf(content);
    else if (type === POSIX_FACTS) longPath = pathIn(content) ?? longPath;
    else if (type !== POSIX_GLOBAL) {
      const whole = (longPath ?? path).replace(/^(?:\.\/)+/, '');
      const kind = KINDS[type] ?? 'other';
      const executable = (mode & 0o100) !== 0;
      if (type !== FOLDER) entries.push({ path: whole, kind, executable, content });
      longPath = null;
    }
  }
  return entries;
}

/** Headers, each with what stands behind it; the end is a header of zeros. */
function* blocksOf(bytes: Buffer): Generator<{ header: Header; content: Buffer }> {
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const block = bytes.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) return;
    const header = readHeader(block);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + header.size);
    if (content.length < header.size) throw damaged();
    yield { header, content };
    at += BLOCK + Math.ceil(header.size / BLOCK) * BLOCK;
  }
}

type Header = ReturnType<typeof readHeader>;

function readHeader(header: Buffer) {
  const sum = header.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (octal(header.subarray(148, 156)) !== sum) throw damaged();
  const name = textOf(header.subarray(0, 100));
  const isPosix = header.toString('latin1', 257, 262) === 'ustar';
  const prefix = isPosix ? textOf(header.subarray(345, 500)) : '';
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    mode: octal(header.subarray(100, 108)),
    size: octal(header.subarray(124, 136)),
    type: header.toString('latin1', 156, 157),
  };
}

function octal(field: Buffer): number {
  const text = /^[0-7]*/.exec(textOf(field).trim())?.[0] ?? '';
  return text === '' ? 0 : Number.parseInt(text, 8);
}

function textOf(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? field.length : end);
}

/** `27 path=a/long/path\n`, among other facts. */
function pathIn(facts: Buffer): string | null {
  return /(?:^|\n)\d+ path=(?<path>[^\n]*)\n/.exec(facts.toString('utf8'))?.groups?.path ?? null;
}

function damaged(): BiotopeError {
  const message = 'The archive of the module is damaged.';
  return new BiotopeError('SOURCE_REFUSED', { message });
}
