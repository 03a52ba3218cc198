import { DEFAULT_LIMITS } from '../../model/limits.ts';
import type { RemoteBackend } from './backend.ts';
import { DEFAULT_BINARY, type TerraformPlaces } from './program/places.ts';

/** What configuration decides. Times and sizes are bounds on one Terraform process. */
export interface TerraformSettings extends TerraformPlaces {
  /** Terraform's CLI configuration; null: the host's TF_CLI_CONFIG_FILE or ~/.terraformrc. */
  cliConfigFile: string | null;
  /** Of which packages lock files get hashes besides those of this machine, such as `darwin_arm64`. */
  lockPlatforms: readonly string[];
  /** Variables that templates may name in `credentials`: names, or beginnings such as `AWS_*`. */
  passEnvironment: readonly string[];
  /** Of new resources; null: Terraform's local one, the state being kept in the store. */
  backend: RemoteBackend | null;
  /** What Terraform logs in to such a backend with: asked each time, seen by nothing else. */
  backendVariables: () => Readonly<Record<string, string>>;
  initTimeoutMs: number;
  runTimeoutMs: number;
  /**
   * From the interrupt to the kill: providers may take minutes to end a request cleanly, and what is
   * killed in the middle has to be cleared up by a person.
   */
  graceMs: number;
  /** How long to wait for the Terraform of an attempt whose worker died, before it is stopped. */
  orphanWaitMs: number;
  /** Of what Terraform says while it runs, and of a plan that it shows. */
  outputBytesMax: number;
  stateBytesMax: number;
  /** Between two checkpoints of the state while Terraform runs. */
  checkpointEveryMs: number;
  /** Of the user, for what many data folders can share; null: nothing is kept there. */
  cacheFolder: string | null;
  /** Folders prepared by `terraform init` that are kept; the ones not used for longest go. */
  preparedFoldersMax: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

export const DEFAULT_SETTINGS: TerraformSettings = {
  binary: DEFAULT_BINARY,
  toolsFolder: null,
  host: process.env,
  cliConfigFile: null,
  lockPlatforms: [],
  passEnvironment: [],
  backend: null,
  backendVariables: () => ({}),
  initTimeoutMs: 15 * MINUTE_MS,
  runTimeoutMs: 24 * 60 * MINUTE_MS,
  graceMs: 5 * MINUTE_MS,
  orphanWaitMs: 10 * MINUTE_MS,
  outputBytesMax: 64 * 1024 * 1024,
  stateBytesMax: DEFAULT_LIMITS.stateBytesMax,
  checkpointEveryMs: SECOND_MS,
  cacheFolder: null,
  preparedFoldersMax: 50,
};
