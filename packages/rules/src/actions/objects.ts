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
    /\.ssh[\\/]{1,12}(?:id_\w{1,40}|identity|config)(?!\w{0,40}\.pub)|\bid_(?:rsa|dsa|ecdsa|ed25519)\b(?!\.pub)/i,
    /\.aws[\\/]{1,12}(?:credentials|config)|\.(?:netrc|pgpass|git-credentials|vault-token|htpasswd|my\.cnf)\b|\.(?:npmrc|pypirc)\b/i,
    /\.docker[\\/]{1,12}config\.json|\.kube[\\/]{1,12}config|\.gnupg\b|\.azure[\\/]{1,12}\w|\.config[\\/]{1,12}gcloud|application_default_credentials|\.config[\\/]{1,12}gh[\\/]{1,12}hosts|\.terraform\.d[\\/]{1,12}credentials/i,
    /\/etc\/(?:shadow|gshadow|master\.passwd|sudoers|krb5\.keytab|ssl\/private|security\/(?:passwd|opasswd)|ppp\/\w{1,40}-secrets|wpa_supplicant|NetworkManager\/system-connections)/i,
    /\/proc\/[\w*]{1,12}\/environ|\/var\/run\/secrets\/|\/run\/secrets\/|serviceaccount\/token|\/var\/lib\/(?:sss|samba)\/\w{0,40}secrets/i,
    /\bLogin Data\b|\bWeb Data\b|\blogins\.json\b|\bkey[34]\.db\b|\bcookies\.sqlite\b|\bsignons\.sqlite\b|\bLocal State\b|\.keychain(?:-db)?\b|\bCookies\.binarycookies\b|Chrome[\\/]{1,12}User Data|Firefox[\\/]{1,12}Profiles|\.mozilla[\\/]{1,12}firefox/i,
    /\bntds\.dit\b|\\config\\{1,2}(?:SAM|SECURITY|SYSTEM)\b|\b(?:HKLM|HKEY_LOCAL_MACHINE):?\\{1,2}(?:SAM|SECURITY)\b|\\Microsoft\\{1,2}(?:Credentials|Vault|Protect)\b|\bunattend(?:ed)?\.xml\b|\bGroups\.xml\b|\bcpassword\b|\bAccessTokens\.json\b|\bConsoleHost_history\b/i,
    /\bwallet\.dat\b|\.(?:kdbx?|ppk|jks|p12|pfx|pem|key)\b(?!\.pub)|\bcredentials\.(?:json|xml|ya?ml|db|txt)\b|(?:^|[\s\\/=@"'])\.env(?:\.\w{1,40})?(?=$|[\s"';|&)])|\bservice[_-]?account\S{0,20}\.json\b|\bsecrets?\.(?:json|ya?ml|txt|toml)\b|\bpasswords?\.(?:txt|csv|xlsx?|docx?)\b/i,
  ],
  credential_store: [
    /\bLogin Data\b|\blogins\.json\b|\bkey[34]\.db\b|\bcookies\.sqlite\b|\.keychain(?:-db)?\b|\bCookies\.binarycookies\b|(?:Chrome|Chromium|Edge|Brave\S{0,20}|Opera\S{0,20})[\\/]{1,12}User Data|Firefox[\\/]{1,12}Profiles|\.mozilla[\\/]{1,12}firefox|Library[\\/]{1,12}Keychains/i,
    /\bntds\.dit\b|\\config\\{1,2}(?:SAM|SECURITY|SYSTEM)\b|\b(?:HKLM|HKEY_LOCAL_MACHINE):?\\{1,2}(?:SAM|SECURITY)\b|\\Microsoft\\{1,2}(?:Credentials|Vault|Protect)\b|\bunattend(?:ed)?\.xml\b|\bGroups\.xml\b|\bcpassword\b|\bAccessTokens\.json\b|\bmsal_token_cache\b/i,
    /\/etc\/(?:shadow|gshadow|master\.passwd|krb5\.keytab)\b|\/proc\/[\w$*{}]{1,12}\/(?:mem|maps)\b|\.gnupg\/private|\/run\/secrets\/kubernetes\.io|\.aws[\\/]{1,12}credentials\b|\.ssh[\\/]{1,12}id_\w{1,40}(?!\w{0,40}\.pub)(?!\w)|\bwallet\.dat\b|\.kdbx\b/i,
  ],
  system_settings: [
    /\b(?:HKLM|HKCU|HKEY_LOCAL_MACHINE|HKEY_CURRENT_USER|HKU|HKCR|HKEY_USERS|HKEY_CLASSES_ROOT)(?::|::)?\\{1,2}(?:\.DEFAULT\\{1,2})?(?:Software\\{1,2}(?:WOW6432Node\\{1,2})?(?:Microsoft\\{1,2}(?:Windows(?: NT)?\\|Terminal Server|Office|Netsh|\.NETFramework|PowerShell|AMSI|Windows\b|Active Setup|Cryptography|Ole|Internet Explorer)|Policies\b|Classes\\{1,2}(?:CLSID|AppID|ms-|\w{1,20}\\{1,2}shell))|System\\{1,2}(?:CurrentControlSet|ControlSet\d{1,9})\b|Environment\b|Control Panel\b)/i,
  ],
  accounts: [
    /\/etc\/(?:passwd|group|shadow|gshadow|sudoers(?:\.d)?|master\.passwd|doas\.conf|pam\.d|security\/|login\.defs)/i,
  ],
  startup: [
    /\/etc\/(?:cron[\w.]{0,60}|anacrontab|init\.d|rc\.(?:local|d|common)|rc\d?\.d|inittab|profile(?:\.d)?|bash\.bashrc|bashrc|zsh\w{0,40}|environment|ld\.so\.preload|ld\.so\.conf|update-motd\.d|xdg\/autostart|pam\.d|udev\/rules\.d|apt\/apt\.conf\.d|systemd\/(?:system|user)|emond\.d|ssh\/sshd_config|modules-load\.d|modprobe\.d)\b/i,
    /\/var\/(?:spool\/(?:cron|at)|at\/)|\/(?:usr\/)?(?:local\/)?lib\/(?:systemd\/(?:system|user)|udev)\b|\/(?:LaunchAgents|LaunchDaemons|StartupItems)\b|\/var\/db\/emondClients/i,
    /(?:^|[\s\\/'"=>~])\.(?:bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zprofile|zshenv|zlogin|cshrc|tcshrc|kshrc|xinitrc|xsession|xprofile|pam_environment)\b|\.config\/(?:autostart|systemd|fish)|\.local\/share\/systemd|\bauthorized_keys2?\b|\.ssh\/rc\b|\.git\/hooks\//i,
    /\\(?:CurrentVersion|Windows NT\\CurrentVersion)\\{1,2}(?:Run(?:Once(?:Ex)?|Services(?:Once)?)?|Winlogon|Image File Execution Options|Explorer\\{1,2}(?:Run|Shell Folders|User Shell Folders)|Windows\\{1,2}(?:load|AppInit_DLLs)|SilentProcessExit|AppCompatFlags)\b|\\Control\\{1,2}(?:Print\\{1,2}(?:Monitors|Environments)|Session Manager\\{1,2}(?:AppCertDlls|BootExecute)|Lsa\\{1,2}(?:Notification|Security|Authentication) Packages|Lsa\\{1,2}OSConfig)|\\Active Setup\\{1,2}Installed Components|\\Command Processor\b|\\Environment\b[^\n]{0,40}(?:UserInitMprLogonScript|COR_PROFILER)|\\InprocServer32\b|\\TreatAs\b|\bSCRNSAVE\.EXE\b|\\Microsoft\\{1,2}(?:NetSh|Netsh)\b|\\W32Time\\{1,2}TimeProviders/i,
    /Start Menu[\\/]{1,12}Programs[\\/]{1,12}Startup|shell:startup|\\Windows\\{1,2}System32\\{1,2}Tasks\b|\\(?:Microsoft\.\w{1,40}_)?profile\.ps1\b|\$PROFILE\b|\\Office\\{1,2}\d{1,9}\.\d{1,9}\\{1,2}\w{1,40}\\{1,2}(?:Options|Addins|Security)|\\XLSTART\b|\\Word\\{1,2}STARTUP\b|\\Microsoft\\{1,2}(?:AddIns|Templates)\b|\bNormal\.dotm\b|\.xlam\b|\.wll\b|\.xll\b/i,
    /\b(?:site|user)customize\.py\b|\bsite-packages\b[^\n]{0,60}\.pth\b|\bAutodialDLL\b|\\apppatch\\{1,2}Custom\b|\\Accessibility\\{1,2}ATs\b|\bErrorHandler\.cmd\b|\b(?:__EventFilter|CommandLineEventConsumer|__FilterToConsumerBinding|ActiveScriptEventConsumer)\b/i,
  ],
  logs: [
    /\/var\/(?:log|adm|audit)(?:\/?\*?(?=$|[\s"';|&)])|\/(?:system\.log|install\.log|auth|authlog|syslog|secure|messages|audit|wtmp|utmp|btmp|lastlog|faillog|kern|cron|mail|daemon|sudo|journal|apache2|httpd|nginx)\b)|\/private\/var\/(?:log|audit)\b|\b[wub]tmp\b|\blastlog\b|\/var\/(?:spool\/)?mail\b|\/var\/lib\/docker\/containers\b|\/run\/log\/journal|\/Library\/Logs\b/i,
    /\bwinevt\\{1,2}Logs\b|\.evtx\b|\\Windows\\{1,2}Prefetch\b/i,
  ],
  history: [
    /(?:\.|_)(?:bash|zsh|sh|ash|python|mysql|psql|sqlite|node_repl|less)_?(?:history|hst)\b|\bHIST(?:FILE|SIZE|FILESIZE|CONTROL)\b|\bConsoleHost_history\b|\bHistorySavePath\b|\bHistorySaveStyle\b/i,
  ],
  protection: [
    /\b(?:WinDefend|Windows Defender|Windows-Defender\w{0,40}|MsMpEng|MpSvc|Sysmon\w{0,40}|SecurityHealthService|wscsvc|mpssvc|WdNisSvc|WdFilter|MsSense|EventLog|CSFalcon\w{0,40}|falcon-sensor|SentinelAgent|cbdefense|CarbonBlack|cbdaemon|Symantec|Sophos\w{0,40}|McAfee\w{0,40}|ESET|ekrn|Cylance\w{0,40}|Kaspersky|avast|MBAM\w{0,40}|osqueryd?|wazuh\S{0,80}|ossec\S{0,80}|clamav\S{0,80}|clamd|freshclam|rkhunter|chkrootkit|tripwire|aide|auditd|rsyslogd?|syslog-ng|syslogd|apparmor|selinux|firewalld|ufw|iptables|nftables|fail2ban|crowdsec|systemd-journald?|journald|mdatp|littlesnitch\w{0,40}|falcond|userdaemon|RoamingClient\w{0,40}|filebeat|auditbeat|td-agent|splunkd?)\b/i,
    /\/etc\/(?:audit|audisp|rsyslog\S{0,80}|syslog\S{0,80}|ufw|selinux|apparmor\S{0,80}|fail2ban|hosts\.(?:allow|deny)|security\/audit|pf\.conf|iptables|nftables\S{0,80})\b/i,
    /\bAmsi(?:Utils|ScanBuffer|InitFailed|Enable)\b|\bamsi\.dll\b|\bEtwEventWrite\b|\bCOMPlus_ETWEnabled\b|\bScriptBlockLogging\b|\bEnableLUA\b|\bConsentPromptBehaviorAdmin\b|\bDisable(?:AntiSpyware|AntiVirus|RealtimeMonitoring|BehaviorMonitoring|IOAVProtection|ScriptScanning|BlockAtFirstSeen|CMD|TaskMgr|RegistryTools)\b|\bSmartScreen\w{0,40}\b|\bTamperProtection\b|\bRunAsPPL\b|\bUseLogonCredential\b|\bLocalAccountTokenFilterPolicy\b|\bSafeDllSearchMode\b|\bHideFileExt\b|\bVBAWarnings\b|\bAccessVBOM\b|\bDisableRestrictedAdmin\b|\bProcessCreationIncludeCmdLine_Enabled\b|\bfDenyTSConnections\b|\bETWEnabled\b|\bAMSI\\{1,2}Providers\b|\bNrptRule\b|\bExclusionPath\b|\bDontShowUI\b|\bAuthenticationLevelOverride\b|\bLmCompatibilityLevel\b|\bRestrictAnonymous\b|\bNoAutoUpdate\b|\bShowSuperHidden\b/i,
    /\\{1,2}Policies\\{1,2}|\\Control\\{1,2}(?:Lsa|SecurityProviders|DeviceGuard|CI|SafeBoot|Terminal Server|WDigest)\b|\\Internet Settings\\{1,2}(?:ZoneMap|Zones)|\\Trusted Locations\b|\\TrustRecords\b|\\Security Center\b|\\Services\\{1,2}(?:EventLog|WinDefend|Sysmon|mpssvc|SharedAccess|wuauserv)\b/i,
  ],
  device: [
    /\/dev\/(?:sd[a-z]|hd[a-z]|nvme\d|xvd[a-z]|vd[a-z]|mmcblk|disk\d|mem|kmem|port)|\\\\\.\\(?:PhysicalDrive|[A-Z]:)|\/proc\/kcore/i,
  ],
  everything: [
    /(?:^|\s)["']?(?:\/|\/\*|~\/?\*?|\$HOME\/?\*?|\$\{HOME\}\/?\*?|\/(?:etc|usr|bin|sbin|lib|boot|var|home|root|opt|Users|System)(?:\/\*|\/)?|[A-Z]:\\{1,2}\*?(?:\.\*)?|%SystemRoot%|%USERPROFILE%|C:\\Windows\\?|C:\\Users\\?|\$env:USERPROFILE\\?|[A-Z]:\\\*\.\w{1,6})["']?(?=$|[\s;|&"'])/i,
  ],
  loose_folder: [
    /\/(?:tmp|var\/tmp|dev\/shm)\b|%(?:TEMP|TMP|APPDATA|LOCALAPPDATA|PUBLIC|PROGRAMDATA)%|\$env:(?:TEMP|TMP|APPDATA|LOCALAPPDATA|PUBLIC|ProgramData)\b|\\(?:AppData\\{1,2}(?:Local|Roaming)|Windows\\{1,2}Temp|Users\\{1,2}Public|ProgramData|Temp|PerfLogs)\b/i,
  ],
  personal_files: [
    /(?:^|[\s\\/'"=])(?:Documents|Desktop|Pictures|Mail|Library\/(?:Mail|Messages|Calendars))(?:[\\/]|\b)|\.(?:docx?|xlsx?|pptx?|pst|ost|sqlite3?|mdb|db)\b|\b(?:customers?|payroll|salar(?:y|ies)|employees?|contacts?|dump|backup)\w{0,20}\.(?:csv|sql|db|zip|tar|gz|tgz|xlsx?|json)\b/i,
  ],
  outside: [
    /\b(?:https?|ftps?|sftp|wss?|ldaps?|rtsp|smb|tftp|scp):\/\/(?!(?:localhost|127\.|0\.0\.0\.0|\[?::1|host\.docker\.internal))|\\\\(?!localhost|127\.|\.|\?)[\w.-]{1,60}\\[\w$]|\b[\w.-]{1,60}@[\w.-]{1,60}:[\w~/.]|\b(?!127\.|0\.)(?:\d{1,3}\.){3}\d{1,3}\b/i,
  ],
  drop_site: [
    /\b(?:pastebin\.com|paste\.ee|hastebin|ghostbin|dpaste|termbin\.com|ix\.io|sprunge\.us|transfer\.sh|file\.io|0x0\.st|anonfiles|gofile\.io|catbox\.moe|temp\.sh|bashupload|webhook\.site|requestbin|pipedream\.net|hookbin|beeceptor|interactsh|interact\.sh|oast\.\w{1,40}|oastify|burpcollaborator|canarytokens|dnslog|ceye\.io|ngrok(?:-free)?\.\w{1,40}|serveo\.net|localhost\.run|trycloudflare\.com|discord(?:app)?\.com\/api\/webhooks|hooks\.slack\.com|api\.telegram\.org\/bot|mega\.nz|\.onion\b)/i,
    /\b(?:evil|attacker|malicious|exfil|c2|collector|hacker|badguy|adversary)[\w-]{0,40}\.(?:\w{2,10}\.)?(?:com|net|org|io|xyz|example|test|local|ru|top|site|me|co|dev|sh|tk)\b/i,
    /\bhttps?:\/\/(?!127\.|0\.0|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)(?:\d{1,3}\.){3}\d{1,3}\b/i,
  ],
  system_program: [
    /\/(?:usr\/)?s?bin\/(?:ls|ps|ss|netstat|top|sshd?|login|su|sudo|passwd|id|find|cron|bash|sh|dash|zsh)(?=$|[\s"';|&)])|\\System32\\{1,2}(?:sethc|utilman|osk|magnify|narrator|displayswitch|atbroker|cmd|powershell|svchost|lsass|rundll32|regsvr32|wscript|cscript|calc|notepad|termsrv)\.(?:exe|dll)\b|\b(?:sethc|utilman|osk|magnify|narrator|atbroker)\.exe\b/i,
  ],
  attack_name: [
    /\b(?:evil|malware|malicious|payload|backdoor|rootkit|implant|beacon|exploit|shellcode|stager|dropper|ransom\w{0,40}|loot|keylog\w{0,40}|meterpreter|revshell|reverse[_-]?shell|c2[_-]?(?:agent|client))[\w-]{0,40}\.(?:exe|dll|sh|py|ps1|bat|elf|so|bin|txt|zip|vbs|js|jar|php|rb|pl|hta|sct|o|c|ko|msi)\b/i,
  ],
}
