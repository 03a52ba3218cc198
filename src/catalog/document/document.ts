import type { JsonObject, JsonValue } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';
import type { Limits } from '../../model/limits.ts';
import { type Located, nearestLocated } from '../../platform/yaml/located.ts';
import { readYaml } from '../../platform/yaml/read.ts';
import { type Problem, pathText, TEMPLATE_FILE } from './problem.ts';

export type DocumentPath = readonly (string | number)[];

/** A fault at a path of the document. */
export interface Finding {
  path: DocumentPath;
  message: string;
  suggestion: string | null;
  /** It is about the name, not about the value. */
  atKey?: boolean;
  /** It is about a place inside an expression of the text at the path. */
  inExpression?: { source: string; offset: number };
}

/** template.yaml as it was written, and what is wrong with it so far. */
export interface TemplateDocument {
  text: string;
  /** Null where the text is no map: then nothing more can be checked. */
  content: JsonObject | null;
  problems: Problem[];
  report(finding: Finding): void;
  /** A member of the document's outermost map. */
  valueAt(name: string): JsonValue | undefined;
  /** The members of such a list; empty where there is no such list. */
  listAt(name: string): JsonValue[];
}

export function readDocument(bytes: Uint8Array, limits: Limits): TemplateDocument {
  const problems: Problem[] = [];
  const at = (position: { line: number; column: number }, finding: Omit<Finding, 'inExpression'>) =>
    problems.push({
      file: TEMPLATE_FILE,
      ...position,
      path: pathText(finding.path),
      message: finding.message,
      suggestion: finding.suggestion,
    });
  const text = decode(bytes);
  if (text === null || bytes.byteLength > limits.templateBytesMax) {
    const message =
      text === null
        ? 'the file is no UTF-8 text'
        : `the file is larger than ${limits.templateBytesMax} bytes (limits.templateBytesMax)`;
    at({ line: 1, column: 1 }, { path: [], message, suggestion: null });
    return document('', null, problems, () => ({ line: 1, column: 1 }));
  }
  const yaml = readYaml(text, limits.nestingLevelsMax);
  for (const { offset, message, suggestion } of yaml.problems) {
    at(yaml.positionOf(offset), { path: [], message, suggestion });
  }
  if (yaml.root !== null && !isJsonObject(yaml.root.value)) {
    const message = 'a template is a map of names: apiVersion, kind, metadata, resources, …';
    at({ line: 1, column: 1 }, { path: [], message, suggestion: null });
    return document(text, null, problems, yaml.positionOf);
  }
  return document(text, yaml.root, problems, yaml.positionOf);
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function document(
  text: string,
  root: Located | null,
  problems: Problem[],
  positionOf: (offset: number) => { line: number; column: number },
): TemplateDocument {
  const content = isJsonObject(root?.value) ? root.value : null;
  const valueAt = (name: string) =>
    content !== null && Object.hasOwn(content, name) ? content[name] : undefined;
  return {
    text,
    content,
    problems,
    report(finding) {
      const located = root === null ? null : nearestLocated(root, finding.path);
      problems.push({
        file: TEMPLATE_FILE,
        ...positionOf(located === null ? 0 : offsetOf(finding, located, text)),
        path: pathText(finding.path),
        message: finding.message,
        suggestion: finding.suggestion,
      });
    },
    valueAt,
    listAt(name) {
      const list = valueAt(name);
      return Array.isArray(list) ? list : [];
    },
  };
}

function offsetOf(finding: Finding, located: Located, text: string): number {
  if (finding.atKey === true) return located.keyStart ?? located.start;
  const { inExpression } = finding;
  if (inExpression === undefined) return located.start;
  // Escapes and folded lines make a text differ from its source: then the whole text is the place.
  const source = text.slice(located.start, located.end);
  const found = source.indexOf(`\${${inExpression.source}`);
  return found === -1 ? located.start : located.start + found + 2 + inExpression.offset;
}
