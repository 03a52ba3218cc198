import { createHash } from 'node:crypto';
import { BiotopeError } from '../../../model/errors.ts';
import { readTarGz, type TarEntry } from './tar.ts';

/** Where a registry keeps a module that is in no repository. */
export interface ArchiveModule {
  kind: 'archive';
  /** May hold a token: never shown. */
  url: URL;
  /** What its maker says it is, `sha256:<hex>`. */
  checksum: string | null;
  /** The folder in it; `*` stands for the only one at its top. */
  path: string;
}

const TAR_GZ = ['tar.gz', 'tgz'];

/** As go-getter reads addresses of archives. Undefined where it is no `.tar.gz`. */
export function readArchiveAddress(location: string, base: URL): ArchiveModule | undefined {
  const [address = '', path = ''] = splitFolder(location);
  if (!URL.canParse(address, base)) return undefined;
  const url = new URL(address, base);
  const forced = url.searchParams.get('archive');
  const checksum = url.searchParams.get('checksum');
  for (const own of ['archive', 'checksum']) url.searchParams.delete(own);
  const isTarGz =
    forced === null
      ? TAR_GZ.some((end) => url.pathname.endsWith(`.${end}`))
      : TAR_GZ.includes(forced);
  if (!isTarGz || url.protocol !== 'https:' || url.username !== '') return undefined;
  return { kind: 'archive', url, checksum, path };
}

/** The folder stands behind `//`, before the query. */
function splitFolder(location: string): [address: string, path: string] {
  const [place = '', query] = location.split(/\?(.*)/s);
  const rest = query === undefined ? '' : `?${query}`;
  const at = place.indexOf('//', /^[a-z]+:\/\//.exec(place)?.[0].length ?? 0);
  return at === -1 ? [location, ''] : [place.slice(0, at) + rest, place.slice(at + 2)];
}

export interface Archive {
  /** `sha256:<hex>` */
  digest: string;
  entries: TarEntry[];
  /** The folder that was named. */
  path: string;
}

/** Rejects with SOURCE_REFUSED what is not what its maker says, or is no archive. */
export async function openArchive(
  { checksum, path }: ArchiveModule,
  bytes: Uint8Array,
  bytesMax: number,
): Promise<Archive> {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (checksum !== null && checksum.toLowerCase() !== digest) {
    const message = `The archive of the module does not have the checksum that is said of it: it is ${digest}.`;
    throw new BiotopeError('SOURCE_REFUSED', { message });
  }
  const entries = await readTarGz(bytes, bytesMax);
  if (path !== '*' && !path.startsWith('*/')) return { digest, entries, path };
  const tops = new Set(entries.map((entry) => entry.path.split('/')[0] ?? ''));
  const [top = ''] = tops;
  if (tops.size !== 1) {
    const message =
      'The archive of the module has not one folder at its top, as its registry says.';
    throw new BiotopeError('SOURCE_REFUSED', { message });
  }
  return { digest, entries, path: `${top}${path.slice(1)}` };
}
