/** What `inspect` found out about a resource. */
export type Finding =
  /** It is there and is what its spec says. */
  | 'present'
  /** Nothing of it is there. */
  | 'absent'
  /** Part of it is there, or it differs from its spec: applying again mends it. */
  | 'partial';

export interface Difference {
  /** Which part: a key, a Terraform address. */
  subject: string;
  kind: 'changed' | 'missing' | 'extra';
  detail: string;
  /** As ignore rules name it, where that is shorter; absent: by its subject. */
  path?: string;
}

/** A difference, judged by the rules of its resource. `noise`: a rule says to ignore it. */
export interface Deviation {
  subject: string;
  kind: Difference['kind'] | 'noise';
  detail: string;
}

export type DeviationCounts = Record<Deviation['kind'], number>;

/** What a template says of drift of a resource. */
export interface DriftRules {
  /** Parts that may differ, in the executor's words; `*` stands for any text. */
  ignore: string[];
  /** Whether it is built again, unasked, when it has drifted. */
  heal: boolean;
}

export const NO_DRIFT_RULES: DriftRules = { ignore: [], heal: false };

/** What the last look at a resource found. It says nothing any more once the resource is built again. */
export interface Drift {
  runId: string;
  lookedAtMs: number;
  finding: Finding;
  counts: DeviationCounts;
  /** The first of them, those that count before noise. */
  deviations: Deviation[];
}

const DEVIATIONS_MAX = 50;
const DETAIL_CHARACTERS_MAX = 300;

export function driftOf(
  looked: { finding: Finding; differences: readonly Difference[] },
  rules: DriftRules,
  { label, runId, lookedAtMs }: { label: string } & Pick<Drift, 'runId' | 'lookedAtMs'>,
): Drift {
  const isIgnored = ignoredBy(rules.ignore);
  const counts: DeviationCounts = { changed: 0, missing: 0, extra: 0, noise: 0 };
  const all = toldOrWhole(looked, label).map((difference): Deviation => {
    const { subject, detail } = difference;
    const kind = isIgnored(difference) ? 'noise' : difference.kind;
    counts[kind] += 1;
    return { subject: cut(subject), kind, detail: cut(detail) };
  });
  const telling = all.filter(({ kind }) => kind !== 'noise');
  const noise = all.filter(({ kind }) => kind === 'noise');
  const deviations = [...telling, ...noise].slice(0, DEVIATIONS_MAX);
  return { runId, lookedAtMs, finding: looked.finding, counts, deviations };
}

/** Not every executor can tell what is different. */
function toldOrWhole(
  { finding, differences }: { finding: Finding; differences: readonly Difference[] },
  label: string,
): readonly Difference[] {
  if (differences.length > 0 || finding === 'present') return differences;
  if (finding === 'absent') return [{ subject: label, kind: 'missing', detail: 'is not there' }];
  return [{ subject: label, kind: 'changed', detail: 'is not what it was made' }];
}

/** Whether something differs that no rule ignores. */
export function hasDrifted(drift: Pick<Drift, 'counts'> | null | undefined): boolean {
  return drift !== null && drift !== undefined && deviationCount(drift.counts) > 0;
}

/** Noise does not count. */
function deviationCount({ changed, missing, extra }: DeviationCounts): number {
  return changed + missing + extra;
}

/** A rule stands for a part with all that is inside it: `web.tags` for `web.tags.owner` as well. */
function ignoredBy(rules: readonly string[]): (difference: Difference) => boolean {
  const patterns = rules.map((rule) => {
    const texts = rule.split('*').map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${texts.join('.*')}(?:$|[./[])`, 's');
  });
  return ({ subject, path = subject }) => patterns.some((pattern) => pattern.test(path));
}

function cut(text: string): string {
  return text.length <= DETAIL_CHARACTERS_MAX ? text : `${text.slice(0, DETAIL_CHARACTERS_MAX)}…`;
}
