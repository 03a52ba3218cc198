import type { ExecutorDefinition, SpecCheck } from '../../executors/executor.ts';
import type { DocumentPath } from '../document/document.ts';
import type { ResourceInput } from '../document/schema.ts';

/** A resource of the document whose shape is right, with what its executor says of it. */
export interface ReadResource {
  input: ResourceInput;
  path: DocumentPath;
  definition: ExecutorDefinition | undefined;
  /** Undefined where the executor is not known or failed. */
  spec: SpecCheck | undefined;
  /** The name of what others own; null: it is built. */
  external: string | null;
}
