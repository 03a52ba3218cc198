import { BiotopeError } from '../../model/errors.ts';

/** Ctrl-C and SIGTERM: the first asks to end cleanly, the second ends the process at once. */
export interface Interrupt {
  /** Aborted by the first signal, or by `leave`; its reason is the error to end with. */
  signal: AbortSignal;
  /** Ends the command as a signal would, for a reason of its own. */
  leave(reason: BiotopeError): void;
  /** From now on signals do what they do by default; after a first one, the next ends it as before. */
  ignore(): void;
}

const EXIT_INTERRUPTED = 130;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** What is needed of the process. */
interface Process {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
  exit(code: number): void;
}

export function listenForInterrupt(process: Process): Interrupt {
  const controller = new AbortController();
  let isSignalled = false;
  const interrupted = () => {
    if (isSignalled) process.exit(EXIT_INTERRUPTED);
    isSignalled = true;
    controller.abort(new BiotopeError('INTERRUPTED', { message: 'Interrupted.' }));
  };
  for (const name of SIGNALS) process.on(name, interrupted);
  return {
    signal: controller.signal,
    leave: (reason) => controller.abort(reason),
    ignore: () => {
      if (isSignalled) return;
      for (const name of SIGNALS) process.off(name, interrupted);
    },
  };
}
