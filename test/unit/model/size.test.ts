import { expect, it } from 'vitest';
import { MIB, sizeText } from '../../../src/model/size.ts';

it.each([
  [0, '0 KiB'],
  [1, '1 KiB'],
  [MIB - 1, '1024 KiB'],
  [MIB, '1 MiB'],
  [100 * MIB - 1, '99 MiB'],
  [1_536 * MIB, '1.5 GiB'],
])('%d bytes are told as %s', (bytes, told) => expect(sizeText(bytes)).toBe(told));
