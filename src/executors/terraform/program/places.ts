/** The one name in whose place Terraform from the tools folder is taken. */
export const DEFAULT_BINARY = 'terraform';

/** Where the program is looked for. */
export interface TerraformPlaces {
  /** A name on the PATH, or a path; of Terraform or of OpenTofu. */
  binary: string;
  /** Where `biotope doctor --install` puts Terraform; null: what it put there is not used. */
  toolsFolder: string | null;
  /** The worker's own environment: PATH, and all that is looked up in it. */
  host: Readonly<Record<string, string | undefined>>;
}
