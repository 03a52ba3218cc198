export const MIB = 1024 * 1024;

/** `12 KiB`, `340 MiB`, `1.5 GiB`: never more than there is, but a begun KiB counts. */
export function sizeText(bytes: number): string {
  if (bytes < MIB) return `${Math.ceil(bytes / 1024)} KiB`;
  const mebibytes = bytes / MIB;
  return mebibytes < 1024 ? `${Math.floor(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}
