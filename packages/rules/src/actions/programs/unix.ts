import type { ProgramRow } from '../program-row.ts'

/** A shell that nobody gave a script: what follows it ends it, redirects it, or makes it interactive. */
const END = String.raw`(?=\s{0,9}(?:$|["'\x60;),\\}&|<>]|\d[<>]|-[ip]{1,3}(?:\s|$)))`
const SHELL_PATH = String.raw`\bbin\/(?:ba|da|z|k|c|tc|a|fi)?sh${END}`
const SHELL_CALL = String.raw`(?:\bexec|\bsystem|\bspawn|\bpopen|\bexecute|\bexecl\w{0,2}|!|--?[\w-]{0,20}(?:command|exec|eval|shell|action|program))[\s"'(=:[]{1,6}(?:ba|da|z|k)?sh${END}`
const SHELL = new RegExp(`${SHELL_PATH}|${SHELL_CALL}`, 'i')
const SHELL_PROGRAM = new RegExp(SHELL_PATH, 'i')

/**
 * What programs of Linux, macOS and BSD can do beyond what they are made for.
 *
 * From their manuals, from GTFOBins (https://gtfobins.github.io: functions Shell, Command, Reverse shell, Bind shell,
 * File upload, File download, Library load, SUID) and from MITRE ATT&CK (https://attack.mitre.org).
 */
export const UNIX_PROGRAMS: readonly ProgramRow[] = [
  // Shells on the network: T1059.004, T1095.
  {
    programs: 'nc ncat netcat nc.traditional nc.openbsd',
    does: 'network_shell',
    given: /(?:^|\s)(?:-[a-z]{0,12}[ec]\s|--(?:sh-)?exec)/i,
  },
  { programs: 'socat', does: 'network_shell', given: /\b(?:exec|system):/i },
  { programs: 'sh bash dash zsh ksh', does: 'network_shell', given: /\/dev\/(?:tcp|udp)\/[^\s/]{1,100}\/\d/ },
  {
    programs:
      'exec cat find xargs python python2 python3 perl ruby php node lua awk gawk nohup setsid socat script env',
    does: 'network_shell',
    given: /\/dev\/(?:tcp|udp)\/[^\s/]{1,100}\/\d|\/inet\/(?:tcp|udp)\//i,
  },
  { programs: 'zsh', does: 'network_shell', given: /\bztcp\b/ },
  {
    programs: 'rcat rustcat pwncat pwncat-cs',
    does: 'network_shell',
    given: /(?:^|\s)(?:-e|-s|-c|--exec|--shell)\s|\bconnect\b/,
  },
  {
    programs:
      'python python2 python3 perl ruby php lua luajit node nodejs deno bun go awk gawk tclsh jrunscript jjs groovy java julia ghci expect irb scheme racket elixir erl',
    does: 'network_shell',
    given:
      /(?:\bsocket\b|\bIO::Socket|\bTCPSocket\b|\bTCPServer\b|\bfsockopen\b|\bnet\.(?:connect|Socket|createConnection|Dial)|\binet\.|\bSocketChannel\b|\bnew Socket\b)[\s\S]{0,600}?(?:\bdup2\b|\bpty\.spawn\b|\bsubprocess\b|\bpopen\b|\bbin\/(?:ba|z|da)?sh\b|\bcmd(?:\.exe)?\b|\bexec\w{0,40}\b|\bsystem\b|\bspawn\b|>&|\bopen\b|\bProcess)/i,
  },
  { programs: 'telnet openssl ncat nc', does: 'network_shell', given: new RegExp(SHELL_PROGRAM.source, 'i') },
  { programs: 'msfvenom', does: 'attack_tool' },
  // A shell out of a program that is made for something else.
  {
    programs:
      'ansible-playbook aria2c awk gawk mawk nawk bundle bundler busctl byebug c89 c99 capsh cobc composer cowsay cowthink cpan cpio cpulimit csvtool dialog distcc dmesg dotnet dvips easy_install ed emacs enscript ex expect facter flock fping g++ gcc gdb gem genie ghc ghci gimp ginsh git grc gtester hping3 iftop ionice irb jjs journalctl jrunscript jshell julia ld.so less loginctl logsave ltrace lua lualatex luatex mail man more msgfilter multitime mysql nano ncdu neofetch nice nmap node npm nroff octave openvpn pdb pdflatex perf perl perlbug pexec pg php pic pico pip pip3 pry psftp psql puppet python python2 python3 rake restic rlwrap rpm rpmdb rpmquery rsync ruby run-mailcap run-parts runscript rview rvim sash scanmem scp scrot sed service setarch setlock sftp slsh softlimit split sqlite3 ssh-agent start-stop-daemon stdbuf strace tar task taskset tasksh tbl tclsh telnet tex timedatectl timeout torify torsocks troff unshare unzip valgrind vi view vim vimdiff volatility wget wish xdg-user-dir xdotool xelatex xetex yarn zip zsoelim zypper nohup time watch choom chrt systemd-run systemctl aa-exec agetty apt apt-get dpkg snap bconsole pkexec check_by_ssh ispell hd latex cabal',
    does: 'escapes_to_shell',
    given: SHELL,
  },
  {
    programs: 'find',
    does: 'escapes_to_shell',
    given: new RegExp(String.raw`-(?:exec|ok)(?:dir)?\s{1,9}(?:\S{0,80}bin\/)?(?:ba|da|z|k)?sh${END}`, 'i'),
  },
  {
    programs: 'xargs env command exec',
    does: 'escapes_to_shell',
    given: new RegExp(String.raw`^(?:-\S{1,80}\s{1,9}){0,4}\S{0,9}bin\/(?:ba|da|z|k)?sh\s{1,9}-p`, 'i'),
  },
  {
    programs: 'ssh scp sftp',
    does: 'escapes_to_shell',
    given:
      /(?:ProxyCommand|LocalCommand)\s?=?\s?[;"'\s]{0,12}(?:\S{0,80}\/)?(?:ba|da|z|k)?sh\b|\s-S\s{1,9}\S{0,80}\/(?:ba)?sh\b/i,
  },
  { programs: 'make', does: 'escapes_to_shell', given: /--eval\b[^\n]{0,60}\bbin\/(?:ba)?sh\b/ },
  {
    programs: 'tar',
    does: 'escapes_to_shell',
    given: /--checkpoint-action=\S{0,80}exec|--to-command=|--use-compress-program=\S{0,80}sh\b|\s-I\s{1,9}\S{0,80}sh\b/,
  },
  { programs: 'python python2 python3 perl ruby php node lua', does: 'escapes_to_shell', given: /\bpty\.spawn\b/ },
  {
    programs: 'script',
    does: 'escapes_to_shell',
    given: /(?:^|\s)-q\w{0,40}\s{1,9}(?:\S{0,80}bin\/(?:ba)?sh\s{1,9})?\/dev\/null(?:\s{1,9}-c\s{1,9}\S{0,80}sh)?/,
  },
  { programs: 'sh bash dash zsh ksh ash csh tcsh', does: 'raises_rights', given: /(?:^|\s)-p(?:\s|$)/ },
  {
    programs: '*',
    does: 'raises_rights',
    given:
      /\bos\.set(?:res|re)?uid\s?\(\s?0|\bsetuid\s?\(\s?0\s?\)|\bProcess::Sys\.setuid\b|\bposix_setuid\s?\(\s?0|\bcap_setuid\b|\bcap_sys_admin\b|\bcap_dac_\w{1,40}/,
  },
  {
    programs: '*',
    does: 'unleashes_agent',
    given:
      /--dangerously-(?:skip-permissions|bypass-approvals-and-sandbox)\b|--yolo\b|--trust-all-tools\b|--approval-mode[\s=]yolo\b|--allow-all-tools\b/,
  },
  { programs: 'find', does: 'looks_for_weak_spots', given: /-perm\s{1,9}[-/](?:[ug]=s|[246]000)|-writable\b/ },
  { programs: 'getcap', does: 'looks_for_weak_spots', given: /-r\s{1,9}\// },
  { programs: 'sudo', does: 'looks_for_weak_spots', given: /^-l\s{0,9}$/ },
  { programs: 'whoami id uname hostname logname', does: 'asks_who' },
  {
    programs: 'grep egrep rg ag',
    does: 'searches_for_secrets',
    given: /\b(?:passw(?:or)?d|pass|secrets?|api_?key|token|BEGIN (?:RSA|OPENSSH|EC)|PRIVATE KEY|AKIA|credentials?)\b/i,
  },
  { programs: 'osascript', does: 'captures_input', given: /hidden answer|display dialog[^\n]{0,200}password/i },
  { programs: 'osascript', does: 'raises_rights', given: /with administrator privileges/i },
  { programs: 'osascript', does: 'deletes', given: /\bdelete\b/i },
  { programs: 'trap', does: 'captures_input', given: /BASH_COMMAND[^\n]{0,80}DEBUG/ },
  { programs: 'export echo', does: 'captures_input', given: /PROMPT_COMMAND=[^\n]{0,60}history/ },
  { programs: 'auditctl', does: 'captures_input', given: /-S\s{1,9}execve/ },
  { programs: 'ln', does: 'deletes', given: /\/dev\/null\s/ },
  { programs: 'dd', does: 'deletes', given: /\bif=\/dev\/(?:zero|u?random)\b/ },
  { programs: 'cp', does: 'disguises', given: /(?:^|\s)\S{0,20}\/bin\/(?:ba|da|z|k)?sh\s{1,9}\S/ },
  {
    programs: '*',
    does: 'disguises',
    given: /\.(?:pdf|docx?|xlsx?|png|jpe?g|txt|mp4|csv)\.(?:exe|scr|bat|vbs|cmd|js|sh|command|app)\b/i,
  },
  { programs: '*', does: 'attack_tool', given: /(?:\\x[\da-f]{2}){24}/i },
  { programs: 'mdatp', does: 'disables_protection', given: /\bdisabled?\b/ },
  {
    programs: '*',
    does: 'asks_for_credentials',
    given:
      /--remote-debugging-port\b[^\n]{0,120}(?:Chrome|user-data-dir)|(?:Chrome|chrome)[^\n]{0,120}--remote-debugging-port\b/,
  },
  // Code that stays hidden in arguments.
  {
    programs: 'python python2 python3 perl ruby php node',
    does: 'decodes',
    given:
      /\b(?:exec|eval|compile|system|Function|require)\b[\s\S]{0,80}?\b(?:b64decode|base64|decode_base64|codecs\.decode|fromhex|unhexlify|zlib|marshal|atob|Buffer\.from|gzinflate|str_rot13|pack)\b/i,
  },
  {
    programs: 'python python2 python3 perl ruby php node',
    does: 'runs_download',
    given:
      /\b(?:exec|eval|compile)\b[\s\S]{0,80}?\b(?:urlopen|urllib|requests\.get|urlretrieve|file_get_contents|open-uri|http\.get|LWP)\b/i,
  },
  {
    programs: 'python python2 python3 perl ruby php node',
    does: 'sends',
    given:
      /\b(?:requests\.(?:post|put)|urlopen|http\.client|HTTPConnection|Net::HTTP|fetch\(|axios\.post|curl_exec|LWP::UserAgent|smtplib|ftplib|paramiko)\b/i,
  },
  {
    programs: 'python python2 python3 perl ruby php node',
    does: 'reads',
    given:
      /\b(?:open|read_text|read_bytes|readFile(?:Sync)?|file_get_contents|File\.read|slurp|environ|process\.env|getenv)\b/i,
  },
  {
    programs: 'base64 base32 uudecode xxd openssl gpg',
    does: 'decodes',
    given: /(?:^|\s)(?:-d\w{0,40}|-D|--decode|-r|-di|enc\s[^\n]{0,80}-d)\b/,
  },
  { programs: 'uudecode rev hex2bin', does: 'decodes' },
  { programs: 'tr', does: 'decodes', given: /a-z|A-Z/ },
  { programs: 'printf echo', does: 'decodes', given: /(?:\\x[\da-f]{2}|\\[0-7]{3}){6}/i },
  { programs: 'gunzip zcat bzcat xzcat gzip', does: 'decodes', given: /^-d|^-c|^$/ },
  {
    programs: 'sh bash dash zsh ksh ash csh tcsh python python2 python3 perl ruby php node pwsh lua osascript',
    does: 'runs_input',
    given: /^(?:-[is]?|\/dev\/stdin|-s\s.{0,200}|--\s{0,9}.{0,200})?$/,
  },
  { programs: 'source . eval', does: 'runs_text' },
  { programs: 'sh bash dash zsh ksh', does: 'runs_text', given: /^-\w{0,40}c\b/ },
  { programs: 'eval source .', does: 'runs_download', given: /(?:<\(|\$\(|\x60)\s{0,3}(?:curl|wget|fetch)\b/ },
  { programs: 'sh bash dash zsh ksh', does: 'runs_download', given: /(?:<\(|\$\(|\x60)\s{0,3}(?:curl|wget|fetch)\b/ },
  { programs: 'gcc g++ cc clang tcc go rustc nasm as csc mcs javac', does: 'compiles', given: /\S/ },
  // Transfer: T1105, T1048, T1567.
  {
    programs: 'curl wget fetch aria2c axel lwp-download lwp-request http https httpie ftp tftp sftp scp rsync lftp',
    does: 'downloads',
  },
  {
    programs:
      'openssl finger whois ab bash cancel cp cpan dig docker easy_install gdb gimp irb jjs jrunscript ksh lua nmap node php pip pip3 rview rvim smbclient ssh svn telnet vim socat',
    does: 'downloads_oddly',
    given: /(?:^|\s)(?:s_client\b|-download\b|--script-args=\S{0,80}url|RETR\b|INPUT:http)/i,
  },
  {
    programs: 'curl',
    does: 'sends',
    given:
      /(?:^|\s)(?:-d|-F|-T|-\w{0,40}T|--data(?:-\w{1,40})?|--json|--form(?:-string)?|--upload-file|-X\s?(?:POST|PUT))(?:[\s=@]|$)/,
  },
  {
    programs: 'curl wget',
    does: 'sends',
    given:
      /(?:\$\(|\x60)\s{0,3}(?:cat|base64|env|whoami|id|printenv|hostname|uname|history|head|tail|grep|find|ls|tar|xxd)\b|\$\{?(?:\w{0,40}(?:TOKEN|SECRET|KEY|PASSWORD|PASS|CREDENTIALS?)\w{0,40})\b/,
  },
  { programs: 'wget', does: 'sends', given: /--(?:post|body)-(?:file|data)\b/ },
  {
    programs:
      'scp rsync sftp ftp tftp lftp rclone s3cmd gsutil azcopy mega-put megaput ncftpput smbclient croc wormhole magic-wormhole restic',
    does: 'sends',
  },
  { programs: 'aws', does: 'sends', given: /\bs3(?:api)?\s{1,9}(?:cp|sync|mv|put-object)\s{1,9}(?!s3:)/ },
  { programs: 'nc ncat netcat nc.traditional nc.openbsd socat telnet', does: 'sends' },
  { programs: 'openssl', does: 'sends', given: /\bs_client\b[^\n]{0,80}-connect/ },
  { programs: 'ssh', does: 'sends', given: /\s(?:["']?(?:cat|tee|dd|tar)\b|[^\n]{0,100}>)/ },
  { programs: 'mail mailx sendmail mutt swaks ssmtp msmtp s-nail', does: 'sends' },
  {
    programs: 'finger whois ab cancel restic nmap rview',
    does: 'sends_oddly',
    given: /(?:\$\(|\x60)|(?:^|\s)-(?:p|h|g)\s/,
  },
  {
    programs: 'dig nslookup host drill kdig ping resolvectl getent',
    does: 'sends_in_lookups',
    given: /(?:\$\(|\x60|\$\{?\w{1,20}\}?\.)[^\n]{0,200}?\.?\w|\s-p\s{1,9}(?:\$|[\da-f]{8})/i,
  },
  { programs: 'xxd base64 base32 od hexdump', does: 'reads' },
  {
    programs:
      'tor torify torsocks proxychains proxychains4 chisel iodine iodined dnscat dnscat2 frpc frps gost ligolo revsocks stunnel bore localtunnel lt',
    does: 'tunnels',
  },
  { programs: 'curl wget', does: 'sends', given: /[?&/][\w.-]{0,40}=?\{\}/ },
  { programs: 'ngrok cloudflared', does: 'tunnels', given: /\b(?:tcp|http|start|tunnel)\b/ },
  { programs: 'ssh autossh plink', does: 'tunnels', given: /(?:^|\s)-(?:[a-zA-Z]{0,6}[RD])\s?[\d[*]/ },
  { programs: 'nc ncat netcat nc.traditional', does: 'listens', given: /(?:^|\s)-\w{0,40}l|--listen/ },
  { programs: 'socat', does: 'listens', given: /LISTEN/i },
  // Reading and copying.
  {
    programs:
      'cat head tail less more tac nl strings od xxd hexdump base64 base32 awk gawk sed cut sort uniq dd cp mv tar zip 7z gzip tee vi vim nano view jq yq diff comm paste fold pr openssl install ln sqlite3 unshadow john open pbcopy xclip xsel',
    does: 'reads',
  },
  { programs: 'find grep egrep rg ag fd locate mdfind', does: 'searches' },
  { programs: 'cp mv install ln rsync dd tee ed ex perl python python3', does: 'writes' },
  // In place, or with its command `w`. Otherwise it only prints.
  { programs: 'sed', does: 'writes', given: /(?:^|\s)(?:-[nErsz]{0,6}i|--in-place)|(?:^|[\s;{/\d$])w\s{1,4}[\w./~$]/ },
  { programs: 'cp mv rsync install', does: 'copies' },
  { programs: 'tar zip 7z 7za 7zr rar gzip bzip2 xz zstd ditto cpio hdiutil', does: 'archives' },
  {
    programs: 'zip 7z 7za rar',
    does: 'archives_secretly',
    given: /(?:^|\s)(?:-(?:P|e|hp|p)\S{0,80}|--password\S{0,80}|--encrypt)/,
  },
  {
    programs: 'gpg gpg2 openssl ccrypt ccencrypt age',
    does: 'encrypts',
    given: /(?:^|\s)(?:-c|-e|--symmetric|--encrypt|enc\s|-K|rsautl|pkeyutl|smime)/,
  },
  { programs: 'ccrypt ccencrypt', does: 'encrypts' },
  // Deleting: T1485, T1070.
  { programs: 'rm unlink shred srm wipe trash truncate', does: 'deletes' },
  { programs: 'find', does: 'deletes', given: /-delete\b|-exec\s{1,9}(?:\S{0,80}\/)?(?:rm|shred|unlink)\b/ },
  { programs: 'rm', does: 'destroys', given: /--no-preserve-root/ },
  { programs: 'dd', does: 'destroys', given: /\bof=\/dev\/(?:sd|hd|nvme|xvd|vd|disk|mmcblk|rdisk)/ },
  {
    programs: 'mkfs mkfs.ext4 mkfs.ext3 mkfs.xfs mkfs.vfat wipefs shred blkdiscard badblocks hdparm',
    does: 'destroys',
    given: /\/dev\/(?:sda|nvme0n1|vda|xvda|hda|disk0|mmcblk0)(?:\s|$)/,
  },
  { programs: '*', does: 'destroys', given: /:\(\)\s?\{\s?:\s?\|\s?:\s?&\s?\}/ },
  { programs: 'chmod chown', does: 'destroys', given: /(?:^|\s)-\w{0,40}R\w{0,40}\s[^\n]{0,40}\s\/(?:\s|$)/ },
  { programs: 'journalctl', does: 'clears_logs', given: /--vacuum-(?:time|size|files)|--rotate/ },
  { programs: 'history', does: 'clears_logs', given: /(?:^|\s)-(?:c|w|d)/ },
  { programs: 'unset', does: 'clears_logs', given: /\bHIST(?:FILE|SIZE)\b/ },
  { programs: 'set shopt', does: 'clears_logs', given: /\+o history|-u\s{1,9}histappend/ },
  {
    programs: 'export declare',
    does: 'clears_logs',
    given: /\bHIST(?:FILE|SIZE|FILESIZE)=(?:0|\/dev\/null)?(?:\s|$)|\bHISTCONTROL=\S{0,80}(?:ignorespace|ignoreboth)/,
  },
  { programs: 'log', does: 'clears_logs', given: /^erase\b/ },
  { programs: 'dmesg', does: 'clears_logs', given: /(?:^|\s)-[cC]\b|--clear/ },
  { programs: 'auditctl', does: 'disables_protection', given: /(?:^|\s)-(?:D|e\s?0|W)/ },
  { programs: 'touch', does: 'changes_times', given: /(?:^|\s)(?:-\w{0,40}[tdr]\b|--date|--reference)/ },
  { programs: 'SetFile setfile', does: 'changes_times' },
  // Protection: T1562.
  { programs: 'setenforce', does: 'disables_protection', given: /^(?:0|permissive)/i },
  { programs: 'ufw', does: 'disables_protection', given: /\b(?:disable|reset)\b/ },
  {
    programs: 'iptables ip6tables nft',
    does: 'disables_protection',
    given: /(?:^|\s)(?:-F|--flush|-X|flush\s{1,9}ruleset|-P\s{1,9}(?:INPUT|OUTPUT|FORWARD)\s{1,9}ACCEPT)/,
  },
  { programs: 'pfctl', does: 'disables_protection', given: /(?:^|\s)-(?:\w{0,40}d|F)/ },
  { programs: 'spctl', does: 'disables_protection', given: /--(?:master|global)-disable|--add/ },
  { programs: 'csrutil', does: 'disables_protection', given: /\bdisable\b/ },
  {
    programs: 'xattr',
    does: 'disables_protection',
    given: /-[a-z]{0,12}[dc][a-z]{0,12}\s[^\n]{0,60}(?:quarantine|\.app|\.pkg|\.dmg)/i,
  },
  { programs: 'apparmor_parser aa-teardown aa-disable aa-complain', does: 'disables_protection', given: /\S|^$/ },
  {
    programs: 'systemctl service rc-service launchctl chkconfig update-rc.d initctl',
    does: 'stops_service',
    given: /\b(?:stop|disable|mask|kill|off|remove|unload|bootout)\b/,
  },
  { programs: 'kill killall pkill', does: 'stops_service' },
  {
    programs: 'apt apt-get yum dnf rpm dpkg zypper apk pacman brew',
    does: 'stops_service',
    given: /\b(?:remove|purge|erase|uninstall|del)\b|(?:^|\s)-(?:e|r|R\w{0,40})\s/,
  },
  {
    programs: 'sysctl',
    does: 'disables_protection',
    given:
      /kernel\.(?:randomize_va_space|yama|kptr_restrict|dmesg_restrict|unprivileged|perf_event_paranoid|modules_disabled)\S{0,20}\s?=\s?[0-]/,
  },
  { programs: 'modprobe rmmod', does: 'disables_protection', given: /(?:^|\s)-r\s|\b(?:ip_tables|nf_tables|audit)\b/ },
  { programs: 'insmod kldload kextload', does: 'loads_library', given: /\S/ },
  { programs: 'modprobe', does: 'loads_library', given: /\// },
  {
    programs: '*',
    does: 'loads_library',
    given: /\bLD_(?:PRELOAD|AUDIT|LIBRARY_PATH)=\S{0,80}(?:\/tmp|\/dev\/shm|\.\/|\/home|\.so)|\bDYLD_INSERT_LIBRARIES=/,
  },
  // Rights and accounts: T1548, T1136, T1098, T1222.
  {
    programs: 'chmod',
    does: 'raises_rights',
    given: /(?:^|\s)(?:[ugo]{0,12}u[ugo]{0,12}\+\w{0,40}s\w{0,40}|\+s|0?[46][0-7]{3})\s/,
  },
  {
    programs: 'chmod',
    does: 'makes_executable',
    given: /(?:^|\s)(?:[ugoa]{0,12}\+\w{0,40}x\w{0,40}|0?[0-7]?[1357][0-7]{2}|[0-7]?7\d\d)\s/,
  },
  {
    programs: 'chmod',
    does: 'loosens_rights',
    given: /(?:^|\s)(?:0?[0-7]?[0-7]{2}[2367]|[ugo]{0,12}[oa][ugo]{0,12}\+\w{0,40}w\w{0,40}|a[+=]rwx)\s/,
  },
  { programs: 'chattr', does: 'loosens_rights', given: /(?:^|\s)-\w{0,40}i/ },
  { programs: 'chattr', does: 'hides', given: /(?:^|\s)\+\w{0,40}i/ },
  { programs: 'chflags', does: 'hides', given: /\bhidden\b/ },
  // On a folder, such a mode only says which group new files get.
  {
    programs: 'install',
    does: 'raises_rights',
    given: /^(?![^\n]{0,200}(?:^|\s)(?:-d|--directory)\b)[^\n]{0,200}-m\s?=?[ug]?\+?(?:x?s|[246]7\d\d)\b/,
  },
  { programs: 'setcap', does: 'raises_rights', given: /cap_/ },
  { programs: 'setfacl', does: 'loosens_rights', given: /\bo(?:ther)?::?rwx?/ },
  {
    programs: 'useradd adduser usermod pw dscl sysadminctl',
    does: 'raises_rights',
    given:
      /(?:^|\s)(?:-o\b[^\n]{0,30}-u\s?0|-u\s?0\b|-g\s?(?:0|root|wheel)\b|-\w{0,40}G\s?\S{0,40}\b(?:sudo|wheel|root|admin|docker)\b|-create[^\n]{0,60}UniqueID\s{1,9}0)/,
  },
  { programs: 'useradd adduser pw', does: 'adds_account' },
  { programs: 'dscl sysadminctl dseditgroup', does: 'adds_account', given: /-(?:create|append|addUser|a)\b|edit\b/i },
  { programs: 'gpasswd', does: 'raises_rights', given: /-a\b[^\n]{0,40}\b(?:sudo|wheel|root|docker)\b/ },
  { programs: 'chpasswd', does: 'adds_account' },
  { programs: 'passwd', does: 'adds_account', given: /--stdin|(?:^|\s)-d\s/ },
  { programs: 'passwd usermod', does: 'locks_account', given: /(?:^|\s)(?:-l|-L|--lock)\b/ },
  { programs: 'userdel deluser', does: 'locks_account' },
  { programs: 'visudo', does: 'raises_rights', given: /-c\s?f/ },
  {
    programs: 'echo printf tee sed cat',
    does: 'raises_rights',
    given: /\bNOPASSWD\b|!tty_tickets|timestamp_timeout|!authenticate/,
  },
  // Starting again: T1053, T1543, T1546, T1547.
  { programs: 'crontab', does: 'schedules', given: /^(?!.{0,200}(?:-l|-r|-e)\b).{0,200}\S|^-$/ },
  { programs: 'at batch', does: 'schedules' },
  { programs: 'systemctl', does: 'schedules', given: /\benable\b[^\n]{0,60}\.timer/ },
  { programs: 'systemd-run', does: 'schedules', given: /--on-(?:calendar|active|boot|startup|unit)/ },
  { programs: 'systemctl', does: 'installs_service', given: /\benable\b/ },
  { programs: 'launchctl', does: 'installs_service', given: /\b(?:load|submit|bootstrap)\b/ },
  { programs: 'update-rc.d chkconfig rc-update', does: 'installs_service', given: /\b(?:defaults|enable|on|add)\b/ },
  { programs: 'ssh-copy-id', does: 'changes_startup' },
  {
    programs: 'trap',
    does: 'changes_startup',
    given: /\b(?:curl|wget|nc|bash|sh|python|\/tmp)\b[^\n]{0,80}\b(?:DEBUG|EXIT|INT|ERR)\b/,
  },
  {
    programs: 'defaults',
    does: 'changes_startup',
    given: /\bwrite\b[^\n]{0,60}(?:LoginHook|LogoutHook|AutoLaunched|loginwindow)/i,
  },
  { programs: 'osascript', does: 'changes_startup', given: /login item/i },
  {
    programs: 'git',
    does: 'changes_startup',
    given:
      /\bconfig\b[^\n]{0,60}\b(?:core\.(?:hooksPath|pager|editor|fsmonitor|sshCommand)|alias\.\w{1,40}\s{1,9}["']?!|filter\.\w{1,40}\.(?:clean|smudge))/,
  },
  // Hiding: T1564, T1036, T1027.
  { programs: 'mv cp', does: 'hides', given: /\s\S{0,80}\/\.\w[\w.-]{0,60}$|\s\.\w[\w-]{0,40}$/ },
  { programs: 'mount', does: 'hides', given: /(?:^|\s)(?:-B|--bind)\b[^\n]{0,80}\/proc/ },
  { programs: 'upx', does: 'disguises' },
  { programs: 'exec', does: 'disguises', given: /(?:^|\s)-a\s/ },
  { programs: 'steghide', does: 'hides', given: /\bembed\b/ },
  // Looking around: T1046, T1040, T1056, T1113, T1115.
  {
    programs:
      'sqlmap nikto gobuster ffuf wpscan nuclei nmap masscan zmap rustscan unicornscan fping netdiscover arp-scan',
    does: 'scans',
  },
  { programs: 'nc ncat netcat', does: 'scans', given: /(?:^|\s)-\w{0,40}z/ },
  { programs: 'tcpdump tshark wireshark dumpcap ettercap bettercap', does: 'captures', given: /\S/ },
  { programs: 'xinput', does: 'captures_input', given: /\btest/ },
  { programs: 'screencapture xwd import scrot', does: 'captures', given: /(?:^|\s)(?:-x|-root|-window root)\b/ },
  { programs: 'ffmpeg', does: 'captures', given: /\b(?:x11grab|avfoundation|gdigrab|pulse|alsa)\b/ },
  { programs: 'pbpaste xclip xsel wl-paste', does: 'captures', given: /^$|(?:^|\s)-o\b|--output/ },
  { programs: 'pam_tty_audit logkeys', does: 'captures_input' },
  // Credentials: T1003, T1110, T1555.
  {
    programs:
      'hydra medusa hashcat john crackmapexec netexec nxc kerbrute patator ncrack sucrack brutespray sshpass thc-hydra fcrackzip',
    does: 'guesses_passwords',
  },
  {
    programs: 'security',
    does: 'asks_for_credentials',
    given: /\b(?:dump-keychain|find-(?:generic|internet)-password|export|unlock-keychain|dump-trust)\b/,
  },
  { programs: 'security', does: 'trusts_certificate', given: /add-trusted-cert/ },
  { programs: 'update-ca-certificates update-ca-trust', does: 'trusts_certificate' },
  {
    programs: 'kubectl oc',
    does: 'asks_for_credentials',
    given: /\bget\s{1,9}secrets?\b[^\n]{0,80}(?:-o|--output|-A|--all)/,
  },
  {
    programs: 'aws',
    does: 'asks_for_credentials',
    given:
      /\b(?:get-secret-value|get-parameters?\b[^\n]{0,80}--with-decryption|get-session-token|get-federation-token|get-password-data|create-access-key|create-login-profile)\b/,
  },
  {
    programs: 'gcloud az vault op',
    does: 'asks_for_credentials',
    given:
      /\b(?:secrets\s{1,9}versions\s{1,9}access|print-(?:access|identity)-token|keyvault\s{1,9}secret\s{1,9}show|get-access-token|storage\s{1,9}account\s{1,9}keys|service-accounts\s{1,9}keys\s{1,9}create|credential\s{1,9}reset)\b/,
  },
  {
    programs: 'gcore procdump gdb dd',
    does: 'dumps_memory',
    given: /(?:^|\s)(?:-p\s?\d|--pid|if=\/proc\/\w{1,40}\/mem|dump\s{1,9}memory|-ma?\b)/,
  },
  { programs: 'gcore', does: 'dumps_memory' },
  {
    programs:
      'stratus pacu roadrecon certipy certipy-ad coercer ntlmrelayx.py mitm6 getuserspns.py getnpusers.py psexec.py wmiexec.py smbexec.py petitpotam.py LaZagne lazagne mimipenguin pypykatz secretsdump secretsdump.py linpeas linpeas.sh linenum.sh pspy pspy64 responder impacket msfconsole metasploit sliver sliver-client commix beef evil-winrm bloodhound-python enum4linux crackmapexec deepce cdk peirates kube-hunter trufflehog traitor merlin havoc empire',
    does: 'attack_tool',
  },
  { programs: 'xmrig minerd cpuminer ethminer cgminer bfgminer nbminer t-rex', does: 'mines' },
  { programs: '*', does: 'mines', given: /\bstratum\+(?:tcp|ssl):\/\/|\bcryptonight\b|--donate-level\b/i },
  // Containers: T1611.
  {
    programs: 'docker podman nerdctl ctr',
    does: 'leaves_container',
    given:
      /(?:^|\s)(?:-v|--volume|--mount)[\s=]\S{0,20}(?:\/:\/|\/etc:|\/root:|docker\.sock|source=\/,)|--privileged\b|--pid[=\s]host|--cap-add[=\s](?:ALL|SYS_ADMIN|SYS_PTRACE)/,
  },
  { programs: 'nsenter', does: 'leaves_container', given: /(?:^|\s)(?:-\w{0,40}t\s?1|--target[=\s]1)\b/ },
  {
    programs: 'kubectl oc',
    does: 'leaves_container',
    given: /\b(?:privileged|hostPID|hostPath|hostNetwork)\b|create\s{1,9}clusterrolebinding[^\n]{0,80}cluster-admin/,
  },
  {
    programs: '*',
    does: 'leaves_container',
    given: /\brelease_agent\b|\/sys\/fs\/cgroup\/\S{0,60}notify_on_release|\bcore_pattern\b/,
  },
  // Cloud and directory: T1098, T1562.008.
  {
    programs: 'aws',
    does: 'adds_account',
    given:
      /\biam\s{1,9}(?:create-(?:user|access-key|login-profile)|attach-(?:user|role)-policy|put-user-policy|add-user-to-group|update-assume-role-policy)\b/,
  },
  {
    programs: 'aws',
    does: 'disables_protection',
    given:
      /\b(?:cloudtrail\s{1,9}(?:stop-logging|delete-trail|update-trail|put-event-selectors)|guardduty\s{1,9}(?:delete|update)\S{0,80}|logs\s{1,9}delete-\S{1,80}|configservice\s{1,9}(?:stop|delete)\S{0,80}|put-bucket-lifecycle|delete-flow-logs|securityhub\s{1,9}disable\S{0,80})\b/,
  },
  { programs: 'aws', does: 'runs_remotely', given: /\bssm\s{1,9}(?:send-command|start-session)\b/ },
  {
    programs: 'gcloud az',
    does: 'disables_protection',
    given:
      /\b(?:logging\s{1,9}(?:sinks|buckets|logs)\s{1,9}delete|monitor\s{1,9}diagnostic-settings\s{1,9}delete|eventhubs?\s{1,9}\S{0,80}\s?delete)\b/,
  },
  {
    programs: 'gcloud az',
    does: 'adds_account',
    given:
      /\b(?:ad\s{1,9}(?:sp|app|user)\s{1,9}create|role\s{1,9}assignment\s{1,9}create|add-iam-policy-binding|service-accounts\s{1,9}create)\b/,
  },
  { programs: 'ldapmodify ldapadd', does: 'adds_account' },
  // Other machines.
  { programs: 'psexec.py smbexec.py wmiexec.py atexec.py dcomexec.py winexe smbmap pth-winexe', does: 'runs_remotely' },
  {
    programs:
      'anydesk teamviewer rustdesk vncserver x11vnc xrdp meshagent screenconnect splashtop ammyy dwagent tacticalrmm',
    does: 'remote_access',
  },
]
