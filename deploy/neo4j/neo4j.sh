#!/usr/bin/env bash
# neo4j.sh: a real Neo4j Community server for tests and development, without containers.
#
#   neo4j.sh start  [--data DIR] [--port N] [--password P]
#   neo4j.sh stop   [--data DIR] [--kill]
#   neo4j.sh status [--data DIR]
#   neo4j.sh admin  [--data DIR] ARG..    neo4j-admin, for a server that does not run:
#                                neo4j.sh admin database import full neo4j @import.args
#   neo4j.sh fetch               download the server and start nothing
#
#   --data DIR    home of one server: data, logs, password, pid. One DIR, one server;
#                 several run side by side   (default: data, under the cache)
#   --port N      Bolt port on loopback; 0 takes a free one        (default: 7687)
#   --password P  of user neo4j, set when DIR is new. WHENCE_NEO4J_PASSWORD does the
#                 same and stays out of the process list        (default: a random one)
#   --kill        SIGKILL: a crash, for tests of recovery
#
# start and status print the server's address, ready for whence --store, alone on
# standard output; everything else goes to standard error:
#
#   neo4j://neo4j:PASSWORD@127.0.0.1:PORT/neo4j
#
# Exit status: 0 done; 1 failed; 2 asked wrongly; 3 not running (status);
# 4 this machine lacks something: Linux, Java 17 or 21 or, for the first start, Maven.
#
# Environment: WHENCE_NEO4J_VERSION, _HEAP (384m), _PAGECACHE (96m), _TIMEOUT (180 s to
# start or stop), _PASSWORD; JAVA_HOME; Maven's own. The cache is whence/neo4j under
# XDG_CACHE_HOME or ~/.cache.
#
# Neo4j Community is GPL-3.0: it is fetched and run as a process of its own. None of its
# jars belongs in this repository or in anything built from it.
set -euo pipefail

# The long-term release for Java 17. ../compose.yaml names the same one.
VERSION=${WHENCE_NEO4J_VERSION:-5.26.30}
HEAP=${WHENCE_NEO4J_HEAP:-384m}
PAGECACHE=${WHENCE_NEO4J_PAGECACHE:-96m}
TIMEOUT=${WHENCE_NEO4J_TIMEOUT:-180}
JAVA=${JAVA_HOME:+$JAVA_HOME/bin/}java

say()   { echo "neo4j.sh: $*" >&2; }
die()   { say "$*"; exit 1; }
wrong() { say "$*"; exit 2; }
lacks() { say "$*"; exit 4; }
usage() { sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }

[ $# -ge 1 ] || usage
COMMAND=$1 DATA='' PORT='' PASSWORD=${WHENCE_NEO4J_PASSWORD:-} SIGNAL=TERM
shift
while [ $# -gt 0 ]; do
  case $COMMAND$1 in
    start--data|stop--data|status--data|admin--data|start--port|start--password)
      [ $# -ge 2 ] || wrong "$1 needs a value"
      case $1 in --data) DATA=$2 ;; --port) PORT=$2 ;; *) PASSWORD=$2 ;; esac
      shift 2 ;;
    stop--kill) SIGNAL=KILL; shift ;;
    admin*) break ;;
    *) wrong "$COMMAND does not take $1" ;;
  esac
done
case $PORT in *[!0-9]*|??????*) wrong "not a port: $PORT" ;; esac
[ "${PORT:-0}" -le 65535 ] || wrong "not a port: $PORT"
# The address carries the password as it is, and the server wants eight characters.
case $PASSWORD in
  '') ;;
  [!A-Za-z0-9]*|*[!A-Za-z0-9._~-]*) wrong "a password is letters, digits and . _ ~ - here, and starts with one of the first two" ;;
  ????????*) ;;
  *) wrong "a password has at least eight characters" ;;
esac

# Processes are told apart through /proc.
for it in /proc/self/stat "$(command -v flock)" "$(command -v setsid)"; do
  [ -e "$it" ] || lacks "Linux with util-linux is needed; elsewhere run the neo4j of deploy/compose.yaml"
done
[ -n "${XDG_CACHE_HOME:-${HOME:-}}" ] || die "neither HOME nor XDG_CACHE_HOME is set"
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/whence/neo4j
LIB=$CACHE/$VERSION
DATA=$(realpath -m -- "${DATA:-$CACHE/data}")
PIDFILE=$DATA/run/pid
umask 077 # the password lies in DIR

# The pid of the server of $DATA, or failure. A pid file outlives a crash and its number
# may have gone to another process, so the command line must name this very home.
server() {
  local pid
  pid=$(cat "$PIDFILE" 2>/dev/null) && [ -n "$pid" ] &&
    tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF -- "--home-dir=$DATA" && echo "$pid"
}

# The port on which process $1 listens, or failure. Neo4j opens no port but Bolt's. Asking
# the kernel is how a free port is learnt without a race (the log says 0), and it cannot
# mistake another server on the wanted port for ours.
listens() {
  local hex
  hex=$(find "/proc/$1/fd" -lname 'socket:*' -printf '%l\n' 2>/dev/null | tr -dc '0-9\n' |
    awk 'NR == FNR { mine[$1]; next } $4 == "0A" && $10 in mine { sub(/.*:/, "", $2); print $2; exit }' \
      - "/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null) || true
  [ -n "$hex" ] && echo $((16#$hex))
}

# Whether port $1 answers a Bolt handshake: the magic number, then four proposals (5.8 to
# 5.0, 4.4 to 4.2, none, none); the answer is the version chosen, or zeros.
answers() {
  local version
  version=$({ exec 3<>"/dev/tcp/127.0.0.1/$1" &&
    printf '\x60\x60\xb0\x17\x00\x08\x08\x05\x00\x02\x04\x04\0\0\0\0\0\0\0\0' >&3 &&
    timeout 3 head -c 4 <&3 | od -An -tx1 | tr -d ' \n'; } 2>/dev/null) || return 1
  [ ${#version} -eq 8 ] && [ "$version" != 00000000 ]
}

taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

need_java() {
  local first
  command -v "$JAVA" >/dev/null || lacks "Java 17 or 21 is needed, and there is no ${JAVA_HOME:+$JAVA_HOME/bin/}java"
  first=$("$JAVA" -version 2>&1 | grep -m1 ' version "') || lacks "$JAVA does not tell its version"
  case $first in
    *' version "17'[.\"-]*|*' version "21'[.\"-]*) ;;
    *) lacks "Java 17 or 21 is needed, and $JAVA is: $first (JAVA_HOME chooses another)" ;;
  esac
}

# The telling lines of a log full of stack traces.
complaints() { grep -E '^(ERROR|Error|Invalid|Caused by)|ERROR|^[a-z.]+[A-Z][A-Za-z]*(Exception|Error)' | cut -c1-300 | tail -6 >&2; }

# Maven resolves the server through whatever settings this machine has. The jars appear
# under their final name all at once, so that a directory that is there is complete.
fetch() {
  [ ! -d "$LIB" ] || return 0
  command -v mvn >/dev/null || lacks "Maven (mvn) is needed to fetch Neo4j $VERSION the first time"
  mkdir -p "$CACHE"
  (
    flock -n 9 || { say "waiting for another fetch"; flock 9; }
    [ ! -d "$LIB" ] || exit 0
    rm -rf "$CACHE"/fetch.* # of a fetch that was killed
    work=$(mktemp -d "$CACHE/fetch.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT TERM HUP
    cat >"$work/pom.xml" <<POM
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>whence</groupId><artifactId>neo4j</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>$VERSION</version></dependency>
  </dependencies>
</project>
POM
    say "fetching Neo4j $VERSION, about 125 MB"
    # -C: a jar with a wrong checksum is an error. The plugin is pinned, or each Maven
    # would take its own.
    mvn -B -ntp -C -f "$work/pom.xml" \
      org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
      -DincludeScope=runtime -DoutputDirectory="$work/lib" >"$CACHE/fetch.log" 2>&1 </dev/null || {
      grep -m5 -F '[ERROR]' "$CACHE/fetch.log" >&2 || tail -5 "$CACHE/fetch.log" >&2
      die "Maven could not fetch Neo4j $VERSION (all it said: $CACHE/fetch.log)"
    }
    mv "$work/lib" "$LIB"
  ) 9>"$CACHE/lock"
}

# Written at every start. An unknown key would stop the server.
configure() {
  cat <<CONF
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:$PORT
server.http.enabled=false
server.https.enabled=false
server.memory.pagecache.size=$PAGECACHE
dbms.usage_report.enabled=false
# Otherwise 256 MiB are set aside for each of two databases.
db.tx_log.preallocate=false
db.tx_log.rotation.retention_policy=2 files
# Otherwise a stop waits ten seconds for threads that are idle.
internal.server.bolt.thread_pool_shutdown_wait_time=0s
CONF
  # Routing sends a client to the address by which it came, or to this one if it named
  # none (the official drivers all name theirs). A free port is not known beforehand.
  [ "$PORT" = 0 ] || echo "server.bolt.advertised_address=127.0.0.1:$PORT"
}

# The password must be in place before the server's first start, which would otherwise
# make one that has to be changed at the first login.
set_password() {
  if [ -d "$DATA/data/databases/system" ]; then
    [ -n "$PASSWORD" ] || die "$DATA holds data, but not its password: give it with --password"
  else
    PASSWORD=${PASSWORD:-$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')}
    # From a file, so that the process list does not show it.
    echo "org.neo4j.cli.AdminTool dbms set-initial-password $PASSWORD" >"$DATA/run/arguments"
    NEO4J_HOME=$DATA NEO4J_CONF=$DATA/conf "$JAVA" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
      -cp "$LIB/*" "@$DATA/run/arguments" >"$DATA/logs/password.log" 2>&1 </dev/null || {
      rm "$DATA/run/arguments"
      complaints <"$DATA/logs/password.log" || true
      die "the password could not be set"
    }
    rm "$DATA/run/arguments"
  fi
  echo "$PASSWORD" >"$DATA/conf/password"
}

# What Neo4j's own launcher passes: open modules for its off-heap memory and channels,
# vectors for its vector index. Out of memory is the end, not a server that hangs.
OPTIONS=(
  "-Xms$HEAP" "-Xmx$HEAP" -XX:+UseG1GC -XX:-OmitStackTraceInFastThrow -XX:+ExitOnOutOfMemoryError
  -XX:+UnlockExperimentalVMOptions -XX:+TrustFinalNonStaticFields -XX:+DisableExplicitGC
  -Djdk.nio.maxCachedBufferSize=1024
  -Dio.netty.tryReflectionSetAccessible=true -Dio.netty.leakDetection.level=DISABLED
  --add-opens=java.base/java.nio=ALL-UNNAMED
  --add-opens=java.base/java.io=ALL-UNNAMED
  --add-opens=java.base/sun.nio.ch=ALL-UNNAMED
  --add-opens=java.base/java.util.concurrent=ALL-UNNAMED
  --add-modules=jdk.incubator.vector
  -Dlog4j2.disable.jmx=true -Dfile.encoding=UTF-8
)

start() {
  local pid port seen deadline had=''
  mkdir -p "$DATA"/{conf,data,logs,run}
  # Of two starts for one home the second waits, and finds the server running.
  exec 9>"$DATA/run/lock"
  flock 9
  [ ! -s "$DATA/conf/password" ] || had=$(cat "$DATA/conf/password")
  PASSWORD=${PASSWORD:-$had}
  [ "${had:-$PASSWORD}" = "$PASSWORD" ] || die "$DATA was made with another password (see $DATA/conf/password)"
  if pid=$(server); then
    say "runs already, pid $pid"
    seen=0
  else
    PORT=${PORT:-7687}
    need_java
    fetch
    # A server that was killed may hold its port a moment longer.
    deadline=$((SECONDS + 3))
    while [ "$PORT" != 0 ] && taken "$PORT"; do
      [ $SECONDS -lt $deadline ] || die "port $PORT is in use by another program (--port 0 takes a free one)"
      sleep 0.2
    done
    configure >"$DATA/conf/neo4j.conf"
    set_password
    seen=$(stat -c %s "$DATA/logs/neo4j.log" 2>/dev/null || echo 0)
    # A session of its own: Ctrl-C in the caller's terminal is not for the server. In the
    # background setsid does not fork, so $! is the server.
    setsid "$JAVA" "${OPTIONS[@]}" -cp "$LIB/*" org.neo4j.server.CommunityEntryPoint \
      --home-dir="$DATA" --config-dir="$DATA/conf" </dev/null >"$DATA/logs/console.log" 2>&1 9>&- &
    pid=$!
    disown # or the shell would report how it ended
    # shellcheck disable=SC2064 # this pid
    trap "kill $pid 2>/dev/null; exit 130" INT TERM HUP
    echo "$pid" >"$PIDFILE"
  fi
  deadline=$((SECONDS + TIMEOUT))
  until port=$(listens "$pid") && answers "$port"; do
    if ! alive "$pid"; then
      rm -f "$PIDFILE"
      # A wrong setting is told on the console, what comes later in the log.
      { cat "$DATA/logs/console.log"; tail -c "+$((seen + 1))" "$DATA/logs/neo4j.log"; } 2>/dev/null | complaints || true
      die "the server ended while starting (logs: $DATA/logs)"
    fi
    if [ $SECONDS -ge $deadline ]; then
      kill -KILL "$pid"
      rm -f "$PIDFILE"
      die "the server was not ready after $TIMEOUT s (logs: $DATA/logs)"
    fi
    sleep 0.1
  done
  [ "${PORT:-0}" = 0 ] || [ "$PORT" = "$port" ] || die "the server of $DATA runs on port $port; stop it first"
  say "ready: pid $pid, in $DATA"
  address "$port"
}

address() { echo "neo4j://neo4j:$(cat "$DATA/conf/password")@127.0.0.1:$1/neo4j"; }

# A zombie whose parent never asks is gone too, once its last thread is: until then the
# threads hold the port and the lock on the data.
alive() {
  [ -d "/proc/$1" ] || return 1
  ! grep -q '^State:[[:space:]]*[ZX]' "/proc/$1/status" 2>/dev/null || [ "$(find "/proc/$1/task" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l)" -gt 1 ]
}

stop() {
  local pid deadline=$((SECONDS + TIMEOUT))
  if pid=$(server); then
    kill "-$SIGNAL" "$pid" 2>/dev/null || true
    while alive "$pid"; do
      [ $SECONDS -lt $deadline ] || die "pid $pid still runs, $TIMEOUT s after SIG$SIGNAL"
      sleep 0.1
    done
    say "stopped pid $pid"
  else
    say "not running ($DATA)"
  fi
  rm -f "$PIDFILE"
}

# admin runs in the caller's folder, as files are named from there.
admin() {
  mkdir -p "$DATA"/{conf,data,logs,run}
  exec 9>"$DATA/run/lock"
  flock 9
  ! server >/dev/null || die "$DATA has a server that runs; stop it first"
  need_java
  fetch
  [ -e "$DATA/conf/neo4j.conf" ] || PORT=0 configure >"$DATA/conf/neo4j.conf"
  NEO4J_HOME=$DATA NEO4J_CONF=$DATA/conf "$JAVA" "${OPTIONS[@]}" -XX:TieredStopAtLevel=1 -cp "$LIB/*" org.neo4j.cli.AdminTool "$@" 9>&-
}

status() {
  local pid port
  pid=$(server) || { say "not running ($DATA)"; exit 3; }
  if ! { port=$(listens "$pid") && answers "$port"; }; then die "pid $pid runs, but does not answer"; fi
  say "pid $pid, $(awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$pid/status") MiB, in $DATA"
  address "$port"
}

case $COMMAND in
  start|stop|status|fetch) "$COMMAND" ;;
  admin) admin "$@" ;;
  *) usage ;;
esac
