/** How the process is called in process lists. */
export const CLUSTER_DEAD_MAN_NAME = 'healproof-cluster-dead-man';

/**
 * Bash that waits until the process `$1` is gone, or the file `$4` with it, and removes the kind cluster `$3` with the
 * docker client `$2` if the file is still there. kind may be at work yet and the engine about to make a node, so it ends
 * kind first and goes on until there has been nothing for `$6` looks. Folder `$5`, its lock and `$4` go last: what could not
 * be removed can still be found by `healproof cleanup`.
 */
export const CLUSTER_DEAD_MAN_SCRIPT = `
began() { ps -o lstart= -p "$1"; }
say() { echo "$(date -u +%FT%TZ) $*"; }
makers() { ps -Ao pid=,args= | awk -v name="$cluster" 'index($0 " ", " create cluster --name " name " ") { print $1 }'; }
nodes() { "$docker" ps -aq --filter "label=io.x-k8s.kind.cluster$1"; }
runner=$1; born=$(began "$1"); docker=$2; cluster=$3; mark=$4; folder=$5; looks=$6
while [ -e "$mark" ] && kill -0 "$runner" 2>/dev/null && [ "$(began "$runner")" = "$born" ]; do sleep 0.5; done
[ -e "$mark" ] || exit 0
say "removing the cluster $cluster: its run is gone"
quiet=0
for try in {1..180}; do
  for maker in $(makers); do kill -KILL -- "-$maker" "$maker"; done
  if ! found=$(nodes "=$cluster"); then quiet=0
  elif [ -n "$found" ]; then quiet=0; "$docker" rm --force --volumes $found
  else quiet=$((quiet + 1)); fi
  [ "$quiet" -ge "$looks" ] && break
  sleep 1
done
[ "$quiet" -ge "$looks" ] || { say "could not remove the cluster $cluster"; exit 1; }
[ -n "$(nodes '')" ] || "$docker" network rm kind
rm -rf "$folder" "$folder.lock" "$mark"
say "the cluster $cluster is gone"
`;
