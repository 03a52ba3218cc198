/** The port to where other programs find this service, and see whether it is well. */
export interface Registry {
  /**
   * Registers the instance and keeps it registered: again where the registry forgot it, and later where
   * it is away. Returns at once, and never rejects.
   */
  keep(instance: ServiceInstance): Registration;
}

export interface ServiceInstance {
  /** Of this process alone. */
  id: string;
  /** Of all that do the same. */
  name: string;
  /** Where others reach it; '': on the machine of the registry's agent. */
  host: string;
  port: number;
  tags: readonly string[];
  meta: Readonly<Record<string, string>>;
  /** What the registry asks to see whether it is well; null: the instance says so itself. */
  checkUrl: string | null;
}

export interface Registration {
  /** As far as is known here. */
  isRegistered(): boolean;
  /** Resolves once it is registered no more, or after a moment where the registry is away. */
  leave(): Promise<void>;
}
