import { join } from 'node:path';
import type { ProcessResult } from '../../platform/process/request.ts';
import { runProcess } from '../../platform/process/run-process.ts';
import { stopReason } from '../executor.ts';
import type { Workplace } from './session.ts';
import { type Diagnostic, describeEvent, readLine, type StreamEvent } from './stream.ts';
import { readBytes } from './work-folder.ts';

export interface TerraformCall {
  args: readonly string[];
  /** TF_DATA_DIR: what `terraform init` prepared. */
  dataFolder: string;
  timeoutMs: number;
  /** See StepContext: for what changes something. */
  confirm?: () => Promise<void>;
  /** Over those of the session. */
  variables?: Record<string, string>;
  /** Where what it prints goes, if not where it tells of its work. */
  outputFile?: string;
  onEvent?: (event: StreamEvent) => void;
}

export interface Finished {
  process: ProcessResult;
  errors: Diagnostic[];
  /** Terraform told its state because it could write it nowhere. */
  toldState: boolean;
  /** What it said in plain text, for the case that there are no diagnostics; without secrets. */
  plainText: string;
}

/** Less than what a claim's holder has left of its lease when it lets go. */
const LOST_GRACE_MS = 1_000;
const ERRORS_MAX = 50;
const PLAIN_TEXT_BYTES_MAX = 16 * 1024;
const PLAIN_TEXT_CHARACTERS_MAX = 4_000;

/** Runs Terraform in the work folder, never twice at once. Its lines become progress and log. */
export async function runTerraform(session: Workplace, call: TerraformCall): Promise<Finished> {
  const { context, settings, folder } = session;
  const errors: Diagnostic[] = [];
  let toldState = false;
  const take = (event: StreamEvent) => {
    if (event.type === 'emergency') toldState = true;
    if (event.type === 'diagnostic' && event.diagnostic.severity === 'error') {
      if (errors.length < ERRORS_MAX) errors.push(event.diagnostic);
    }
    tell(session, event);
    call.onEvent?.(event);
  };
  const process = await runProcess(
    {
      command: session.binary,
      args: call.args,
      cwd: folder.path,
      env: { ...session.environment, ...call.variables, TF_DATA_DIR: call.dataFolder },
      stdoutFile: call.outputFile ?? folder.outputFile,
      stderrFile: join(folder.path, 'terraform.err'),
      input: null,
      signal: context.signal,
      stopSignal: 'SIGINT',
      timeoutMs: call.timeoutMs,
      ...(call.confirm === undefined ? {} : { confirm: call.confirm }),
      // Asked for when it is to stop: whoever lost its claim must be gone before the next one begins.
      get graceMs() {
        return stopReason(context.signal) === 'lost' ? LOST_GRACE_MS : settings.graceMs;
      },
      outputBytesMax: settings.outputBytesMax,
      pidFile: folder.pidFile,
      privateFiles: true,
      onStdoutLine: (line) => {
        const event = readLine(line);
        if (event !== undefined) take(event);
      },
    },
    session.clock,
  );
  const plainText = process.exitCode === 0 ? '' : readPlainText(session);
  return { process, errors, toldState, plainText };
}

function tell({ context, redact }: Workplace, event: StreamEvent): void {
  const line = describeEvent(event);
  if (line === undefined) return;
  const safe = redact(line);
  context.progress(safe);
  if (event.type !== 'progress') context.log(safe);
}

/**
 * Terraform that cannot save its state prints it, with all secrets in it. A text in which a state
 * could be is never shown.
 */
export function mayHoldState(text: string): boolean {
  return /"(?:lineage|serial|terraform_version)"/.test(text);
}

function readPlainText({ folder, redact }: Workplace): string {
  const bytes = readBytes(join(folder.path, 'terraform.err'), PLAIN_TEXT_BYTES_MAX);
  const text = new TextDecoder().decode(bytes).trim();
  return mayHoldState(text) ? '' : redact(text).slice(-PLAIN_TEXT_CHARACTERS_MAX);
}
