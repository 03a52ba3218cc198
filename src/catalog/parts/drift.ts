import type { ExecutorDefinition } from '../../executors/executor.ts';
import type { DocumentPath, TemplateDocument } from '../document/document.ts';
import type { ResourceInput } from '../document/schema.ts';

/** What is said of drift has to be of use: its executor can look, and tells parts that have names. */
export function checkDrift(
  { kind, canInspect, inspectAdvice, ignorable }: ExecutorDefinition,
  { drift, with: spec }: Pick<ResourceInput, 'drift' | 'with'>,
  { document, path }: { document: TemplateDocument; path: DocumentPath },
): void {
  if (drift === undefined) return;
  if (!canInspect(spec)) {
    const message = `nobody can see whether it has drifted: its executor ${kind} does not look at it`;
    document.report({ path: [...path, 'drift'], message, suggestion: inspectAdvice ?? null });
    return;
  }
  if (drift.ignore.length === 0 || ignorable !== undefined) return;
  const message = `the executor ${kind} tells no parts that could be ignored`;
  const suggestion = 'Leave "ignore" out.';
  document.report({ path: [...path, 'drift', 'ignore'], message, suggestion });
}
