import { type Many, tellMany } from './tell-many.ts';

const SHOWN_MAX = 10;

/** Which stories broke which promises, how to see that again, and what happened in the first one. */
export async function describeBroken({ broken }: Many, bug?: string): Promise<string> {
  const [first] = broken;
  if (first === undefined) return '';
  const planted = bug === undefined ? {} : { bug };
  const again = await tellMany({ from: first.seed, seeds: 1, isTold: true, ...planted });
  const option = bug === undefined ? '' : ` --planted ${bug}`;
  const rest = broken.length - SHOWN_MAX;
  return [
    ...again.lines,
    '',
    `Broken in ${broken.length} stories:`,
    ...broken.slice(0, SHOWN_MAX).map(({ seed, violations }) => `  ${seed}: ${violations[0]}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    '',
    `Tell it again: npm run simulate -- --from ${first.seed} --seeds 1${option}`,
  ].join('\n');
}
