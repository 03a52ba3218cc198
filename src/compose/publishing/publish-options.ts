export interface PublishOptions {
  /** Takes the newest providers that the modules allow, whatever the version before was locked to. */
  upgrade: boolean;
  /** Publishes without lock files where the author wrote none: then the first run chooses. */
  skipLock: boolean;
}
