import { isJsonObject } from '../../../model/json.ts';
import type { ResolvedValue } from '../../executor.ts';

const NESTED = /^(?<kind>list|set|map)\((?<element>.*)\)$/s;

/**
 * Why a value cannot be of a variable's type, or undefined where it can or where that is not to be
 * known: only what is wrong whatever its expressions become is told.
 */
export function literalFault(value: ResolvedValue, type: string): string | undefined {
  if (value === null || (typeof value === 'string' && value.includes('${'))) return undefined;
  const wanted = type.trim();
  const rule = RULES.find(({ types }) => types.test(wanted));
  if (rule !== undefined && !rule.fits(value)) return rule.fault;
  return elementFault(value, wanted);
}

const RULES = [
  { types: /^string$/, fits: isScalar, fault: 'must be a text' },
  { types: /^number$/, fits: isNumeric, fault: 'must be a number' },
  { types: /^bool$/, fits: isBoolean, fault: 'must be true or false' },
  { types: /^(?:list|set|tuple)\b/, fits: Array.isArray, fault: 'must be a list' },
  { types: /^(?:map|object)\b/, fits: isJsonObject, fault: 'must be an object' },
];

function elementFault(value: ResolvedValue, type: string): string | undefined {
  const element = NESTED.exec(type)?.groups?.element;
  if (element === undefined || typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const fault = literalFault(item, element);
    if (fault !== undefined) return `${fault} at ${key}`;
  }
  return undefined;
}

function isScalar(value: ResolvedValue): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isNumeric(value: ResolvedValue): boolean {
  if (typeof value === 'number') return true;
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
}

function isBoolean(value: ResolvedValue): boolean {
  return typeof value === 'boolean' || value === 'true' || value === 'false';
}
