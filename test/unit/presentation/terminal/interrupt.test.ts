import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { BiotopeError } from '../../../../src/model/errors.ts';
import { listenForInterrupt } from '../../../../src/presentation/terminal/interrupt.ts';

function aProcess() {
  const exits: number[] = [];
  const emitter = new EventEmitter();
  const process = Object.assign(emitter, { exit: (code: number) => void exits.push(code) });
  return { process, exits };
}

describe('an interrupt', () => {
  it('asks to end cleanly the first time, and ends the process the second time', () => {
    const { process, exits } = aProcess();
    const { signal } = listenForInterrupt(process);
    process.emit('SIGINT');
    expect(signal.reason).toMatchObject({ code: 'INTERRUPTED' });
    expect(exits).toEqual([]);
    process.emit('SIGTERM');
    expect(exits).toEqual([130]);
  });

  it('can be left for another reason, and is then still ended by the second signal', () => {
    const { process, exits } = aProcess();
    const interrupt = listenForInterrupt(process);
    interrupt.leave(new BiotopeError('WAIT_TIMEOUT', { message: 'too long' }));
    expect(interrupt.signal.reason).toMatchObject({ code: 'WAIT_TIMEOUT' });
    process.emit('SIGINT');
    expect(exits).toEqual([]);
    process.emit('SIGINT');
    expect(exits).toEqual([130]);
  });

  it('ends the process in its own way, too, where the second signal comes at the very end', () => {
    const { process, exits } = aProcess();
    const { ignore } = listenForInterrupt(process);
    process.emit('SIGTERM');
    ignore();
    process.emit('SIGTERM');
    expect(exits).toEqual([130]);
  });

  it('listens no more once it is ignored', () => {
    const { process } = aProcess();
    const { signal, ignore } = listenForInterrupt(process);
    ignore();
    process.emit('SIGINT');
    expect(signal.aborted).toBe(false);
  });
});
