import type { ObjectClass } from './capabilities.ts'

/**
 * How a command names what it works on. Each pattern is tried on the text of one command, without regard to case, and
 * has no gap of more than a word.
 *
 * From MITRE ATT&CK (T1003, T1552, T1555: credentials; T1037, T1053, T1543, T1546, T1547: what starts by itself; T1070,
 * T1562: what records and protects), the manuals of the systems, and the file lists of their packages.
 */
export const OBJECT_PATTERNS: Readonly<Record<ObjectClass, readonly RegExp[]>> = {
  credentials: [
    /\.ssh[\\/]+(?:id_\w+|identity|config)(?!\w*\.pub)|\bid_(?:rsa|dsa|ecdsa|ed25519)\b(?!\.pub)/i,
    /\.aws[\\/]+(?:credentials|config)|\.(?:netrc|pgpass|git-credentials|vault-token|htpasswd|my\.cnf)\b|\.(?:npmrc|pypirc)\b/i,
    /\.docker[\\/]+config\.json|\.kube[\\/]+config|\.gnupg\b|\.azure[\\/]+\w|\.config[\\/]+gcloud|application_default_credentials|\.config[\\/]+gh[\\/]+hosts|\.terraform\.d[\\/]+credentials/i,
    /\/etc\/(?:shadow|gshadow|master\.passwd|sudoers|krb5\.keytab|ssl\/private|security\/(?:passwd|opasswd)|ppp\/\w+-secrets|wpa_supplicant|NetworkManager\/system-connections)/i,
    /\/proc\/[\w*]+\/environ|\/var\/run\/secrets\/|\/run\/secrets\/|serviceaccount\/token|\/var\/lib\/(?:sss|samba)\/\w*secrets/i,
    /\bLogin Data\b|\bWeb Data\b|\blogins\.json\b|\bkey[34]\.db\b|\bcookies\.sqlite\b|\bsignons\.sqlite\b|\bLocal State\b|\.keychain(?:-db)?\b|\bCookies\.binarycookies\b|Chrome[\\/]+User Data|Firefox[\\/]+Profiles|\.mozilla[\\/]+firefox/i,
    /\bntds\.dit\b|\\config\\+(?:SAM|SECURITY|SYSTEM)\b|\b(?:HKLM|HKEY_LOCAL_MACHINE):?\\+(?:SAM|SECURITY)\b|\\Microsoft\\+(?:Credentials|Vault|Protect)\b|\bunattend(?:ed)?\.xml\b|\bGroups\.xml\b|\bcpassword\b|\bAccessTokens\.json\b|\bConsoleHost_history\b/i,
    /\bwallet\.dat\b|\.(?:kdbx?|ppk|jks|p12|pfx|pem|key)\b(?!\.pub)|\bcredentials\.(?:json|xml|ya?ml|db|txt)\b|(?:^|[\s\\/=@"'])\.env(?:\.\w+)?(?=$|[\s"';|&)])|\bservice[_-]?account\S{0,20}\.json\b|\bsecrets?\.(?:json|ya?ml|txt|toml)\b|\bpasswords?\.(?:txt|csv|xlsx?|docx?)\b/i,
  ],
  credential_store: [
    /\bLogin Data\b|\blogins\.json\b|\bkey[34]\.db\b|\bcookies\.sqlite\b|\.keychain(?:-db)?\b|\bCookies\.binarycookies\b|(?:Chrome|Chromium|Edge|Brave\S{0,20}|Opera\S{0,20})[\\/]+User Data|Firefox[\\/]+Profiles|\.mozilla[\\/]+firefox|Library[\\/]+Keychains/i,
    /\bntds\.dit\b|\\config\\+(?:SAM|SECURITY|SYSTEM)\b|\b(?:HKLM|HKEY_LOCAL_MACHINE):?\\+(?:SAM|SECURITY)\b|\\Microsoft\\+(?:Credentials|Vault|Protect)\b|\bunattend(?:ed)?\.xml\b|\bGroups\.xml\b|\bcpassword\b|\bAccessTokens\.json\b|\bmsal_token_cache\b/i,
    /\/etc\/(?:shadow|gshadow|master\.passwd|krb5\.keytab)\b|\/proc\/[\w$*{}]+\/(?:mem|maps)\b|\.gnupg\/private|\/run\/secrets\/kubernetes\.io|\.aws[\\/]+credentials\b|\.ssh[\\/]+id_\w+(?!\w*\.pub)(?!\w)|\bwallet\.dat\b|\.kdbx\b/i,
  ],
  system_settings: [
    /\b(?:HKLM|HKCU|HKEY_LOCAL_MACHINE|HKEY_CURRENT_USER|HKU|HKCR|HKEY_USERS|HKEY_CLASSES_ROOT)(?::|::)?\\+(?:\.DEFAULT\\+)?(?:Software\\+(?:WOW6432Node\\+)?(?:Microsoft\\+(?:Windows(?: NT)?\\|Terminal Server|Office|Netsh|\.NETFramework|PowerShell|AMSI|Windows\b|Active Setup|Cryptography|Ole|Internet Explorer)|Policies\b|Classes\\+(?:CLSID|AppID|ms-|\w{1,20}\\+shell))|System\\+(?:CurrentControlSet|ControlSet\d+)\b|Environment\b|Control Panel\b)/i,
  ],
  accounts: [
    /\/etc\/(?:passwd|group|shadow|gshadow|sudoers(?:\.d)?|master\.passwd|doas\.conf|pam\.d|security\/|login\.defs)/i,
  ],
  startup: [
    /\/etc\/(?:cron[\w.]*|anacrontab|init\.d|rc\.(?:local|d|common)|rc\d?\.d|inittab|profile(?:\.d)?|bash\.bashrc|bashrc|zsh\w*|environment|ld\.so\.preload|ld\.so\.conf|update-motd\.d|xdg\/autostart|pam\.d|udev\/rules\.d|apt\/apt\.conf\.d|systemd\/(?:system|user)|emond\.d|ssh\/sshd_config|modules-load\.d|modprobe\.d)\b/i,
    /\/var\/(?:spool\/(?:cron|at)|at\/)|\/(?:usr\/)?(?:local\/)?lib\/(?:systemd\/(?:system|user)|udev)\b|\/(?:LaunchAgents|LaunchDaemons|StartupItems)\b|\/var\/db\/emondClients/i,
    /(?:^|[\s\\/'"=>~])\.(?:bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zprofile|zshenv|zlogin|cshrc|tcshrc|kshrc|xinitrc|xsession|xprofile|pam_environment)\b|\.config\/(?:autostart|systemd|fish)|\.local\/share\/systemd|\bauthorized_keys2?\b|\.ssh\/rc\b|\.git\/hooks\//i,
    /\\(?:CurrentVersion|Windows NT\\CurrentVersion)\\+(?:Run(?:Once(?:Ex)?|Services(?:Once)?)?|Winlogon|Image File Execution Options|Explorer\\+(?:Run|Shell Folders|User Shell Folders)|Windows\\+(?:load|AppInit_DLLs)|SilentProcessExit|AppCompatFlags)\b|\\Control\\+(?:Print\\+(?:Monitors|Environments)|Session Manager\\+(?:AppCertDlls|BootExecute)|Lsa\\+(?:Notification|Security|Authentication) Packages|Lsa\\+OSConfig)|\\Active Setup\\+Installed Components|\\Command Processor\b|\\Environment\b[^\n]{0,40}(?:UserInitMprLogonScript|COR_PROFILER)|\\InprocServer32\b|\\TreatAs\b|\bSCRNSAVE\.EXE\b|\\Microsoft\\+(?:NetSh|Netsh)\b|\\W32Time\\+TimeProviders/i,
    /Start Menu[\\/]+Programs[\\/]+Startup|shell:startup|\\Windows\\+System32\\+Tasks\b|\\(?:Microsoft\.\w+_)?profile\.ps1\b|\$PROFILE\b|\\Office\\+\d+\.\d+\\+\w+\\+(?:Options|Addins|Security)|\\XLSTART\b|\\Word\\+STARTUP\b|\\Microsoft\\+(?:AddIns|Templates)\b|\bNormal\.dotm\b|\.xlam\b|\.wll\b|\.xll\b/i,
    /\b(?:site|user)customize\.py\b|\bsite-packages\b[^\n]{0,60}\.pth\b|\bAutodialDLL\b|\\apppatch\\+Custom\b|\\Accessibility\\+ATs\b|\bErrorHandler\.cmd\b|\b(?:__EventFilter|CommandLineEventConsumer|__FilterToConsumerBinding|ActiveScriptEventConsumer)\b/i,
  ],
  logs: [
    /\/var\/(?:log|adm|audit)(?:\/?\*?(?=$|[\s"';|&)])|\/(?:system\.log|install\.log|auth|authlog|syslog|secure|messages|audit|wtmp|utmp|btmp|lastlog|faillog|kern|cron|mail|daemon|sudo|journal|apache2|httpd|nginx)\b)|\/private\/var\/(?:log|audit)\b|\b[wub]tmp\b|\blastlog\b|\/var\/(?:spool\/)?mail\b|\/var\/lib\/docker\/containers\b|\/run\/log\/journal|\/Library\/Logs\b/i,
    /\bwinevt\\+Logs\b|\.evtx\b|\\Windows\\+Prefetch\b/i,
  ],
  history: [
    /(?:\.|_)(?:bash|zsh|sh|ash|python|mysql|psql|sqlite|node_repl|less)_?(?:history|hst)\b|\bHIST(?:FILE|SIZE|FILESIZE|CONTROL)\b|\bConsoleHost_history\b|\bHistorySavePath\b|\bHistorySaveStyle\b/i,
  ],
  protection: [
    /\b(?:WinDefend|Windows Defender|Windows-Defender\w*|MsMpEng|MpSvc|Sysmon\w*|SecurityHealthService|wscsvc|mpssvc|WdNisSvc|WdFilter|MsSense|EventLog|CSFalcon\w*|falcon-sensor|SentinelAgent|cbdefense|CarbonBlack|cbdaemon|Symantec|Sophos\w*|McAfee\w*|ESET|ekrn|Cylance\w*|Kaspersky|avast|MBAM\w*|osqueryd?|wazuh\S*|ossec\S*|clamav\S*|clamd|freshclam|rkhunter|chkrootkit|tripwire|aide|auditd|rsyslogd?|syslog-ng|syslogd|apparmor|selinux|firewalld|ufw|iptables|nftables|fail2ban|crowdsec|systemd-journald?|journald|mdatp|littlesnitch\w*|falcond|userdaemon|RoamingClient\w*|filebeat|auditbeat|td-agent|splunkd?)\b/i,
    /\/etc\/(?:audit|audisp|rsyslog\S*|syslog\S*|ufw|selinux|apparmor\S*|fail2ban|hosts\.(?:allow|deny)|security\/audit|pf\.conf|iptables|nftables\S*)\b/i,
    /\bAmsi(?:Utils|ScanBuffer|InitFailed|Enable)\b|\bamsi\.dll\b|\bEtwEventWrite\b|\bCOMPlus_ETWEnabled\b|\bScriptBlockLogging\b|\bEnableLUA\b|\bConsentPromptBehaviorAdmin\b|\bDisable(?:AntiSpyware|AntiVirus|RealtimeMonitoring|BehaviorMonitoring|IOAVProtection|ScriptScanning|BlockAtFirstSeen|CMD|TaskMgr|RegistryTools)\b|\bSmartScreen\w*\b|\bTamperProtection\b|\bRunAsPPL\b|\bUseLogonCredential\b|\bLocalAccountTokenFilterPolicy\b|\bSafeDllSearchMode\b|\bHideFileExt\b|\bVBAWarnings\b|\bAccessVBOM\b|\bDisableRestrictedAdmin\b|\bProcessCreationIncludeCmdLine_Enabled\b|\bfDenyTSConnections\b|\bETWEnabled\b|\bAMSI\\+Providers\b|\bNrptRule\b|\bExclusionPath\b|\bDontShowUI\b|\bAuthenticationLevelOverride\b|\bLmCompatibilityLevel\b|\bRestrictAnonymous\b|\bNoAutoUpdate\b|\bShowSuperHidden\b/i,
    /\\+Policies\\+|\\Control\\+(?:Lsa|SecurityProviders|DeviceGuard|CI|SafeBoot|Terminal Server|WDigest)\b|\\Internet Settings\\+(?:ZoneMap|Zones)|\\Trusted Locations\b|\\TrustRecords\b|\\Security Center\b|\\Services\\+(?:EventLog|WinDefend|Sysmon|mpssvc|SharedAccess|wuauserv)\b/i,
  ],
  device: [
    /\/dev\/(?:sd[a-z]|hd[a-z]|nvme\d|xvd[a-z]|vd[a-z]|mmcblk|disk\d|mem|kmem|port)|\\\\\.\\(?:PhysicalDrive|[A-Z]:)|\/proc\/kcore/i,
  ],
  everything: [
    /(?:^|\s)["']?(?:\/|\/\*|~\/?\*?|\$HOME\/?\*?|\$\{HOME\}\/?\*?|\/(?:etc|usr|bin|sbin|lib|boot|var|home|root|opt|Users|System)(?:\/\*|\/)?|[A-Z]:\\{1,2}\*?(?:\.\*)?|%SystemRoot%|%USERPROFILE%|C:\\Windows\\?|C:\\Users\\?|\$env:USERPROFILE\\?|[A-Z]:\\\*\.\w{1,6})["']?(?=$|[\s;|&"'])/i,
  ],
  loose_folder: [
    /\/(?:tmp|var\/tmp|dev\/shm)\b|%(?:TEMP|TMP|APPDATA|LOCALAPPDATA|PUBLIC|PROGRAMDATA)%|\$env:(?:TEMP|TMP|APPDATA|LOCALAPPDATA|PUBLIC|ProgramData)\b|\\(?:AppData\\+(?:Local|Roaming)|Windows\\+Temp|Users\\+Public|ProgramData|Temp|PerfLogs)\b/i,
  ],
  personal_files: [
    /(?:^|[\s\\/'"=])(?:Documents|Desktop|Pictures|Mail|Library\/(?:Mail|Messages|Calendars))(?:[\\/]|\b)|\.(?:docx?|xlsx?|pptx?|pst|ost|sqlite3?|mdb|db)\b|\b(?:customers?|payroll|salar(?:y|ies)|employees?|contacts?|dump|backup)\w{0,20}\.(?:csv|sql|db|zip|tar|gz|tgz|xlsx?|json)\b/i,
  ],
  outside: [
    /\b(?:https?|ftps?|sftp|wss?|ldaps?|rtsp|smb|tftp|scp):\/\/(?!(?:localhost|127\.|0\.0\.0\.0|\[?::1|host\.docker\.internal))|\\\\(?!localhost|127\.|\.|\?)[\w.-]+\\[\w$]|\b[\w.-]+@[\w.-]+:[\w~/.]|\b(?!127\.|0\.)(?:\d{1,3}\.){3}\d{1,3}\b/i,
  ],
  drop_site: [
    /\b(?:pastebin\.com|paste\.ee|hastebin|ghostbin|dpaste|termbin\.com|ix\.io|sprunge\.us|transfer\.sh|file\.io|0x0\.st|anonfiles|gofile\.io|catbox\.moe|temp\.sh|bashupload|webhook\.site|requestbin|pipedream\.net|hookbin|beeceptor|interactsh|interact\.sh|oast\.\w+|oastify|burpcollaborator|canarytokens|dnslog|ceye\.io|ngrok(?:-free)?\.\w+|serveo\.net|localhost\.run|trycloudflare\.com|discord(?:app)?\.com\/api\/webhooks|hooks\.slack\.com|api\.telegram\.org\/bot|mega\.nz|\.onion\b)/i,
    /\b(?:evil|attacker|malicious|exfil|c2|collector|hacker|badguy|adversary)[\w-]*\.(?:\w{2,10}\.)?(?:com|net|org|io|xyz|example|test|local|ru|top|site|me|co|dev|sh|tk)\b/i,
    /\bhttps?:\/\/(?!127\.|0\.0|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)(?:\d{1,3}\.){3}\d{1,3}\b/i,
  ],
  system_program: [
    /\/(?:usr\/)?s?bin\/(?:ls|ps|ss|netstat|top|sshd?|login|su|sudo|passwd|id|find|cron|bash|sh|dash|zsh)(?=$|[\s"';|&)])|\\System32\\+(?:sethc|utilman|osk|magnify|narrator|displayswitch|atbroker|cmd|powershell|svchost|lsass|rundll32|regsvr32|wscript|cscript|calc|notepad|termsrv)\.(?:exe|dll)\b|\b(?:sethc|utilman|osk|magnify|narrator|atbroker)\.exe\b/i,
  ],
  attack_name: [
    /\b(?:evil|malware|malicious|payload|backdoor|rootkit|implant|beacon|exploit|shellcode|stager|dropper|ransom\w*|loot|keylog\w*|meterpreter|revshell|reverse[_-]?shell|c2[_-]?(?:agent|client))[\w-]*\.(?:exe|dll|sh|py|ps1|bat|elf|so|bin|txt|zip|vbs|js|jar|php|rb|pl|hta|sct|o|c|ko|msi)\b/i,
  ],
}
