#!/usr/bin/env bash
# python.sh: the Python that the tests of the notebooks and of the exports run on.
#
#   deploy/python.sh         prints the path of its interpreter, alone on standard output
#
# It is a virtual environment of the machine's python3 with the packages of requirements.txt: those versions, those hashes,
# wheels only, so that nothing is compiled and no package's own code runs to install it. It is made once, about 750 MB, and
# kept in whence/python-HASH under XDG_CACHE_HOME or ~/.cache; other requirements or another python3 have another HASH.
#
# Exit status: 0 done; 1 failed; 2 asked wrongly; 4 this machine lacks something: flock, or Python 3.11 or later with venv.
set -euo pipefail

say()   { echo "python.sh: $*" >&2; }
die()   { say "$*"; exit 1; }
lacks() { say "$*"; exit 4; }

[ $# -eq 0 ] || { sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
unset PYTHONHOME PYTHONPATH # they would reach into the environment
requirements=$(dirname "$0")/requirements.txt
command -v flock >/dev/null || lacks "flock is needed (util-linux)"
command -v python3 >/dev/null || lacks "Python 3.11 or later is needed, and there is no python3"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || lacks "Python 3.11 or later is needed, and $(command -v python3) is $(python3 --version)"
python3 -c 'import ensurepip, venv' 2>/dev/null || lacks "$(command -v python3) cannot make virtual environments (apt-get install python3-venv)"
[ -n "${XDG_CACHE_HOME:-${HOME:-}}" ] || die "neither HOME nor XDG_CACHE_HOME is set"

hash=$({ python3 -c 'import sys; print(sys.version, sys.base_prefix)'; cat "$requirements"; } | sha256sum | cut -c1-16)
home=${XDG_CACHE_HOME:-$HOME/.cache}/whence/python-$hash

# The mark is the last thing made: an environment without one was left by an installation that was killed, and is made anew.
# The lock is held by what pip still does, even when this shell is killed alone.
if [ ! -e "$home/complete" ]; then
  mkdir -p "$(dirname "$home")"
  exec 9>"$home.lock"
  flock -n 9 || { say "waiting for another installation"; flock 9; }
  if [ ! -e "$home/complete" ]; then
    say "installing Python packages, about 150 MB to fetch"
    rm -rf "$home"
    python3 -m venv "$home" >&2 || die "no virtual environment could be made in $home"
    "$home/bin/python" -m pip install --quiet --no-input --disable-pip-version-check \
      --no-deps --only-binary :all: --require-hashes -r "$requirements" >&2 </dev/null ||
      die "the packages of $requirements could not be installed"
    touch "$home/complete"
  fi
  exec 9>&-
fi
echo "$home/bin/python"
