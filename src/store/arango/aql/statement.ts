/** One AQL statement. What comes from outside is bound, never written into the text. */
export interface Statement {
  query: string;
  bindVars: Record<string, unknown>;
}
