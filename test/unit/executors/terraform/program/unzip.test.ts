import { describe, expect, it } from 'vitest';
import { unzipFile } from '../../../../../src/executors/terraform/program/unzip.ts';
import { zip } from '../../../../fixtures/terraform/releases.ts';

const BYTES_MAX = 1_000;
const text = 'a program '.repeat(20);
const archive = zip({ 'LICENSE.txt': 'a license', terraform: text });

describe('a zip archive', () => {
  it('gives the file of a name, and none that it does not hold', async () => {
    expect((await unzipFile(archive, 'terraform', BYTES_MAX))?.toString()).toBe(text);
    expect((await unzipFile(archive, 'LICENSE.txt', BYTES_MAX))?.toString()).toBe('a license');
    expect(await unzipFile(archive, 'tofu', BYTES_MAX)).toBeUndefined();
  });

  it('that is cut off anywhere is refused', async () => {
    for (let length = 0; length < archive.length; length += 1) {
      const cut = unzipFile(archive.subarray(0, length), 'terraform', BYTES_MAX);
      await expect(cut, `${length} bytes`).rejects.toThrow(RangeError);
    }
  });

  it('gives no file that was changed', async () => {
    const at = archive.indexOf('terraform') + 'terraform'.length + 4;
    const changed = Buffer.from(archive);
    changed[at] = (changed[at] ?? 0) ^ 0xff;
    await expect(unzipFile(changed, 'terraform', BYTES_MAX)).rejects.toThrow(RangeError);
  });

  it('gives no file that is larger than it may be, or than it says', async () => {
    await expect(unzipFile(archive, 'terraform', text.length - 1)).rejects.toThrow('at most');
    const lying = Buffer.from(archive);
    const entryAt = lying.lastIndexOf('PK\u0001\u0002');
    lying.writeUInt32LE(10, entryAt + 24);
    await expect(unzipFile(lying, 'terraform', BYTES_MAX)).rejects.toThrow('cannot be unpacked');
  });
});
