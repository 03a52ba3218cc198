import { posix } from 'node:path';
import {
  fromScpLike,
  type GitAddress,
  type GitAddressFault,
  readGitAddress,
} from '../../../model/git-address.ts';
import { isVersionConstraint } from './version-constraint.ts';

/** Where a `module` block or a resource's `module` says that a module is. */
export type ModuleSource = LocalSource | RemoteSource | RefusedSource;

export interface LocalSource {
  kind: 'local';
}

/** A package: a repository, or a version of a module in a registry. `path`: the module's folder in it. */
export type RemoteSource = GitModule | RegistryModule;

export interface GitModule extends GitAddress {
  kind: 'git';
}

export interface RegistryModule {
  kind: 'registry';
  /** Null: the registry of the program that is used. */
  host: string | null;
  /** `terraform-aws-modules/vpc/aws` */
  address: string;
  path: string;
}

export interface RefusedSource {
  kind: 'refused';
  reason: string;
  suggestion: string | null;
}

const CHARACTERS_MAX = 1_000;
const SHAPES =
  'Modules come from the template’s own folder (./modules/x), from a registry (NAMESPACE/NAME/PROVIDER), ' +
  'or from Git (git::https://HOST/ORG/REPOSITORY.git//FOLDER?ref=TAG).';

/** Everything that Terraform takes for a place of a module, as far as we take it. */
export function readModuleSource(text: string): ModuleSource {
  if (text.length > CHARACTERS_MAX) return refused('is too long');
  if (/[$%]\{/.test(text)) return refused('is an expression, and must be known before a run');
  if (/^\.\.?(?:\/|$)/.test(text)) return { kind: 'local' };
  if (text.startsWith('git::')) return readGit(text.slice('git::'.length));
  const short = shorthand(text);
  if (short !== undefined) return readGit(short);
  return readRegistry(text) ?? refused(reasonFor(text), hintFor(text));
}

function refused(reason: string, suggestion: string | null = SHAPES): RefusedSource {
  return { kind: 'refused', reason, suggestion };
}

/** What Terraform itself takes for Git without being told so. */
function shorthand(text: string): string | undefined {
  const { host, repository, rest = '' } = HOSTED.exec(text)?.groups ?? {};
  if (host !== undefined) {
    return `https://${host}/${repository?.replace(/\.git$/, '')}.git${rest}`;
  }
  return fromScpLike(text);
}

const HOSTED =
  /^(?<host>github\.com|bitbucket\.org)\/(?<repository>[^/?]+\/[^/?]+)(?<rest>(?:\/\/[^?]*)?(?:\?.*)?)$/;

function readGit(text: string): ModuleSource {
  const address = readGitAddress(withoutDepth(fromScpLike(text) ?? text));
  if ('fault' in address) return refused(...REFUSALS[address.fault]);
  const path = plainPath(address.path);
  return path === undefined ? refused(...REFUSALS.folder) : { kind: 'git', ...address, path };
}

const REFUSALS: Record<GitAddressFault['fault'], [reason: string, suggestion?: string]> = {
  shape: ['is not read by https or ssh'],
  credentials: ['holds credentials', 'Leave them out: Git asks your credential helper.'],
  repository: ['names no repository that can be'],
  folder: ['names a folder that cannot be in its repository'],
  query: ['has more than a ref behind the "?"', 'Write ?ref=TAG, or ?ref=COMMIT.'],
  ref: ['names no branch, tag or commit that can be', 'Write ?ref=TAG, or ?ref=COMMIT.'],
};

/** The depth of what is fetched is our own affair. */
function withoutDepth(address: string): string {
  const [place = '', query] = address.split(/\?(.*)/s);
  const kept = query?.split('&').filter((one) => !/^depth=\d*$/.test(one)) ?? [];
  return kept.length === 0 ? place : `${place}?${kept.join('&')}`;
}

/** `modules/x` for `./modules//x/`; undefined where it leads out, or would mean more in a text. */
function plainPath(text: string): string | undefined {
  if (/["$%\\\p{Cc}]/u.test(text)) return undefined;
  const path = posix.normalize(text || '.').replace(/\/$/, '');
  if (path === '..' || path.startsWith('../') || path.startsWith('/')) return undefined;
  return path === '.' ? '' : path;
}

const NAME = '[0-9A-Za-z](?:[0-9A-Za-z_-]{0,62}[0-9A-Za-z])?';
const HOST =
  '[0-9A-Za-z](?:[0-9A-Za-z.-]*[0-9A-Za-z])?\\.[0-9A-Za-z-]+(?::\\d{1,5})?|localhost:\\d{1,5}';
const REGISTRY = new RegExp(
  `^(?:(?<host>${HOST})/)?(?<address>${NAME}/${NAME}/[0-9a-z]{1,64})(?://(?<path>[^?#]*))?$`,
);

function readRegistry(text: string): ModuleSource | undefined {
  const { host, address, path: given = '' } = REGISTRY.exec(text)?.groups ?? {};
  if (address === undefined) return undefined;
  const path = plainPath(given);
  if (path === undefined) return refused('names a folder that cannot be in its package');
  return { kind: 'registry', host: host?.toLowerCase() ?? null, address, path };
}

function reasonFor(text: string): string {
  if (/^(?:file:|\/|[a-z]:[\\/])/i.test(text)) return 'is a path of one machine';
  if (/^https?:\/\//.test(text)) return 'is an archive, which is not fetched';
  const forced = /^(?<getter>[a-z0-9]+)::/.exec(text)?.groups?.getter;
  if (forced !== undefined) return `is fetched by ${forced}, which is not supported`;
  return 'is no place of a module';
}

function hintFor(text: string): string {
  if (/^https:\/\/[^?]*\.git(?:\/\/|\?|$)/.test(text)) return `Write it as git::${text}.`;
  const hosted = /^(?<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)\/(?<path>[^/?]+\/[^/?]+?)(?:\.git)?$/;
  const { host, path } = hosted.exec(text)?.groups ?? {};
  return host === undefined ? SHAPES : `Write it as git::https://${host}/${path}.git.`;
}

/** What is wrong with the version that stands beside a source; null: nothing. */
export function versionFault(source: RemoteSource, version: string | null): string | null {
  if (version === null) return null;
  const shown = JSON.stringify(version);
  if (source.kind === 'git') {
    return `only modules of a registry have a version (${shown}): name a tag, ?ref=TAG.`;
  }
  return isVersionConstraint(version) ? null : `${shown} is no version, such as "~> 5.0".`;
}

/** One name for one package, however its folders are named; the same however often it is published. */
export function packageKey(source: RemoteSource, version: string | null): string {
  if (source.kind === 'git') return JSON.stringify(['git', source.url, source.ref]);
  return JSON.stringify(['registry', source.host, source.address, version]);
}
