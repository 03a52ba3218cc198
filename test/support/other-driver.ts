import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Another process that drives the data folder. Resolves once it does; its caller kills it. */
export async function startDriver(folder: string): Promise<ChildProcess> {
  const lock = new URL('../../src/compose/seat/driver-lock.ts', import.meta.url).href;
  const paths = new URL('../../src/compose/data-folder.ts', import.meta.url).href;
  const program = `
    const { tryDriverLock } = await import(${JSON.stringify(lock)});
    const { dataPaths } = await import(${JSON.stringify(paths)});
    const held = tryDriverLock(dataPaths(${JSON.stringify(folder)}),
      { pid: process.pid, command: 'environment create x', startedAt: 'now' });
    console.log(held === undefined ? 'refused' : 'held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  const [said] = await once(child.stdout, 'data');
  if (String(said) !== 'held\n') throw new Error(`it is ${said}`);
  return child;
}
