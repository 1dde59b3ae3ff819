/** How the process is called in process lists. */
export const UNDO_DEAD_MAN_NAME = 'healproof-undo-dead-man';

/**
 * Bash that waits until the process `$1` is gone or `$2` seconds are over and then runs the rest of its arguments as a
 * command until it succeeds, each try for at most `$3` seconds. A process is told by when it began, since its number may
 * be given to another one.
 */
export const UNDO_DEAD_MAN_SCRIPT = `
began() { ps -o lstart= -p "$1"; }
say() { echo "$(date -u +%FT%TZ) $*"; }
runner=$1; born=$(began "$1"); until=$((SECONDS + $2)); patience=$3; shift 3
while [ "$SECONDS" -lt "$until" ] && kill -0 "$runner" 2>/dev/null && [ "$(began "$runner")" = "$born" ]; do sleep 0.5; done
say "undoing: $*"
for try in {1..30}; do timeout --kill-after=5 "$patience" "$@" && exit 0; sleep 2; done
say "could not undo: $*"; exit 1
`;
