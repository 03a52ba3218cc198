export interface PlannedChange {
  subject: string;
  action: 'create' | 'update' | 'adopt' | 'replace' | 'delete' | 'read';
  /** Attribute by attribute, secrets shown as `(sensitive)`, the rest as `known after deploy`. */
  lines: string[];
}

export interface Planned {
  changes: PlannedChange[];
}
