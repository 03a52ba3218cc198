import type { Target } from './target.ts';

type Load = () => Promise<Target>;

/** Loaded when they are needed: each brings a part of Biotope along. */
const TARGETS: Record<string, Load> = {
  expressions: async () => (await import('./targets/expressions.ts')).expressions,
  templates: async () => (await import('./targets/templates.ts')).templates,
  commands: async () => (await import('./targets/commands.ts')).commands,
  requests: async () => (await import('./targets/requests.ts')).requests,
  adoptions: async () => (await import('./targets/adoptions.ts')).adoptions,
  records: async () => (await import('./targets/records.ts')).records,
  sources: async () => (await import('./targets/sources.ts')).sources,
  parameters: async () => (await import('./targets/parameters.ts')).parameters,
};

/** Faults on purpose: a run that does not find them proves nothing. Run only where they are named. */
const PLANTED: Record<string, Load> = {
  'planted-crash': async () => (await import('./targets/planted.ts')).crash,
  'planted-slowness': async () => (await import('./targets/planted.ts')).slowness,
  'planted-hang': async () => (await import('./targets/planted.ts')).hang,
  'planted-growth': async () => (await import('./targets/planted.ts')).growth,
};

export const TARGET_NAMES: readonly string[] = Object.keys({ ...TARGETS, ...PLANTED });

/** All of them, the planted ones apart; or the one of that name. */
export function loadTargets(name: string | null): Promise<Target[]> {
  const loads =
    name === null ? Object.values(TARGETS) : [{ ...TARGETS, ...PLANTED }[name] ?? refuse];
  return Promise.all(loads.map((load) => load()));
}

const refuse: Load = () => Promise.reject(new Error('there is no such target'));
