import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, madeFolder } from '../place.ts';
import { installed, run } from './run.ts';

/** How a program of one RabbitMQ is started. */
export interface RabbitTree {
  /** What comes in front of a program's name, given the folder of the broker. */
  prefix(folder: string): string[];
  /** PATH of its programs. */
  path: string;
  /** The broker's folder as the broker sees it. */
  inside(folder: string): string;
}

export type RabbitVersion = 3 | 4;

/** Version 3 as Debian 12 has it, version 4 as Debian 13 has it; needs root and apt-get. */
export function getRabbit(version: RabbitVersion): Promise<RabbitTree> {
  return version === 3 ? unpackedTree() : chrootTree();
}

const APT = ['-qq', '-y', '--no-install-recommends', '-o', 'APT::Sandbox::User=root'];

/** Nothing is installed: no service, no user. Erlang's scripts name their folder, and are told ours. */
async function unpackedTree(): Promise<RabbitTree> {
  const tree = join(cacheFolder('rabbitmq'), '3');
  if (!existsSync(tree)) {
    console.error('fetching RabbitMQ 3 (once)');
    const growing = `${tree}.${process.pid}`;
    const packages = join(growing, 'packages');
    mkdirSync(join(packages, 'partial'), { recursive: true });
    await run('apt-get', ['update', '-qq']);
    const places = ['-o', `Dir::Cache::archives=${packages}`, '-o', 'Debug::NoLocking=1'];
    const keep = ['-o', 'APT::Keep-Downloaded-Packages=true', '--download-only'];
    await run('apt-get', ['install', ...APT, ...places, ...keep, '--reinstall', 'rabbitmq-server']);
    for (const name of readdirSync(packages)) {
      if (!/^(?:erlang-|rabbitmq-server).*\.deb$/.test(name)) continue;
      await run('dpkg', ['-x', join(packages, name), join(growing, 'root')]);
    }
    rmSync(packages, { recursive: true });
    await tellErlang(join(growing, 'root'), join(tree, 'root'));
    renameSync(growing, tree);
  }
  const root = join(tree, 'root');
  const [release = ''] = readdirSync(join(root, 'usr/lib/rabbitmq/lib'));
  return {
    prefix: () => [],
    path: `${root}/usr/lib/rabbitmq/lib/${release}/sbin:${root}/usr/lib/erlang/bin:/usr/bin:/bin`,
    inside: (folder) => folder,
  };
}

async function tellErlang(root: string, final: string): Promise<void> {
  const erlang = join(root, 'usr/lib/erlang');
  const system = readdirSync(erlang).find((name) => name.startsWith('erts-')) ?? '';
  for (const folder of [join(erlang, 'bin'), join(erlang, system, 'bin')]) {
    for (const name of ['erl', 'start']) {
      const file = join(folder, name);
      if (!existsSync(file)) continue;
      const text = readFileSync(file, 'utf8').replaceAll(
        '/usr/lib/erlang',
        `${final}/usr/lib/erlang`,
      );
      writeFileSync(file, text);
    }
  }
}

/** A newer Debian in a folder of its own: its Erlang needs newer libraries than the machine may have. */
async function chrootTree(): Promise<RabbitTree> {
  const root = join(cacheFolder('rabbitmq'), '4');
  if (!existsSync(root)) {
    console.error('fetching RabbitMQ 4 (once)');
    await getDebootstrap();
    const growing = madeFolder(`${root}.${process.pid}`);
    const mirror = await mirrorOfMachine();
    await run('debootstrap', ['--variant=minbase', 'trixie', growing, ...mirror]);
    const policy = join(growing, 'usr/sbin/policy-rc.d');
    writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    const install = ['apt-get', 'install', ...APT, 'rabbitmq-server'];
    await run('chroot', [growing, 'env', 'DEBIAN_FRONTEND=noninteractive', ...install]);
    renameSync(growing, root);
  }
  return {
    prefix: (folder) => ['unshare', '--mount', 'sh', '-c', ENTER, 'enter', root, folder],
    path: '/usr/lib/rabbitmq/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    inside: () => '/mnt',
  };
}

/** Its mounts end with the namespace they are made in. Management asks /proc. */
const ENTER = `root=$1 folder=$2; shift 2
mount --make-rprivate / && mount --bind /proc "$root/proc" && mount --bind "$folder" "$root/mnt" &&
exec chroot "$root" "$@"`;

async function getDebootstrap(): Promise<void> {
  if (installed('debootstrap', ['/usr/sbin']) !== undefined) return;
  await run('apt-get', ['update', '-qq']);
  await run('apt-get', ['install', ...APT, 'debootstrap']);
}

/** Where the machine gets its own packages; nothing where it does not say so. */
async function mirrorOfMachine(): Promise<string[]> {
  const file = '/etc/apt/sources.list.d/debian.sources';
  const [, address] =
    (existsSync(file) && /^URIs:\s*(\S+)/m.exec(readFileSync(file, 'utf8'))) || [];
  return address === undefined ? [] : [address];
}
