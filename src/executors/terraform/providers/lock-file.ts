/** A provider as a lock file (`.terraform.lock.hcl`) names it. */
export interface LockedProvider {
  /** `registry.terraform.io/hashicorp/random` */
  source: string;
  version: string;
  /** `h1:…` of an unpacked package, `zh:…` of an archive; of several platforms. */
  hashes: string[];
}

const ENTRY = /^provider\s+"(?<source>[^"\s]+)"\s*\{(?<body>[^}]*)\}/gm;
const VERSION = /^\s*version\s*=\s*"(?<version>[^"\s]+)"/m;
const HASH = /"(?<hash>(?:h1|zh):[A-Za-z0-9+/=]+)"/g;

/** Sources and versions become paths: nothing in them may lead elsewhere. */
const SOURCE_SHAPE = /^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?(?:\/[a-z0-9][a-z0-9_-]*){2}$/i;
const VERSION_SHAPE = /^\d+(?:\.\d+)*(?:[-+][0-9A-Za-z.+-]+)?$/;

/** Terraform writes these files, always in one form; what is not of that form is left out. */
export function readLockFile(lockText: string | null): LockedProvider[] {
  return [...(lockText ?? '').matchAll(ENTRY)].flatMap(({ groups }) => {
    const { source = '', body = '' } = groups ?? {};
    const version = VERSION.exec(body)?.groups?.version ?? '';
    if (!SOURCE_SHAPE.test(source) || !VERSION_SHAPE.test(version)) return [];
    const hashes = [...body.matchAll(HASH)].map((match) => match.groups?.hash ?? '');
    return [{ source, version, hashes }];
  });
}
