import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Looks about and becomes Terraform. Into the ledger beside it goes what Terraform itself knows to be
 * half-made (`tainted <name>`, by the name in the resource's input) and therefore makes anew, and that
 * another Terraform is at work on the same step (`beside <run>.<address>`).
 */
const SCRIPT = `#!/bin/sh
place=$(dirname "$0")
case $1 in
plan | apply)
  # Of one run: another environment may have a resource of that address.
  address=$(basename "$(dirname "$PWD")").$(basename "$PWD")
  other=$(cat "$place/terraform.$address" 2>/dev/null)
  # One that has ended has no command line left, even where nobody has asked for its end yet.
  if [ -n "$other" ] && grep -q terraform "/proc/$other/cmdline" 2>/dev/null; then
    echo "beside $address" >>"$place/ledger"
  fi
  echo $$ >"$place/terraform.$address"
  if [ -f terraform.tfstate ]; then
    awk '/"status": "tainted"/ { tainted = 1 }
      tainted && $1 == "\\"name\\":" { gsub(/[",]/, "", $2); print "tainted " $2; tainted = 0 }
    ' terraform.tfstate >>"$place/ledger"
  fi
  ;;
esac
exec terraform "$@"
`;

/** Returns the variables that make Biotope use it. */
export function observedTerraform(folder: string): Record<string, string> {
  const program = join(folder, 'terraform');
  writeFileSync(program, SCRIPT, { mode: 0o755 });
  return { BIOTOPE_TERRAFORM_BINARY: program };
}
