import type { JsonObject } from '../../model/json.ts';

/** What a policy has to allow. */
type Capability = 'read' | 'list' | 'create and update' | 'update';

export interface VaultCall {
  /** Below /v1, such as `secret/data/shop/db`. */
  path: string;
  query?: Readonly<Record<string, string>>;
  /** Sent with POST; without one it is a GET. */
  body?: JsonObject;
  /** Another token than that of the session. */
  token?: string;
  /** For whoever is refused. */
  needs: Capability;
}
