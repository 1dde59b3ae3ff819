/** How the process is called in process lists. */
export const DEAD_MAN_NAME = 'healproof-dead-man';

/**
 * Bash that waits until the process `$1` is gone or `$2` seconds are over and then brings the container `$4` back with the
 * docker client `$3`. Where `$5` is a script, it is then run in there until it succeeds. A process is told by when it
 * began, since its number may be given to another one.
 */
export const DEAD_MAN_SCRIPT = `
began() { ps -o lstart= -p "$1"; }
runner=$1; born=$(began "$1"); docker=$3; node=$4; script=$5; until=$((SECONDS + $2))
while [ "$SECONDS" -lt "$until" ] && kill -0 "$runner" 2>/dev/null && [ "$(began "$runner")" = "$born" ]; do sleep 0.5; done
echo "$(date -u +%FT%TZ) bringing $node back"
for try in {1..60}; do
  case $("$docker" inspect --format '{{.State.Running}} {{.State.Paused}}' "$node") in
    'true false') { [ -z "$script" ] || "$docker" exec "$node" bash -c "$script"; } && exit 0 ;;
    'true true') "$docker" unpause "$node" ;;
    *) "$docker" start "$node" ;;
  esac
  sleep 1
done
echo "$(date -u +%FT%TZ) could not bring $node back"; exit 1
`;
