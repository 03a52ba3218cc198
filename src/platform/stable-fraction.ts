import { digest } from './digest.ts';

const HEX_BEGIN = 'sha256:'.length;
const HEX_DIGITS = 12;

/** From 0 up to 1: the same for the same text, and spread evenly over many. */
export function stableFraction(text: string): number {
  const digits = digest(text).slice(HEX_BEGIN, HEX_BEGIN + HEX_DIGITS);
  return Number.parseInt(digits, 16) / 16 ** HEX_DIGITS;
}
