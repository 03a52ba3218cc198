import type { Published } from '../../catalog/publish.ts';
import type { Template } from '../../model/template.ts';

/** A template as somebody sends it. Nothing of it is believed: it is checked as any folder is. */
export interface SentTemplate {
  /** A repository: `git::…`. */
  source?: string | undefined;
  files?: readonly SentFile[] | undefined;
  /** What its sender calls the folder of the files, for messages. */
  label: string;
  upgrade: boolean;
  skipLock: boolean;
}

export interface SentFile {
  path: string;
  executable: boolean;
  contentBase64: string;
}

export interface CheckedTemplate {
  template: Template;
  digest: string;
  /** Why modules from elsewhere could not be checked. */
  unchecked: string[];
}

/** Where templates are checked and published beside the engine, with repositories and registries. */
export interface Workshop {
  /** Rejects with TEMPLATE_INVALID, TEMPLATE_EXISTS, SOURCE_… */
  publish(sent: SentTemplate, signal: AbortSignal): Promise<Published>;
  check(sent: SentTemplate, signal: AbortSignal): Promise<CheckedTemplate>;
}
