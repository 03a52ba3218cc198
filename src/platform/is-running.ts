import { codeOf } from '../model/thrown.ts';

/** Whether there is a process with this number, whosever it is. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // One that is somebody else's is there.
    return codeOf(error) === 'EPERM';
  }
}
