import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { resultOf, spread, type Family, type Text } from './family.ts'
import { ownPaths } from './git.ts'

/** What harmless commands print on this machine. */
export const OUTPUTS: readonly Family[] = [
  {
    name: 'command-outputs',
    category: 'benign_document',
    texts: ({ root }) => outputs(root),
    entry: resultOf('shell'),
  },
  { name: 'command-help', category: 'benign_document', texts: ({ root }) => helpTexts(root), entry: resultOf('shell') },
]

const TIMEOUT_MS = 10_000
const MOST_BYTES = 8 * 1024 * 1024
/** Keeps colors, pagers and translations out of the outputs. */
const QUIET = {
  LC_ALL: 'C.UTF-8',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  NO_COLOR: '1',
  COLUMNS: '120',
  TURBO_TELEMETRY_DISABLED: '1',
}
const CHUNK_LINES = 60
const BLAMED_FILES = 60

/** All of these only read. `ps` shows the columns of `ps aux` without arguments, which can hold secrets. */
const WHOLE = `
ps -eo user,pid,%cpu,%mem,vsz,rss,tty,stat,start,time,comm
ps -eo pid,ppid,pgid,ni,nlwp,stat,etime,comm --forest
df -h
df -i
df -hT
free -m
vmstat
uptime
uname -a
lscpu
lsblk
lsmod
findmnt --df
id
groups
date --rfc-3339=seconds
cal
locale
locale -a
nproc --all
getconf -a
ulimit -a
ip -brief addr
ip -s link
ip route
ss -s
ss -tln
cat /proc/cpuinfo
cat /proc/meminfo
cat /proc/version
cat /proc/filesystems
cat /proc/interrupts
cat /proc/stat
cat /proc/vmstat
cat /proc/partitions
cat /proc/net/dev
cat /proc/devices
cat /proc/crypto
cat /proc/swaps
cat /proc/diskstats
cat /proc/self/status
cat /proc/self/limits
cat /etc/os-release
ls -la
ls -la docs
ls -la docs/decisions
ls -la apps/server
ls -la apps/server/src
ls -la apps/web/src
ls -la packages
ls -la packages/rules/src
ls -la packages/rules/src/builtin
ls -la packages/db/src
ls -la scripts
ls -la node_modules/.bin
ls -la /
ls -la /etc
ls -la /usr
ls -la /usr/lib
ls -la /usr/share
ls -la /usr/share/doc
ls -la /usr/include
ls -la /usr/local
ls -la /usr/sbin
ls -la /usr/bin
ls -la /var/lib
ls -la /var/log
ls -la /boot
ls -la /dev
ls -la /opt
ls -la /srv
ls -1 node_modules/.pnpm
ls -R docs
ls -lhS packages/rules/src/builtin
du -sh docs apps packages scripts
du -h --max-depth=2 docs
du -h --max-depth=2 packages --exclude=node_modules
du -h --max-depth=2 apps --exclude=node_modules
git status
git status --short --branch
git branch -a -v
git tag -n
git stash list
git worktree list
git shortlog -sn HEAD
git shortlog HEAD -n
git log -20
git log -20 --stat
git log -50 --oneline --graph --decorate
git log -100 --format=%h%x09%ad%x09%s --date=short
git log -30 --name-status
git diff --stat HEAD~20
git diff --stat HEAD~100
git diff --name-only HEAD~50
git count-objects -vH
git reflog -n 30
git ls-tree HEAD
git ls-tree -r --long HEAD docs
git show --stat HEAD
git show --stat HEAD~1
git show --stat HEAD~2
git describe --always --dirty
git rev-parse HEAD --short HEAD --abbrev-ref HEAD
git help -a
git help -g
npm ls --depth=0
npm ls -g --depth=1
npm help
npm run
node -p process.versions
node -p process.config
node --v8-options
python3 -m pip list
python3 -m this
gcc -v
gcc --version
gcc -dumpspecs
gcc -Q --help=optimizers
g++ --version
make --version
make -p -f /dev/null
ld --verbose
cmake --version
rustc -vV
cargo --list
go env GOVERSION GOOS GOARCH
java -version
perl -V
perl -v
ruby --version
openssl version -a
openssl list -commands
openssl ciphers -v
curl --version
sqlite3 --version
bash --version
tar --version
ssh -V
apt-cache stats
apt-cache policy bash
apt-cache show bash
apt-cache depends git
dpkg -s bash
dpkg -s coreutils
dpkg -L bash
dpkg -L coreutils
dpkg -L git
dpkg -L perl-base
dpkg -L libc6
dpkg --print-architecture --print-foreign-architectures
update-alternatives --get-selections
ldconfig -p
ldd /usr/bin/git
ldd /usr/bin/perl
file /usr/bin/git /usr/bin/perl /bin/sh
stat README.md package.json
wc -l README.md CHANGELOG.md package.json
md5sum README.md package.json
head -n 40 pnpm-lock.yaml
tail -n 40 pnpm-lock.yaml
sed -n 1,60p CHANGELOG.md
jq . package.json
jq .scripts package.json
jq -r .devDependencies|keys[] package.json
infocmp xterm
infocmp -1 vt100
stty -a
tput -T xterm longname
terminfo -V
tzselect --version
timedatectl
systemctl list-unit-files
journalctl --disk-usage
loginctl
lsns
lsipc
lslocks -o COMMAND,TYPE,SIZE,MODE
lslogins -u
lspci
lsusb
lsfd --summary=only
getent services
getent protocols
getent hosts localhost
numactl --hardware
sysctl -n kernel.ostype kernel.osrelease kernel.version
who -a
w -h
last -n 5
xxd -l 512 /usr/bin/env
od -A x -t x1z -N 512 /usr/bin/env
hexdump -C -n 512 /usr/bin/env
strings -n 12 /usr/bin/env
nm -D /usr/bin/env
readelf -h /usr/bin/env
readelf -d /usr/bin/env
readelf -l /usr/bin/git
objdump -p /usr/bin/env
size /usr/bin/env /usr/bin/git
kill -L
seq -s , 1 200
factor 1001 1002 1003 1004
`

/** These print long lists, of which an agent would look at a page at a time. */
const PAGED = `
dpkg -l
apt list --installed
dpkg-query -W -f \${Package}\\t\${Version}\\t\${Section}\\t\${Maintainer}\\n
git log --oneline
git ls-files -s
git grep -n import.*node: -- apps packages
git grep -n export.*function -- apps packages scripts
git grep -n -i TODO
git grep -c describe -- *.test.ts
find docs packages apps -name *.ts -not -path */node_modules/* -size +8k -ls
sysctl -a
find /usr/lib -maxdepth 2 -name *.so.*
find /usr/share -maxdepth 3 -type d
find /etc -maxdepth 2 -ls
sha256sum /usr/include/stdio.h /usr/include/stdlib.h /usr/include/string.h
wc -l -- /usr/include/stdio.h /usr/include/stdlib.h
`

const PROGRAMS = `
addr2line apt apt-cache apt-get apt-mark ar arch as awk b2sum base32 base64 basename bash bc bison bzip2 c++filt cargo cat
chgrp chmod chown chroot cksum clang cmake cmp column comm cp cpp csplit curl cut date dd debconf df diff diff3 dircolors
dirname dmesg docker dpkg dpkg-deb dpkg-query du echo egrep env expand expr factor fc-list fgrep file find findmnt flex
flock fmt fold free g++ gcc gdb getconf getent getopt git gpg gpgv grep groups gzip head hexdump hostname iconv id install
ionice ip java join jq kill killall ld ldconfig ldd less link ln locale localedef logger login logname look ls lsblk lscpu
lsipc lsmem lsns lsof m4 make man mawk mcookie md5sum mkdir mkfifo mknod mktemp more mount mountpoint mv namei nano nice nl
nm node nohup npm npx nproc nsenter numfmt objcopy objdump od openssl partx passwd paste patch pathchk perl pgrep pidof
pinky pip pip3 pmap pr prlimit printenv printf ps ptx pwd pwdx python3 ranlib readelf readlink realpath rename renice
rev rg rm rmdir rsync run-parts runcon rustc scp script sdiff sed seq setarch setpriv setsid sha1sum sha256sum sha512sum
shred shuf size skill slabtop sleep sort split sqlite3 ssh-keygen stat stdbuf strace strings strip stty su sum swapon sync
sysctl tac tail tar taskset tee test timeout tload top touch tput tr tree true truncate tsort tty umount uname unexpand
uniq unlink unshare unxz unzip update-alternatives uptime users utmpdump valgrind vdir vi vim vmstat w watch wc wget
whereis which who xargs xxd xz yes zcat zdiff zgrep zip zipinfo zless zstd
oxlint oxfmt tsc vitest turbo knip sherif tsx depcruise
`

function* outputs(root: string): Generator<Text> {
  yield { text: Object.keys(process.env).sort().join('\n') }
  for (const [file, ...args] of commandsOf(WHOLE)) yield { text: run(root, file, args) }
  for (const [file, ...args] of commandsOf(PAGED)) yield* pages(run(root, file, args))
  for (const path of spread(ownPaths(root, /\.(ts|md|json)$/), BLAMED_FILES))
    yield { text: run(root, 'git', ['blame', '--date=short', path]) }
}

function* helpTexts(root: string): Generator<Text> {
  for (const program of PROGRAMS.trim().split(/\s+/).sort()) yield { text: run(root, program, ['--help']) }
}

function commandsOf(list: string): [string, ...string[]][] {
  return list
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [file = '', ...args] = line.split(' ')
      return [file, ...args]
    })
}

function* pages(output: string): Generator<Text> {
  const lines = output.split('\n')
  for (let at = 0; at < lines.length; at += CHUNK_LINES) yield { text: lines.slice(at, at + CHUNK_LINES).join('\n') }
}

/** What a program prints, errors included. It is empty if the program is absent or too slow. */
function run(root: string, file: string, args: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync(file, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MOST_BYTES,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...QUIET,
      PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
    },
  })
  return error === undefined ? stdout + stderr : ''
}
