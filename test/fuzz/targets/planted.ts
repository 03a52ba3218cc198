import fc from 'fast-check';
import type { Target } from '../target.ts';

function planted(name: string, fault: (input: number) => void): Target<number> {
  const attempt = (input: number) => {
    fault(input);
    return 'taken' as const;
  };
  const inputs = fc.nat({ max: 1_000_000 });
  return { name, weight: 1, open: async () => ({ inputs, try: attempt }) };
}

export const crash = planted('planted-crash', (input) => {
  if (input > 4_711) throw new TypeError('planted');
});

export const slowness = planted('planted-slowness', () => {
  const before = process.threadCpuUsage();
  while (process.threadCpuUsage(before).user < 1_100_000);
});

export const hang = planted('planted-hang', (input) => {
  while (input > 4_711);
});

const kept: number[][] = [];

export const growth = planted('planted-growth', () => {
  kept.push(Array(100_000).fill(0));
});
