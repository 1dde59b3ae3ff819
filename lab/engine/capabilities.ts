/** Linux capabilities by their number, in the kernel's order. */
const NAMES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'DAC_READ_SEARCH',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETGID',
  'SETUID',
  'SETPCAP',
  'LINUX_IMMUTABLE',
  'NET_BIND_SERVICE',
  'NET_BROADCAST',
  'NET_ADMIN',
  'NET_RAW',
  'IPC_LOCK',
  'IPC_OWNER',
  'SYS_MODULE',
  'SYS_RAWIO',
  'SYS_CHROOT',
  'SYS_PTRACE',
  'SYS_PACCT',
  'SYS_ADMIN',
  'SYS_BOOT',
  'SYS_NICE',
  'SYS_RESOURCE',
  'SYS_TIME',
  'SYS_TTY_CONFIG',
  'MKNOD',
  'LEASE',
  'AUDIT_WRITE',
  'AUDIT_CONTROL',
  'SETFCAP',
  'MAC_OVERRIDE',
  'MAC_ADMIN',
  'SYSLOG',
  'WAKE_ALARM',
  'BLOCK_SUSPEND',
  'AUDIT_READ',
  'PERFMON',
  'BPF',
  'CHECKPOINT_RESTORE',
] as const;

/**
 * The capabilities that no process on this machine can have, from the text of /proc/self/status.
 * A privileged container asks for all of them, and the runtime gives up at the first it cannot get.
 */
export function missingCapabilities(status: string): string[] {
  const line = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status);
  if (line?.[1] === undefined) return [];
  const bounding = BigInt(`0x${line[1]}`);
  return NAMES.filter((_name, bit) => (bounding & (1n << BigInt(bit))) === 0n).map((name) => `CAP_${name}`);
}

/**
 * A runtime that takes the missing capabilities out of what it is asked for and then is runc.
 * The names stand in JSON lists, where an element goes together with the comma before or behind it.
 */
export function runtimeWithout(capabilities: readonly string[]): string {
  const names = capabilities.join('\\|');
  return `#!/bin/sh
# runc for a machine without ${capabilities.join(', ')}.
set -eu

strip() {
  [ -f "$1" ] || return 0
  sed -e 's/,"\\(${names}\\)"//g' -e 's/"\\(${names}\\)",//g' -e 's/\\["\\(${names}\\)"\\]/[]/g' "$1" >"$1.stripped"
  cat "$1.stripped" >"$1"
  rm -f "$1.stripped"
}

action=
bundle=.
process=
expect=
for word in "$@"; do
  case $expect in
    bundle) bundle=$word ;;
    process) process=$word ;;
  esac
  expect=
  case $word in
    --bundle | -b) expect=bundle ;;
    --bundle=*) bundle=\${word#*=} ;;
    --process | -p) expect=process ;;
    --process=*) process=\${word#*=} ;;
    create | run | exec) action=\${action:-$word} ;;
  esac
done
case $action in
  create | run) strip "$bundle/config.json" ;;
  exec) [ -z "$process" ] || strip "$process" ;;
esac
exec runc "$@"
`;
}
