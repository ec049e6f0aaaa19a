#!/usr/bin/env bash
# Runs the commands of docs/deploy.md as they stand in a fresh Debian 12, as root: deploy/try-docs.sh FOLDER
#   FOLDER    where that Debian is made; absent before, and left there afterwards
#   MIRROR    where debootstrap gets it (http://deb.debian.org/debian)
#   BASE      a folder that debootstrap made, with systemd in it; copied in place of a new one
#   WITH      a folder laid over it, for what the network here asks for (a certificate authority, settings of pip and npm)
#   PASS      names of variables that are passed on to it, for the same
#   PATIENCE  seconds for all of it (3600)
# What is committed here is what is deployed there. It is a chroot, so ports 80, 443, 5432 and 6379 of this machine have to be
# free, and what is fetched comes by this machine's network. systemd does not run in one: deploy/tryout/systemctl.py runs the units.
set -euo pipefail
[ $# -eq 1 ] && [ ! -e "$1" ] || { echo "usage: $0 FOLDER, which is not there yet" >&2; exit 1; }
[ "$(id -u)" = 0 ] || { echo "root makes a chroot" >&2; exit 1; }
command -v debootstrap >/dev/null || [ -n "${BASE:-}" ] || { echo "apt-get install debootstrap" >&2; exit 1; }
for port in 80 443 5432 6379; do
  ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "port $port is taken" >&2; exit 1; }
done
here=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
root=$(cd "$1" && pwd)

if [ -n "${BASE:-}" ]; then
  cp -a "$BASE/." "$root"
else
  debootstrap --variant=minbase --include=systemd,systemd-sysv bookworm "$root" "${MIRROR:-http://deb.debian.org/debian}"
fi
[ -z "${WITH:-}" ] || cp -aL "$WITH/." "$root"
cp --remove-destination /etc/resolv.conf "$root/etc/resolv.conf"
install -m 755 "$here/deploy/tryout/systemctl.py" "$root/usr/local/bin/systemctl"
# Where the page clones from leads to what is committed here.
git clone -q --bare "$here" "$root/opt/vitrine.git"
printf '[url "/opt/vitrine.git"]\n\tinsteadOf = https://git.example.org/vitrine.git\n' >"$root/etc/gitconfig"
python3 "$here/deploy/tryout/blocks.py" "$here/docs/deploy.md" >"$root/opt/deploy.sh"

end() { # whatever still runs in it, by its id, and then its mounts
  local pid
  for signal in TERM KILL; do
    for pid in /proc/[0-9]*; do
      [ "$(readlink "$pid/root" 2>/dev/null)" != "$root" ] || kill "-$signal" "${pid#/proc/}" 2>/dev/null || true
    done
    sleep 3
  done
  umount "$root/dev/shm" "$root/proc" 2>/dev/null || true
}
trap end EXIT
mount -t proc proc "$root/proc"
mkdir -p "$root/dev/shm" && mount -t tmpfs tmpfs "$root/dev/shm"
passed=()
for name in ${PASS:-}; do passed+=("$name=${!name}"); done
timeout "${PATIENCE:-3600}" chroot "$root" /usr/bin/env -i HOME="$(getent passwd 0 | cut -d: -f6)" LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ${passed[@]+"${passed[@]}"} bash /opt/deploy.sh
