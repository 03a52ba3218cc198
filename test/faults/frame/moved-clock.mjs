// Loaded into a process before anything else: its time of day is off by the milliseconds that stand in
// a file, which a test may change while the process runs. Timers go on as they were.
import { readFileSync } from 'node:fs';

const trueNow = Date.now;
const file = process.env.BIOTOPE_TEST_CLOCK_FILE;

function offsetMs() {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

if (file !== undefined) Date.now = () => trueNow() + offsetMs();
