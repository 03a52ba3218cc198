/**
 * A bound on everything that comes from outside. Configuration may raise or lower each one;
 * beyond a limit there is a clear refusal, never a slow death.
 */
export interface Limits {
  resourcesPerEnvironmentMax: number;
  /** Dependencies between resources: what needs all of a hundred has a hundred. */
  dependenciesPerEnvironmentMax: number;
  commandBytesMax: number;
  nestingLevelsMax: number;
  templateBytesMax: number;
  bundleBytesMax: number;
  bundleFilesMax: number;
  /** One commit of a repository, packed as Git sends it, or an archive of a module, unpacked. */
  repositoryBytesMax: number;
  outputBytesMax: number;
  stepLogBytesMax: number;
  specBytesMax: number;
  stateBytesMax: number;
  expressionCharactersMax: number;
}

export const DEFAULT_LIMITS: Limits = {
  resourcesPerEnvironmentMax: 10_000,
  dependenciesPerEnvironmentMax: 200_000,
  commandBytesMax: 1024 * 1024,
  nestingLevelsMax: 64,
  templateBytesMax: 4 * 1024 * 1024,
  bundleBytesMax: 32 * 1024 * 1024,
  bundleFilesMax: 5_000,
  repositoryBytesMax: 256 * 1024 * 1024,
  outputBytesMax: 1024 * 1024,
  stepLogBytesMax: 4 * 1024 * 1024,
  specBytesMax: 1024 * 1024,
  stateBytesMax: 64 * 1024 * 1024,
  expressionCharactersMax: 4_000,
};

/** Records that one look into a store may find. */
export const RECORDS_FOUND_MAX = 200_000;

/** A run may build as many resources as it removes, with a step for each: one look must find all. */
export const RESOURCES_PER_ENVIRONMENT_CEILING = RECORDS_FOUND_MAX / 2;
