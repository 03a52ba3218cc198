import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Linux's numbers of file systems on which databases with locks and shared memory are not safe, or
 * whose files do not outlive the machine's next start.
 */
const DOUBTFUL = new Map<number, DoubtfulFileSystem>([
  [0x69_69, { name: 'NFS', why: 'network' }],
  [0x51_7b, { name: 'SMB', why: 'network' }],
  [0xff_53_4d_42, { name: 'CIFS', why: 'network' }],
  [0xfe_53_4d_42, { name: 'SMB 2', why: 'network' }],
  [0x53_46_41_4f, { name: 'AFS', why: 'network' }],
  [0x00_c3_64_00, { name: 'Ceph', why: 'network' }],
  [0x01_02_19_97, { name: '9P', why: 'network' }],
  [0x65_73_55_46, { name: 'FUSE', why: 'network' }],
  [0x01_02_19_94, { name: 'tmpfs', why: 'memory' }],
  [0x85_84_58_f6, { name: 'ramfs', why: 'memory' }],
  [0x9f_a0, { name: 'proc', why: 'kernel' }],
  [0x62_65_65_72, { name: 'sysfs', why: 'kernel' }],
]);

export interface DoubtfulFileSystem {
  name: string;
  /** `kernel`: it shows what the kernel knows, and keeps no files. */
  why: 'network' | 'memory' | 'kernel';
}

export interface FileSystemFacts {
  /** That an ordinary user may fill. */
  freeBytes: number;
  /** Undefined where there is nothing to say against it, or nothing is known of it. */
  doubt: DoubtfulFileSystem | undefined;
}

/** Of the folder, or of the one above it in which it will be made. */
export function fileSystemOf(folder: string): FileSystemFacts {
  const { bavail, bsize, type } = statfsSync(nearestThere(folder));
  return { freeBytes: bavail * bsize, doubt: doubtfulFileSystem(type, process.platform) };
}

/** Other systems number them otherwise. @internal Exported for its tests. */
export function doubtfulFileSystem(
  type: number,
  platform: NodeJS.Platform,
): DoubtfulFileSystem | undefined {
  return platform === 'linux' ? DOUBTFUL.get(type) : undefined;
}

/** The path itself where it exists, or the nearest above it that does. */
export function nearestThere(path: string): string {
  const above = dirname(path);
  return existsSync(path) || above === path ? path : nearestThere(above);
}
