import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';

const inflate = promisify(inflateRaw);

const END = { signature: 0x06_05_4b_50, bytes: 22, commentBytesMax: 0xff_ff };
const ENTRY = { signature: 0x02_01_4b_50, bytes: 46 };
const LOCAL = { signature: 0x04_03_4b_50, bytes: 30 };
const STORED = 0;
const DEFLATED = 8;
const ENTRIES_MAX = 100;

/**
 * One file out of a zip archive; undefined where it holds none of this name. Throws a RangeError where
 * the archive is cut off, damaged, or the file is larger than it may be.
 */
export async function unzipFile(
  archive: Buffer,
  name: string,
  bytesMax: number,
): Promise<Buffer | undefined> {
  const entry = entriesOf(archive).find((candidate) => candidate.name === name);
  if (entry === undefined) return undefined;
  const content = await contentOf(archive, entry, bytesMax);
  if (content.length === entry.bytes && crc32(content) === entry.checksum) return content;
  throw new RangeError(`${name} is damaged in the archive`);
}

interface Entry {
  name: string;
  method: number;
  checksum: number;
  packedBytes: number;
  bytes: number;
  localAt: number;
}

/** From the list at the end of the archive, which alone is complete. */
function entriesOf(archive: Buffer): Entry[] {
  const endAt = findEnd(archive);
  const count = Math.min(archive.readUInt16LE(endAt + 10), ENTRIES_MAX);
  let at = archive.readUInt32LE(endAt + 16);
  return Array.from({ length: count }, () => {
    if (archive.readUInt32LE(at) !== ENTRY.signature) throw new RangeError('the list is damaged');
    const nameBytes = archive.readUInt16LE(at + 28);
    const extraBytes = archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    const nameAt = at + ENTRY.bytes;
    const entry = {
      name: archive.toString('utf8', nameAt, nameAt + nameBytes),
      method: archive.readUInt16LE(at + 10),
      checksum: archive.readUInt32LE(at + 16),
      packedBytes: archive.readUInt32LE(at + 20),
      bytes: archive.readUInt32LE(at + 24),
      localAt: archive.readUInt32LE(at + 42),
    };
    at = nameAt + nameBytes + extraBytes;
    return entry;
  });
}

function findEnd(archive: Buffer): number {
  const last = archive.length - END.bytes;
  for (let at = last; at >= Math.max(0, last - END.commentBytesMax); at -= 1) {
    if (archive.readUInt32LE(at) === END.signature) return at;
  }
  throw new RangeError('this is no whole zip archive');
}

async function contentOf(archive: Buffer, entry: Entry, bytesMax: number): Promise<Buffer> {
  const { localAt, packedBytes, method, bytes } = entry;
  if (archive.readUInt32LE(localAt) !== LOCAL.signature) throw new RangeError('a file is damaged');
  const nameAndExtra = archive.readUInt16LE(localAt + 26) + archive.readUInt16LE(localAt + 28);
  const begin = localAt + LOCAL.bytes + nameAndExtra;
  const packed = archive.subarray(begin, begin + packedBytes);
  if (packed.length !== packedBytes) throw new RangeError('the archive is cut off');
  if (bytes > bytesMax)
    throw new RangeError(`a file has ${bytes} bytes, at most ${bytesMax} may be`);
  if (method === STORED) return packed;
  if (method !== DEFLATED) throw new RangeError(`a file is packed in an unknown way (${method})`);
  try {
    return await inflate(packed, { maxOutputLength: Math.max(1, bytes) });
  } catch {
    throw new RangeError('a file cannot be unpacked');
  }
}
