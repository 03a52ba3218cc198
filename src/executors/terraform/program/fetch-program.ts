import { createHash } from 'node:crypto';
import { MIB } from '../../../model/size.ts';
import type { Clock } from '../../../platform/clock.ts';
import { createHttps, type Host } from '../../../platform/https/https.ts';
import { fetchFailed, fetchFile } from './fetch-file.ts';
import { hashicorpKey, type ReleaseKey } from './release-key.ts';
import { isSignedBy } from './signature.ts';
import { unzipFile } from './unzip.ts';

/** Where releases come from, and how they are asked for. */
export interface Source {
  /** HashiCorp's, or a mirror with the same files below it. */
  releasesUrl: string;
  host: Host;
  clock: Clock;
  signal: AbortSignal;
  /** Bytes of the archive so far. */
  onProgress(bytes: number): void;
  keys?: readonly ReleaseKey[];
}

const BYTES_MAX = {
  list: 256 * 1024,
  signature: 64 * 1024,
  archive: 256 * MIB,
  program: 512 * MIB,
};

/** Verified before anything of it is unpacked. */
export async function fetchProgram(source: Source, version: string): Promise<Buffer> {
  const { releasesUrl, onProgress, signal, host, clock, keys = [hashicorpKey()] } = source;
  const name = `terraform_${version}_${platformOf(process.platform, process.arch)}.zip`;
  const base = `${releasesUrl.replace(/\/+$/, '')}/terraform/${version}/`;
  const listName = `terraform_${version}_SHA256SUMS`;
  const get = (file: string, bytesMax: number, progress?: (bytes: number) => void) =>
    fetchFile({
      https,
      url: new URL(file, base),
      bytesMax,
      signal,
      ...(progress === undefined ? {} : { onProgress: progress }),
    });
  const https = createHttps({ host, clock });
  try {
    const list = await get(listName, BYTES_MAX.list);
    const signature = await get(`${listName}.72D7468F.sig`, BYTES_MAX.signature);
    if (!isSignedBy(keys, list, signature)) {
      const what = `The checksums at ${base}${listName} are not signed by HashiCorp`;
      throw fetchFailed('signature', `${what}. Nothing was kept.`);
    }
    const expected = checksumIn(list.toString('utf8'), name);
    if (expected === undefined) throw noRelease(name);
    const archive = await get(name, BYTES_MAX.archive, onProgress);
    if (createHash('sha256').update(archive).digest('hex') !== expected) {
      const what = `${base}${name} does not have the checksum that HashiCorp signed`;
      throw fetchFailed('checksum', `${what}. Nothing was kept.`);
    }
    return await unpack(archive, name);
  } finally {
    https.close();
  }
}

const OS: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin' };
const ARCHITECTURE = new Map([
  ['x64', 'amd64'],
  ['arm64', 'arm64'],
]);

function platformOf(platform: NodeJS.Platform, architecture: string): string {
  const [os, cpu] = [OS[platform], ARCHITECTURE.get(architecture)];
  if (os !== undefined && cpu !== undefined) return `${os}_${cpu}`;
  throw noRelease(`${platform} ${architecture}`);
}

function noRelease(what: string) {
  return fetchFailed('platform', `There is no release of Terraform for ${what}.`);
}

function checksumIn(list: string, name: string): string | undefined {
  const lines = list.split('\n').map((line) => /^([0-9a-f]{64}) {2}(\S+)$/.exec(line.trim()));
  return lines.find((line) => line?.[2] === name)?.[1];
}

async function unpack(archive: Buffer, name: string): Promise<Buffer> {
  const program = await unzipFile(archive, 'terraform', BYTES_MAX.program).catch((cause) => {
    if (!(cause instanceof RangeError)) throw cause;
    throw fetchFailed('archive', `${name} cannot be unpacked: ${cause.message}.`, cause);
  });
  if (program !== undefined) return program;
  throw fetchFailed('archive', `${name} holds no program terraform.`);
}
