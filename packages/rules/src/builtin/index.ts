// Written by scripts/build-builtin.ts from the *.yml files of this folder; change those.

export interface BuiltinRule {
  /** The rule's id and the name of its file. */
  readonly id: string
  /** The YAML of the rule, for `parseRule`. */
  readonly text: string
}

export const BUILTIN_RULES: readonly BuiltinRule[] = [
  {
    id: 'sm-cmd-001',
    text: `title: Reverse shell
id: sm-cmd-001
status: experimental
description: A command opens a shell to another machine.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.execution
  - attack.t1059
logsource:
  product: ai_agent
detection:
  shell:
    payload|re|i:
      - '/dev/(?:tcp|udp)/[^\\s/\\x22]+?/\\d{1,5}'
      - '\\b(?:nc|ncat|netcat|nc\\.exe|nc\\.traditional|busybox nc|socat)\\b[^\\n|;]*?(?:\\s-[a-z]*[ec]\\s*[\\x22\\x27]?(?:/bin/|/usr/bin/)?(?:ba|z|da|k|c)?sh|\\s-e\\s|--(?:sh-)?exec|exec:|system:)'
      - '\\b(?:ba|z|da|k|a)?sh\\b[^\\n]{0,20}-i\\b[^\\n]*?(?:\\||<|>|0>&1|2>&1)[^\\n]*?\\b(?:nc|ncat|netcat|openssl|socat|telnet|curl|/dev/)\\b'
      - '\\bmkfifo\\b[^\\n]*?\\b(?:nc|ncat|netcat|openssl|telnet|socat|curl)\\b'
      - '\\btelnet\\s+\\S+\\s+\\d+\\s*(?:0<|\\|)[^\\n]*?\\b(?:ba|z|da|k)?sh\\b'
      - '\\bsocket\\b[^\\n]*?\\b(?:connect|PeerAddr|bind)\\b[\\s\\S]*?(?:dup2|subprocess|pty\\.spawn|popen|/bin/(?:ba)?sh|fdopen|>&|cmd\\.exe|exec|Process)'
      - '\\b(?:TCPSocket|Socket\\.tcp|TCPServer)\\b[\\s\\S]*?\\b(?:exec|popen|Process|sh)\\b'
      - '\\bfsockopen\\s*\\([\\s\\S]*?\\b(?:exec|system|shell_exec|proc_open|popen|passthru|sh)\\b'
      - '\\bNet\\.Sockets\\.TCPClient\\b[\\s\\S]*?\\b(?:GetStream|iex|Invoke-Expression)\\b'
      - '\\b(?:perl|ruby|python[23]?|php|lua|node|awk|gawk|go)\\b[\\s\\S]*?\\b(?:socket|IO::Socket|TCPSocket|fsockopen|net\\.connect|net\\.Socket|/inet/tcp|net\\.Dial)\\b[\\s\\S]*?(?:sh\\b|exec|system|spawn|open\\()'
      - '/inet/(?:tcp|udp)/'
      - '\\bmsfvenom\\b|\\bmeterpreter\\b|\\breverse_(?:tcp|https?|shell|python|bash|perl)\\b|\\bbind_tcp\\b'
      - '\\bpty\\.spawn\\b|\\bscript\\s+(?:-qc?\\s+)?(?:/bin/(?:ba)?sh\\s+)?/dev/null\\b[^\\n]*?(?:nc|tcp)'
      - '(?:\\\\x[0-9a-f]{2}){24,}'
      - '\\bRuntime\\.getRuntime\\(\\)\\.exec\\b[\\s\\S]*?(?:sh\\b|cmd)'
      - '\\bopenssl\\s+s_client\\b[^\\n]*?(?:\\|\\s*/?(?:bin/)?(?:ba)?sh|>\\s*/tmp|-quiet)'
      - '\\bopen (?:a |an )?(?:reverse|bind) shell\\b'
  elsewhere:
    kind:
      - prompt
      - completion
      - message
      - system
  condition: shell and not elsewhere
falsepositives:
  - Penetration tests
level: critical
sentinelmesh:
  family: remote-shell
`,
  },
  {
    id: 'sm-cmd-002',
    text: `title: Download that is run at once
id: sm-cmd-002
status: experimental
description: A command fetches a program from the network and runs it unseen.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.execution
  - attack.t1105
logsource:
  product: ai_agent
detection:
  run:
    payload|re|i:
      - '\\b(?:curl|wget|fetch|lwp-download|aria2c)\\b[^\\n|]*?\\|\\s*(?:sudo\\s+)?(?:-E\\s+)?(?:env\\s+)?(?:/usr)?(?:/bin/)?(?:ba|z|da|k|a)?(?:sh|python[23]?|perl|ruby|node|php|pwsh)\\b'
      - '\\b(?:ba|z|da)?sh\\s+(?:-c\\s+)?[\\x22\\x27]?(?:<\\(|\\$\\(|\`)\\s*(?:curl|wget)\\b'
      - '\\b(?:eval|source|\\.)\\s+[\\x22\\x27]?(?:<\\(|\\$\\(|\`)\\s*(?:curl|wget)\\b'
      - '\\b(?:iex|invoke-expression)\\b[\\s\\S]*?\\b(?:downloadstring|iwr|irm|invoke-webrequest|invoke-restmethod|net\\.webclient|webclient|curl|wget)\\b'
      - '\\b(?:downloadstring|iwr|irm|invoke-webrequest|invoke-restmethod)\\b[\\s\\S]*?\\|\\s*(?:iex|invoke-expression)\\b'
      - '\\bdownload(?:string|data)\\s*\\('
      - '\\b(?:curl|wget|invoke-webrequest|iwr|bitsadmin|certutil)\\b[^\\n]*?(?:-o|-O|--output|-outfile|>|/transfer)\\b?[^\\n]*?(?:&&|;|\\n)\\s*(?:sudo\\s+)?(?:chmod\\s+(?:\\+x|a\\+x|u\\+x|7[0-7]{2})|bash|sh|start-process|\\./|start |python|perl)'
      - '\\b(?:curl|wget)\\b[^\\n]*?\\.(?:sh|py|pl|elf|bin|exe)\\b[^\\n]*?(?:&&|;)\\s*(?:sudo\\s+)?(?:ba)?sh\\b'
      - '\\bpython[23]?\\s+-c\\b[^\\n]*?\\b(?:urlopen|requests\\.get|urllib)\\b[^\\n]*?\\bexec\\b|\\bexec\\s*\\(\\s*(?:requests\\.get|urllib|__import__)'
      - '\\bstart-bitstransfer\\b|\\bcertutil(?:\\.exe)?\\b[^\\n]*?-(?:urlcache|decode|verifyctl)\\b|\\bbitsadmin(?:\\.exe)?\\b[^\\n]*?/(?:transfer|addfile|create)\\b'
  elsewhere:
    kind:
      - prompt
      - completion
      - message
      - system
  condition: run and not elsewhere
falsepositives:
  - Installers that ask to be piped into a shell
level: high
sentinelmesh:
  family: download-run
`,
  },
  {
    id: 'sm-cmd-003',
    text: `title: Destruction of data or of its recovery
id: sm-cmd-003
status: experimental
description: A command deletes a system, a disk or the copies from which it could be restored.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.impact
  - attack.t1485
  - attack.t1490
logsource:
  product: ai_agent
  category: tool_call
detection:
  wipe:
    payload|re|i:
      - '\\brm\\s+(?:-[a-zA-Z-]+\\s+|--[a-z-]+\\s+)*(?:-[a-zA-Z]*[rR][a-zA-Z]*|--recursive)\\s+(?:-[a-zA-Z-]+\\s+|--[a-z-]+\\s+)*[\\x22\\x27]?(?:/|/\\*|~/?|\\$HOME/?|/(?:etc|usr|bin|sbin|lib|boot|var|home|root|opt|Users|System)(?:/\\*|/)?)[\\x22\\x27]?(?:\\s|$|;|&|\\|)'
      - '\\brm\\b[^\\n;|]*?--no-preserve-root'
      - '\\bdd\\b[^\\n;|]*?\\bof=/dev/(?:sd|hd|nvme|xvd|vd|disk|mmcblk)'
      - '\\bmkfs(?:\\.\\w+)?\\s+(?:-\\S+\\s+)*/dev/(?:sda|nvme0n1|vda|xvda|hda)\\b'
      - ':\\(\\)\\s*\\{\\s*:\\s*\\|\\s*:\\s*&\\s*\\}'
      - '\\bvssadmin(?:\\.exe)?\\b[^\\n]*?\\b(?:delete|resize)\\s+shadow'
      - '\\bwmic(?:\\.exe)?\\b[^\\n]*?\\bshadowcopy\\b[^\\n]{0,20}\\bdelete\\b|\\bwin32_shadowcopy\\b[^\\n]*?(?:delete|remove)'
      - '\\bwbadmin(?:\\.exe)?\\b[^\\n]{0,20}\\bdelete\\b|\\bbcdedit(?:\\.exe)?\\b[^\\n]*?(?:recoveryenabled|bootstatuspolicy|safeboot)'
      - '\\bdiskshadow(?:\\.exe)?\\b|\\bdelete shadows\\b'
      - '\\breagentc(?:\\.exe)?\\s+/disable\\b|\\bcipher(?:\\.exe)?\\s+/w:|\\bsdelete\\w*(?:\\.exe)?\\b'
      - '\\bdiskpart\\b[^\\n]*?\\bclean\\b|\\bformat\\s+[c-z]:\\s*/[yq]|\\bdel\\s+(?:/[fsqa]\\s+){2,}[a-z]:\\\\'
      - '\\bdisable-computerrestore\\b|\\bschtasks(?:\\.exe)?\\b[^\\n]*?systemrestore[^\\n]{0,20}/disable'
      - '>\\s*/dev/(?:sd[a-z]|nvme0n1|hda|vda)\\b'
      - '\\bchmod\\s+-R\\s+(?:000|777)\\s+/(?:\\s|$)'
      - '\\bsc(?:\\.exe)?\\s+(?:config|sdset|stop|delete)\\s+(?:VSS|wbengine|SDRSVC|swprv)\\b'
  condition: wipe
falsepositives:
  - Wiping a machine on purpose
level: critical
sentinelmesh:
  family: destruction
`,
  },
  {
    id: 'sm-cmd-004',
    text: `title: Persistence
id: sm-cmd-004
status: experimental
description: A command makes a program start again by itself, or opens a lasting way in.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.persistence
  - attack.t1053
  - attack.t1547
logsource:
  product: ai_agent
  category: tool_call
detection:
  persist:
    payload|re|i:
      - '\\bcrontab\\s+-(?:\\s|$|\\))|\\|\\s*crontab\\b|>>?\\s*[\\x22\\x27]?/etc/(?:cron[\\w.]*|crontab|anacrontab)|>>?\\s*/var/spool/cron|\\b(?:cp|mv|install|tee)\\b[^\\n]*?/etc/cron'
      - '\\bschtasks(?:\\.exe)?\\b[^\\n]*?/create\\b|\\b(?:New|Register)-ScheduledTask\\b|\\bat(?:\\.exe)?\\s+\\d{1,2}:\\d{2}\\s+(?:/interactive|/every)'
      - '\\\\(?:CurrentVersion|Windows NT\\\\CurrentVersion)\\\\(?:Run(?:Once(?:Ex)?|Services(?:Once)?)?|Winlogon|Image File Execution Options|Explorer\\\\(?:Shell Folders|User Shell Folders|Run)|AppCertDlls|SilentProcessExit)\\b'
      - '\\b(?:Start Menu|startmenu)[\\\\/]+Programs[\\\\/]+Startup\\b|shell:startup'
      - '\\b(?:cp|mv|echo|cat|tee|printf|install|ln|launchctl|plutil|touch|>)\\b[^\\n]*?/(?:LaunchAgents|LaunchDaemons|StartupItems|Library/Scripts|emond\\.d)\\b|\\blaunchctl\\s+(?:load|submit|bootstrap)\\b'
      - '(?:>>?|tee(?:\\s+-a)?|cp\\s+\\S+|mv\\s+\\S+|install\\s+\\S+|ln\\s+\\S+\\s+\\S+)\\s*[\\x22\\x27]?(?:/etc/systemd/|/lib/systemd/|/usr/lib/systemd/|/usr/local/lib/systemd/|~/\\.config/systemd|/etc/init\\.d|/etc/rc\\.|/etc/rc\\.d|/usr/local/etc/rc\\.d|/etc/profile|/etc/update-motd|/etc/ld\\.so\\.preload|/etc/xdg/autostart|~/\\.config/autostart|\\$HOME/\\.config/autostart|/etc/pam\\.d|/lib/udev|/etc/udev|/etc/apt/apt\\.conf\\.d)'
      - '(?:>>?|tee(?:\\s+-a)?)\\s*[\\x22\\x27]?\\S{0,60}(?:~|\\$HOME|/root|/home/[^\\s/]+|\\$\\w+)?/?\\.(?:bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zprofile|zshenv|zlogin|cshrc|xinitrc|xsession|vimrc|shrc|login)\\b'
      - '(?:>>?|tee(?:\\s+-a)?|cp\\s+\\S+|ssh-copy-id)\\s*[\\x22\\x27]?\\S{0,80}authorized_keys\\b'
      - '\\b(?:cp|mv|ln|install)\\s[^\\n;|&]*?(?:\\.git/hooks/[\\w-]*|\\s(?:~|\\$HOME|/root|/(?:home|Users)/[^\\s/]+)/\\.(?:bashrc|bash_profile|bash_login|profile|zshrc|zprofile|zshenv))[\\x22\\x27]?\\s*(?:$|[;&|\\n])'
      - '\\bsc(?:\\.exe)?\\s+(?:\\\\\\\\\\S+\\s+)?create\\s+\\S+\\s[^\\n]*?binpath|\\bNew-Service\\b[^\\n]*?-BinaryPath|\\bsc(?:\\.exe)?\\s+config\\s+\\S+\\s+binpath'
      - '\\b(?:__EventFilter|CommandLineEventConsumer|__FilterToConsumerBinding|ActiveScriptEventConsumer)\\b|\\bmofcomp(?:\\.exe)?\\b'
      - '\\b(?:sethc|utilman|osk|magnify|narrator|displayswitch|atbroker)\\.exe\\b[^\\n]*?\\b(?:cmd|copy|debugger|reg|takeown)|\\b(?:copy|reg add)\\b[^\\n]*?\\b(?:sethc|utilman|osk|magnify|narrator)\\.exe'
      - '\\bInprocServer32\\b|\\bTreatAs\\b[^\\n]*?|\\bscrnsave\\.exe\\b|\\bUserInitMprLogonScript\\b|\\bnetsh(?:\\.exe)?\\s+add\\s+helper\\b|\\bCOR_PROFILER\\b|\\bAppInit_DLLs\\b|\\bNotification Packages\\b|\\bSecurity Packages\\b|\\bMonitors\\\\\\S+[^\\n]*?Driver\\b|\\bTimeProviders\\b|\\bDefault(?:Password|UserName)\\b[^\\n]*?Winlogon'
      - '\\btrap\\s+[\\x22\\x27][^\\x22\\x27\\n]+?[\\x22\\x27]\\s+(?:DEBUG|EXIT|INT|ERR)\\b[^\\n]*?'
      - '\\bsystemctl\\s+(?:--user\\s+)?enable\\b[^\\n]*?(?:/tmp|\\.timer)|\\binsmod\\b|\\bmodprobe\\s+\\S*(?:/|evil|rootkit)|\\bkldload\\b|\\bkextload\\b'
      - '\\b(?:Command Processor|Microsoft\\.PowerShell_profile|\\$PROFILE)\\b[^\\n]*?\\b(?:AutoRun|Add-Content|Set-Content|>>|-Value)|\\bAdd-Content\\s+\\$PROFILE'
      - '(?:>>?|tee(?:\\s+-a)?|sed\\s+-i[^\\n]*?|cp\\s+\\S+)\\s*[\\x22\\x27]?/etc/pam\\.d/|\\bsed\\b[^\\n]*?/etc/pam\\.d/'
      - '\\bsitecustomize\\b|\\busercustomize\\b|\\bgetusersitepackages\\b|\\bsite\\.getsitepackages\\b[^\\n]*?\\.pth|\\bAutodialDLL\\b|\\bsdbinst(?:\\.exe)?\\b|\\bset-servicebinarypath\\b|\\bNew-WebGlobalModule\\b|\\bappcmd(?:\\.exe)?\\b[^\\n]*?\\b(?:install|add)\\s+module|\\btermsrv\\.dll\\b'
      - '\\baws\\s+iam\\s+(?:create-access-key|create-login-profile|attach-user-policy|put-user-policy)\\b|\\bNew-AzureAD(?:Application|ServicePrincipal|User)\\w*\\b|\\baz\\s+ad\\s+(?:sp|app|user)\\s+create\\b|\\bNew-MgUser\\b'
  condition: persist
falsepositives:
  - Administrators who set up services and schedules
level: high
sentinelmesh:
  family: persistence
`,
  },
  {
    id: 'sm-cmd-005',
    text: `title: Defence switched off
id: sm-cmd-005
status: experimental
description: A command weakens or stops what protects or watches a machine.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - attack.t1562
logsource:
  product: ai_agent
  category: tool_call
detection:
  off:
    payload|re|i:
      - '\\b(?:Set|Add|Remove)-MpPreference\\b|\\bMpCmdRun(?:\\.exe)?\\b[^\\n]*?-(?:RemoveDefinitions|Restore)|\\bDisable(?:AntiSpyware|AntiVirus|RealtimeMonitoring|BehaviorMonitoring|IOAVProtection|ScriptScanning|OnAccessProtection|BlockAtFirstSeen|ArchiveScanning|IntrusionPreventionSystem|ScanOnRealtimeEnable)\\b|\\bTamperProtection\\b|\\bWindows Defender\\\\+(?:Features|Exclusions|Real-Time|Spynet|UX|Windows Defender Exploit)'
      - '\\b(?:sc|net|net1|taskkill|Stop-Service|Set-Service|Remove-Service|Stop-Process|sc\\.exe|net\\.exe|taskkill\\.exe|Uninstall-WindowsFeature|Get-Service|fltmc(?:\\.exe)?|wmic)\\b[^\\n]*?\\b(?:WinDefend|Windows-Defender\\w*|Sysmon\\w*|SysmonDrv|EventLog|wuauserv|MsMpEng|McAfee\\w*|Sense|MsSense|WdNisSvc|wscsvc|mpssvc|MpsSvc|SecurityHealthService|CSFalcon\\w*|cbdefense|CarbonBlack|Symantec|Sophos|AVP|ekrn|bits|Spooler|SharedAccess|tmlisten|CylanceSvc|SentinelAgent)\\b'
      - '\\bnetsh(?:\\.exe)?\\s+(?:advfirewall\\s+(?:set|firewall)|firewall\\s+(?:set|add))\\b[^\\n]*?(?:\\boff\\b|disable|action\\s*=\\s*allow|opmode|\\bdelete\\b)|\\b(?:New|Set)-NetFirewall(?:Rule|Profile)\\b[^\\n]*?\\b(?:Allow|False)\\b|\\bEnableFirewall\\b'
      - '\\bufw\\s+(?:--force\\s+)?(?:disable|reset|delete|allow\\s+(?:from\\s+any|\\d+/))|\\biptables\\s+(?:-t\\s+\\w+\\s+)?-F\\b|\\bsetenforce\\s+0\\b|\\bsystemctl\\s+(?:stop|disable|mask)\\b[^\\n]*?\\b(?:firewalld|ufw|auditd|rsyslog|apparmor|selinux|falcon-sensor|clamav\\S*|fail2ban|osqueryd|wazuh\\S*|cbdaemon|syslog\\S*|sysmon)\\b|\\bservice\\s+(?:\\S*(?:auditd|rsyslog|syslogd?|iptables|ufw|cbdaemon|falcon-sensor|pf|ipfw))\\s+(?:stop|onestop|disable)\\b|\\bchkconfig\\s+off\\b'
      - '\\bauditctl\\s+-(?:e\\s*0|D|W)\\b|\\bauditpol(?:\\.exe)?\\b[^\\n]*?/(?:clear|remove|set|restore)|\\b(?:>|>>|tee|sed\\s+-i)\\b?[^\\n]*?/etc/(?:audit/?|audisp|rsyslog\\S*|syslog\\S*|ufw/|default/ufw|security/audit|pf\\.conf|hosts\\.(?:allow|deny))'
      - '\\bAmsiUtils\\b|\\bamsiInitFailed\\b|\\bAmsiScanBuffer\\b|\\bamsi\\.dll\\b|\\bAmsiEnable\\b|\\bMicrosoft\\\\+AMSI\\\\+Providers\\b|\\bEtwEventWrite\\b|\\bCOMPlus_ETWEnabled\\b|\\blogman(?:\\.exe)?\\b[^\\n]*?\\b(?:stop|update|delete)\\b|\\bScriptBlockLogging\\b|\\bEnableLUA\\b|\\bConsentPromptBehaviorAdmin\\b|\\bPromptOnSecureDesktop\\b'
      - '\\bSystem\\\\+(?:CurrentControlSet|ControlSet001)\\\\+(?:Control\\\\+(?:SecurityProviders|Lsa|DeviceGuard|CI\\\\|Terminal Server|Minint|SafeBoot)|Services\\\\+(?:EventLog|WinDefend|Sysmon|mpssvc|SharedAccess|LanManServer|wuauserv))'
      - '\\b(?:UseLogonCredential|LocalAccountTokenFilterPolicy|RunAsPPL|DisableRestrictedAdmin|AllowEncryptionOracle|LmCompatibilityLevel|VBAWarnings|AccessVBOM|DisableProtectedView\\w*|DisableCMD|DisableTaskMgr|DisableRegistryTools|ChannelAccess|SmartScreenEnabled|EnableSmartScreen|DisableNotificationCenter|HideSCA\\w*|NoLogOff|NoClose|shutdownwithoutlogon|fInheritInitialProgram|MaxConnectionsPer\\w+)\\b'
      - '\\breg(?:\\.exe)?\\s+(?:add|delete|import)\\b\\s*[\\x22\\x27]?(?:HKLM|HKEY_LOCAL_MACHINE|HKCU|HKEY_CURRENT_USER)(?::)?\\\\+(?:Software|System)\\\\+(?:Microsoft|Policies|CurrentControlSet|WOW6432Node|Classes)\\b'
      - '\\b(?:New|Set|Remove)-Item(?:Property)?\\b[^\\n]*?(?:HKLM|HKCU|Registry::HKEY_\\w+):?\\\\+(?:Software|System)\\\\+(?:Microsoft|Policies|CurrentControlSet|WOW6432Node|Classes)\\b|\\bset(?:-|)registry\\w*|\\$registryPath\\s*=\\s*[\\x22\\x27]HKLM'
      - '\\bsystemd-journald?\\b|\\bETWEnabled\\b|\\bswapoff\\s+-a\\b|\\bdrop_caches\\b|\\bdontLog:true\\b|\\bNrptRule\\b|\\bNew-NetQosPolicy\\b|>>?\\s*/etc/(?:syslog|audit|rsyslog|audisp|security)|\\bpfctl\\s+-\\w*[dF]|\\|\\s*pfctl\\b'
      - '\\b(?:copy|cp|copy-item|mv|move|ren(?:ame)?)\\b[^\\n]*?\\\\system32\\\\[\\w]+\\.exe[^\\n]*?\\.exe|\\.(?:pdf|docx?|xlsx?|png|jpe?g|txt|mp4)\\.(?:exe|sh|bat|scr|vbs|cmd|lnk|js)\\b|\\becho\\b[^\\n]*?#!/bin/[^\\n]{0,20}>\\s*\\S+\\.(?:png|jpg|pdf|txt|docx?)\\b|\\bmount\\s+-B\\b'
      - '\\breg(?:\\.exe)?\\s+(?:add|delete|import)\\b[^\\n]*?\\\\+(?:Policies|SystemRestore|Windows Defender|Security Center|ImmersiveShell|Internet Settings|Lsa|WDigest|FVE|Terminal Server|Winlogon|MyComputer|EventLog|Trust(?:ed|Center)|Office\\\\+\\d+\\.\\d+)\\b'
      - '\\b(?:New|Set|Remove)-Item(?:Property)?\\b[^\\n]*?(?:HKLM|HKCU|HKEY_\\w+|Registry::)[^\\n]*?\\\\+(?:Policies|Windows Defender|Security Center|ImmersiveShell|Internet Settings|Lsa|WDigest|EventLog|FVE|Winlogon|ASR|Office\\\\+\\d+\\.\\d+)\\b'
      - '\\bspctl\\s+--(?:master|global)-disable\\b|\\bcsrutil\\s+disable\\b|\\bxattr\\s+-(?:d|c|r[dc]?)\\b[^\\n]*?(?:quarantine|\\S+\\.app)|\\blaunchctl\\s+(?:unload|remove|bootout)\\b|\\bdefaults\\s+write\\b[^\\n]*?(?:LSQuarantine|loginwindow|com\\.apple\\.alf)'
      - '\\bsysctl\\s+-w\\s+kernel\\.(?:randomize_va_space|yama|kptr_restrict)|\\bkernel\\.(?:randomize_va_space|dmesg_restrict)\\s*=\\s*0|\\bLD_PRELOAD=|/etc/ld\\.so\\.preload\\b'
      - '\\bSet-ExecutionPolicy\\b[^\\n]*?\\b(?:Bypass|Unrestricted)\\b|\\bpowershell(?:\\.exe)?\\b[^\\n]*?-(?:ep|exec\\w*|executionpolicy)\\s+bypass\\b[^\\n]*?(?:-c|-f|iex|-w\\s+hidden|download)'
      - '\\bmasquerad|\\bsvchost\\.exe\\b[^\\n]*?(?:TEMP|Copy)|\\b(?:copy|cp|Copy-Item)\\b[^\\n]*?\\b(?:cscript|wscript|cmd|powershell|rundll32|lsass|svchost|sh|python\\d?)(?:\\.exe)?[\\x22\\x27]?\\s+[^\\n]*?(?:temp|tmp|appdata|crond|svchost|lsass|taskhost\\w*)'
      - '\\b(?:Remove|Set)-(?:AzEventHub|AzDiagnosticSetting|AdminAuditLogConfig|MailboxAuditBypassAssociation)\\b|\\baws\\s+(?:cloudtrail\\s+(?:stop-logging|delete-trail|update-trail)|guardduty\\s+(?:delete|update)|logs\\s+delete|configservice\\s+(?:stop|delete)|s3api\\s+put-bucket-(?:lifecycle|logging))|\\bgcloud\\s+logging\\s+(?:sinks|buckets|logs)\\s+delete\\b|\\bRemove-AzEventHub\\b|\\bAuditDisabled\\b'
      - '\\b(?:mavinject|Backstab\\d*|EDRSilencer|KillAV|GMER|PCHunter|ProcessHacker|defendercontrol|TamperingSyscalls|PSTools)\\w*(?:\\.exe)?\\b'
      - '\\bwevtutil(?:\\.exe)?\\s+(?:sl|set-log)\\b|\\bwevtutil(?:\\.exe)?\\s+(?:cl|clear-log)\\b'
  condition: off
falsepositives:
  - Administrators who change security settings
level: high
sentinelmesh:
  family: defence-evasion
`,
  },
  {
    id: 'sm-cmd-006',
    text: `title: Traces removed
id: sm-cmd-006
status: experimental
description: A command deletes logs, history or other traces of what was done.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - attack.t1070
logsource:
  product: ai_agent
  category: tool_call
detection:
  erase:
    payload|re|i:
      - '(?:^|[\\s;&|(])(?:truncate|tee|shred|rm|unlink|srm|wipe|mv|ln|sed\\s+-i|dd|touch|cp\\s+/dev/null)\\b[^\\n;]*?[\\s\\x22\\x27>=]/(?:private/)?var/(?:log|spool/mail|mail|audit|adm|lib/docker/containers)\\b[^\\n]*?'
      - '>\\s*[\\x22\\x27]?/var/(?:log|spool/mail|mail|audit)\\b|>\\s*[\\x22\\x27]?(?:~|\\$HOME|/root|/home/[^\\s/]+)?/?\\.(?:bash|zsh|python|mysql|psql)_history\\b'
      - '\\bjournalctl\\b[^\\n]*?--vacuum|\\blog\\s+erase\\b|\\bfind\\s+/var/log\\b[^\\n]*?-(?:delete|exec\\s+rm)'
      - '\\b(?:Clear|Remove|Limit)-EventLog\\b|\\bwevtutil(?:\\.exe)?\\s+cl\\b|\\bClearEventlog\\b|\\bEventLogSession\\b[^\\n]*?ClearLog|\\bClear-Eventlog\\b'
      - '\\bhistory\\s+-(?:c|w|d)\\b|\\bunset\\s+HIST(?:FILE|SIZE)\\b|\\bHIST(?:FILE|SIZE|FILESIZE|CONTROL)\\s*=\\s*(?:0|/dev/null|ignore\\w*|[\\x22\\x27]{2}|$)|\\bset\\s+\\+o\\s+history\\b|\\bexport\\s+HIST\\w+=\\S*(?:0|/dev/null|ignore)|\\bHISTFILE=\\s'
      - '\\bln\\s+-sf?\\s+/dev/null\\s+\\S*history\\b|\\b(?:rm|shred|cat /dev/null|truncate)\\b[^\\n]*?(?:_history|ConsoleHost_history)|\\bHistorySavePath\\b|\\bPSReadLine\\b[^\\n]*?(?:SaveNothing|history)|\\b(?:Remove-Item|del|rm)\\b[^\\n]*?ConsoleHost_history'
      - '\\bfsutil(?:\\.exe)?\\s+usn\\s+deletejournal\\b|\\b(?:Remove-Item|del|rm)\\b[^\\n]*?\\\\(?:Prefetch|winevt|Logs)\\\\|\\bevtx\\b[^\\n]*?(?:del|rm|Remove)'
      - '\\btouch\\s+-(?:a|m|am|ma|r|acmr|c|t)\\w*\\s+(?:-\\w+\\s+)?[^\\n]*?(?:\\d{8,12}|/etc/|/bin/|reference)|\\.(?:LastWriteTime|CreationTime|LastAccessTime)\\s*=|\\btimestomp'
      - '\\bnet(?:\\.exe)?\\s+(?:use|share)\\b[^\\n]*?/delete\\b|\\bRemove-(?:SmbShare|FileShare|PSDrive|SmbMapping)\\b'
  condition: erase
falsepositives:
  - Log rotation done by hand
level: high
sentinelmesh:
  family: defence-evasion
`,
  },
  {
    id: 'sm-cmd-007',
    text: `title: Privileges raised
id: sm-cmd-007
status: experimental
description: A command gives a program or an account more rights than it had.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.privilege-escalation
  - attack.t1548
logsource:
  product: ai_agent
  category: tool_call
detection:
  raise:
    payload|re|i:
      - '\\bchmod\\b[^\\n;|]{0,20}\\s(?:[ugoa]*\\+\\w*s\\w*|[2467][0-7]{3})\\s+\\S*(?:/tmp|/bin|/usr|/home|/var/tmp|\\./|sh\\b|evil)|\\bchmod\\s+(?:u\\+x?s|u\\+s)\\b'
      - '\\b(?:NOPASSWD|!tty_tickets|timestamp_timeout)\\b|(?:>>?|tee(?:\\s+-a)?|sed\\s+-i\\S*|visudo|cat|ee|vi|vim|nano)\\s[^\\n]*?/etc/sudoers|/usr/local/etc/sudoers'
      - '\\bsetcap\\s+cap_\\w+|\\bgetcap\\s+-r\\s+/'
      - '\\bms-settings\\\\+shell\\\\+open\\b|\\bmscfile\\\\+shell\\\\+open\\b|\\bexefile\\\\+shell\\b|\\\\+shell\\\\+(?:open|runas)\\\\+command\\b|\\b(?:fodhelper|eventvwr|computerdefaults|sdclt|slui|cmstp\\s+/s\\w*\\s|wsreset|DiskCleanup|silentcleanup)(?:\\.exe)?\\b[^\\n]*?|\\bDelegateExecute\\b|\\bIsolatedCommand\\b|\\bUACME?\\b|\\bUACBypass\\b|\\bbypassuac\\b|\\bAkagi\\d*\\b'
      - '\\\\\\\\\\?\\\\[A-Za-z]:\\\\Windows \\\\'
      - '\\bdocker\\s+run\\b[^\\n]*?(?:-v\\s+/:/|--privileged|--pid[= ]host|-v\\s+/var/run/docker\\.sock)|\\bnsenter\\b[^\\n]*?(?:-t\\s*1\\b|--target\\s+1\\b)|\\bkubectl\\b[^\\n]*?(?:privileged|hostPID|hostPath|create\\s+clusterrolebinding)|\\brelease_agent\\b|\\bchroot\\s+/(?:host|mnt)\\b'
      - '\\bdirtyc0w\\b|\\bdirty_?pipe\\b|\\bpwnkit\\b|\\blinpeas\\b|\\bwinpeas\\b|\\b(?:Juicy|Rogue|Sweet|Bad|God|Print|Hot)Potato\\b|\\bPrintSpoofer\\b|\\bTokenManipulation\\b|\\bGetSystem\\b|\\bParentPid\\b|\\bSeDebugPrivilege\\b|\\bUnderSpecificParent\\b|\\bpkexec\\b[^\\n]*?(?:/bin/|sh\\b)|\\bWinlogonToken|\\bDuplicateToken|\\bImpersonat\\w+LoggedOn'
      - '\\bnet(?:1|\\.exe)?\\s+(?:user|localgroup|group)\\s+[^\\n]*?/(?:add|active|domain\\s+/add|delete)\\b|\\bAdd-LocalGroupMember\\b|\\bNew-LocalUser\\b|\\bAdd-(?:AD|AzureAD|Mg)GroupMember\\b|\\bnet(?:\\.exe)?\\s+user\\s+\\S+\\s+\\S+[^\\n]{0,4}$'
      - '\\b(?:useradd|adduser|usermod|pw\\s+useradd|pw\\s+usermod)\\b[^\\n]*?(?:-o\\b[^\\n]{0,20}-u\\s*0|-u\\s*0\\b|-g\\s*0\\b|-G\\s*(?:sudo|wheel|root|admin)|evil|/root\\b)|\\bdscl\\b[^\\n]*?-(?:create|append|delete)\\b|\\bdseditgroup\\b[^\\n]*?admin|\\bsysadminctl\\b[^\\n]*?-addUser'
      - '\\|\\s*(?:sudo\\s+)?(?:chpasswd|passwd\\s+--stdin)\\b|>>?\\s*/etc/(?:passwd|shadow|group)\\b'
      - '\\bsudo\\s+(?:-u#-1|su\\b[^\\n]*?&&|-l\\b\\s*$)|\\bsudo\\s+(?:vim|awk|find|less|man|nmap|env|perl|python\\d?|ruby|tar|zip)\\b[^\\n]*?(?:/bin/(?:ba)?sh|!sh|system\\()'
      - '\\bosascript\\b[^\\n]*?\\b(?:with administrator privileges|hidden answer|display dialog)\\b|\\bPromptForCredential\\b|\\bGet-Credential\\b[^\\n]*?(?:Update|Security)|\\bsecurity\\s+authorize'
      - '\\bldapmodify\\b|\\bSet-ADAccountPassword\\b|\\b(?:Enable|Disable|Remove)-(?:ADAccount|LocalUser|AzureADUser|MgUser|AzADUser)\\b|\\bRemove-LocalUser\\b|\\bChange-?UserPassword\\b|\\btscon\\b|\\bsc(?:\\.exe)?\\s+sdset\\b'
  condition: raise
falsepositives:
  - Administrators who manage accounts
level: high
sentinelmesh:
  family: privilege-escalation
`,
  },
  {
    id: 'sm-cmd-008',
    text: `title: Encoded command run
id: sm-cmd-008
status: experimental
description: A command decodes a text and runs what comes out.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - attack.t1027
  - attack.t1140
logsource:
  product: ai_agent
detection:
  decode:
    payload|re|i:
      - '\\b(?:powershell|pwsh)(?:\\.exe)?\\b[^\\n]*?\\s-(?:e|ec|en|enc|enco\\w*)\\s+[\\x22\\x27]?[A-Za-z0-9+/=]{20,}'
      - '\\bbase64\\s+(?:-d|-D|--decode|-di)\\b[^\\n]*?\\|\\s*(?:sudo\\s+)?(?:/bin/)?(?:ba|z|da)?(?:sh|python[23]?|perl|ruby|php)\\b'
      - '\\b(?:eval|bash\\s+-c|sh\\s+-c)\\b[^\\n]*?(?:\\$\\(|\`)[^\\n]*?\\bbase64\\b[^\\n]{0,20}(?:-d|-D|--decode)'
      - '\\b(?:exec|eval)\\s*\\(\\s*(?:compile\\s*\\()?(?:__import__\\([\\x22\\x27]base64[\\x22\\x27]\\)|(?:base64|codecs|zlib|bytes\\.fromhex|atob|Buffer\\.from|str_rot13|gzinflate)\\b)'
      - '\\bFromBase64String\\b[\\s\\S]*?\\b(?:iex|Invoke-Expression|Assembly|Load|Start-Process|ScriptBlock|WriteAllBytes|Invoke)\\b|\\b(?:iex|Invoke-Expression)\\b[\\s\\S]*?\\bFromBase64String\\b|\\[(?:System\\.)?Convert\\]::FromBase64String'
      - '\\b(?:xxd\\s+-r|openssl\\s+(?:base64|enc)\\s+[^\\n|]*?-d|rev|tr\\s+\\S+\\s+\\S+|hex2bin|printf\\s+[\\x22\\x27]?(?:\\\\x[0-9a-f]{2}){4,})[^\\n|]*?\\|\\s*(?:ba|z|da)?sh\\b'
      - '\\b(?:iex|Invoke-Expression|&)\\s*\\(?\\s*(?:\\(\\s*[\\x22\\x27]\\{\\d\\}|\\$\\w+\\[\\d|\\[char\\]|\\(?[\\x22\\x27][^\\x22\\x27]{1,20}[\\x22\\x27]\\s*\\+)|(?:\\[char\\]\\s*\\d{2,3}\\s*\\+?\\s*){4,}|-join\\s*\\(|\\bReverse\\(\\)\\s*;[^\\n]*?-join'
      - '(?:\\^[a-z]){4,}'
  elsewhere:
    kind:
      - prompt
      - completion
      - message
      - system
  condition: decode and not elsewhere
falsepositives:
  - Deployment tools that pass scripts in base64
level: high
sentinelmesh:
  family: obfuscation
`,
  },
  {
    id: 'sm-cmd-009',
    text: `title: Credentials read or dumped
id: sm-cmd-009
status: experimental
description: A command reads stored passwords, keys or tickets, or guesses them.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.credential-access
  - attack.t1003
  - attack.t1552
logsource:
  product: ai_agent
  category: tool_call
detection:
  dump:
    payload|re|i:
      - '\\bmimikatz\\b|\\bsekurlsa\\b|\\blsadump\\b|\\bkerberos::|\\bdcsync\\b|\\bInvoke-Kerberoast\\b|\\bkerberoast\\b|\\brubeus\\b|\\bLaZagne\\b|\\bsecretsdump\\b|\\bpypykatz\\b|\\bgsecdump\\b|\\bnanodump\\b|\\bdumpert\\b|\\bWCE\\.exe\\b|\\bKerberosRequestorSecurityToken\\b|\\bsetspn(?:\\.exe)?\\b[^\\n]*?-[QT]\\b|\\bSharpChrome\\b|\\bSharpDPAPI\\b|\\bSharpweb\\b|\\bGet-?Cred(?:Man|ential)Creds\\b|\\bPasswordVault\\b|\\bWebBrowserPassView\\b|\\bNirsoft\\b|\\bmimipenguin\\b|\\b(?:golden|silver)[ _-]?ticket\\b'
      - '\\blsass\\b[^\\n]*?(?:dump|MiniDump|\\.dmp|procdump|-ma)|\\b(?:procdump|comsvcs|MiniDump|rdrleakdiag|createdump|sqldumper)\\w*(?:\\.exe|\\.dll)?\\b[^\\n]*?(?:lsass|full|-ma|/fullmemdmp|MiniDump)'
      - '\\breg(?:\\.exe)?\\s+(?:save|export|query)\\b[^\\n]*?(?:HKLM|HKEY_LOCAL_MACHINE)\\\\+(?:SAM|SECURITY|SYSTEM)\\b|\\breg(?:\\.exe)?\\s+query\\b[^\\n]*?(?:/f\\s+password|PuTTY|SimonTatham|WinLogon|OpenSSH)|\\bntds(?:\\.dit|util)\\b|\\besentutl(?:\\.exe)?\\b[^\\n]*?/(?:y|vss)|\\\\+config\\\\+(?:SAM|SECURITY)\\b'
      - '\\b(?:cat|less|more|head|tail|cp|scp|grep|awk|sed|strings|base64|xxd|type|Get-Content|gc|rsync|tar|zip|curl|vi|vim|nano|unshadow|john|dd|open)\\b[^\\n;]*?(?:/etc/(?:shadow|master\\.passwd|security/passwd|gshadow|sudoers)|/etc/passwd\\b[^\\n]*?(?:loot|>|\\|\\s*curl|base64)|/proc/\\S+/(?:mem|maps|environ))\\b'
      - '\\b(?:Login Data|Web Data|logins\\.json|key[34]\\.db|cookies\\.sqlite|Local State|login\\.keychain|signons\\.sqlite|Cookies\\.binarycookies)\\b|\\b(?:Chrome|Chromium|Firefox|Opera|Edge|Brave|Mozilla)\\b[^\\n]*?\\b(?:Profiles?|Login|Cookies)\\b[^\\n]*?(?:Copy|cp|zip|sqlite|Destination|tar)|\\bremote-debugging-port\\b'
      - '\\bsecurity\\s+(?:dump-keychain|find-(?:generic|internet)-password|export|dump-trust|unlock-keychain)\\b|\\bvaultcmd(?:\\.exe)?\\b|\\bcmdkey(?:\\.exe)?\\s+/list\\b|\\brundll32(?:\\.exe)?\\b[^\\n]*?keymgr|\\bMicrosoft\\\\+(?:Credentials|Vault|Protect)\\b|\\bcachedump\\b|\\bGet-GPPPassword\\b|\\bgpp(?:decrypt|password)\\b|\\bcpassword\\b'
      - '\\b(?:find|grep|rg|ag|locate|fd|Get-ChildItem|gci|dir|findstr|Select-String|ls|rsync)\\b[^\\n]*?(?:id_rsa|id_ed25519|\\*?\\.pem\\b|\\*\\.ppk|\\.p12\\b|\\.pfx\\b|\\*\\.key\\b|\\.kdbx?\\b|\\.netrc|\\.pgpass|wallet\\.dat|\\.gnupg|\\.git-credentials|credentials\\.(?:json|xml|db)|unattend\\.xml|web\\.config|sysprep|AccessTokens\\.json|\\.aws\\b|\\.azure\\b|\\bgcloud\\b)'
      - '\\b(?:grep|rg|findstr|Select-String|ls)\\b[^\\n]*?\\b(?:password|passwd|pass\\b|secret|api_?key|BEGIN (?:RSA|OPENSSH)|AKIA|credential)[^\\n]*?(?:/\\s|/home|/etc|~|C:\\\\|\\*\\.|_history|loot|/proc|\\.\\w+\\s)'
      - '\\b(?:hydra|medusa|hashcat|john\\s+(?:--\\w|\\S*(?:hash|shadow))|crackmapexec|netexec|nxc|kerbrute|patator|brutespray|ncrack|DomainPasswordSpray|MSOLSpray|CredPhisher|passwordspray\\w*|sshpass|sucrack)\\b[^\\n]*?'
      - '\\bexport-pfxcertificate\\b|\\bcertutil(?:\\.exe)?\\b[^\\n]*?-exportPFX|\\bCryptoAPI\\b[^\\n]*?export|\\bAADInternals\\b|\\bSAMLToken\\b|\\bPfxFileName\\b|\\bExport-Certificate\\b|\\bcert:\\\\+LocalMachine\\\\+My\\b'
      - '\\b(?:kubectl|oc)\\b[^\\n]*?\\bget\\s+secrets?\\b[^\\n]*?(?:-o|--output|-A|--all)|/var/run/secrets/kubernetes\\.io|\\baws\\s+(?:secretsmanager\\s+get-secret-value|ssm\\s+get-parameters?\\b[^\\n]*?--with-decryption|sts\\s+get-session-token)|\\bgcloud\\s+(?:secrets\\s+versions\\s+access|auth\\s+print-access-token)|\\bvault\\s+kv\\s+get\\b[^\\n]*?-format|\\baz\\s+(?:keyvault\\s+secret\\s+show|account\\s+get-access-token|storage\\s+account\\s+keys)'
  condition: dump
falsepositives:
  - Back-ups
  - Password resets by administrators
level: high
sentinelmesh:
  family: credential-access
`,
  },
  {
    id: 'sm-cmd-010',
    text: `title: Attack tool or misused system program
id: sm-cmd-010
status: experimental
description: A command runs a known attack tool, or a system program in the way that attackers do.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.execution
  - attack.t1218
logsource:
  product: ai_agent
  category: tool_call
detection:
  tool:
    payload|re|i:
      - '\\bmshta(?:\\.exe)?\\b[^\\n]*?(?:https?:|javascript:|vbscript:|\\.hta|\\.sct)|\\bregsvr32(?:\\.exe)?\\b[^\\n]*?(?:/i:|scrobj)|\\brundll32(?:\\.exe)?\\b[^\\n]*?(?:javascript:|\\.dll|\\.cpl|url\\.dll|shell32|StartW|advpack|ieadvpack|zipfldr|pcwutl)'
      - '\\bwmic(?:\\.exe)?\\b[^\\n]*?(?:process\\s+call\\s+create|/node:|/format:|useraccount\\s+get)|\\bInvoke-(?:Wmi|Cim)Method\\b[^\\n]*?(?:Win32_Process|-Name\\s+Create)|\\bwmiexec\\b|\\bpsexec\\w*(?:\\.exe)?\\b|\\bsmbexec\\b|\\bInvoke-Command\\b[^\\n]*?-ComputerName|\\bEnter-PSSession\\b|\\bwinrs(?:\\.exe)?\\b|\\bevil-winrm\\b'
      - '\\b(?:InstallUtil|RegAsm|RegSvcs|MSBuild|msxsl|odbcconf|cmstp|presentationhost|ieexec|infdefaultinstall|syncappvpublishingserver|hh|verclsid|mavinject|forfiles|pcalua|scriptrunner|bash|register-cimprovider|xwizard|dnscmd|cscript|wscript)\\.exe\\b[^\\n]*?(?:\\.dll|\\.csproj|\\.xml|\\.xsl|\\.inf|\\.rsp|http|\\.chm|/s\\b|calc|cmd|\\.vbs|\\.js|-c)'
      - '\\bCreateInstance\\b[^\\n]*?(?:CLSID|Shell\\.Application|MMC20|ShellWindows|Excel\\.Application|Outlook)|\\bShellExecute\\s*\\(|\\bGetTypeFromProgID\\b'
      - '\\b(?:VirtualAlloc|CreateRemoteThread|WriteProcessMemory|QueueUserAPC|NtMapViewOfSection|SetWindowsHookEx|Add-Type\\b[^\\n]*?DllImport|GetDelegateForFunctionPointer|ReflectiveDLL|Reflection\\.Assembly\\]?::Load|INJECTRUNNING|ProcessInject\\w*|hollow(?:ing)?)\\b'
      - '\\bWinPwn\\b|\\bPowerSploit\\b|\\bPowerSharp\\w*\\b|\\bEmpire\\b[^\\n]*?(?:launcher|stager)|\\bcobalt ?strike\\b|\\bsliver\\b[^\\n]{0,20}(?:implant|generate)|\\bBloodHound\\b|\\bSharpHound\\b|\\bPowerView\\b|\\bAdFind(?:\\.exe)?\\b|\\bnishang\\b|\\bInvoke-(?:Mimikatz|Shellcode|ReflectivePE\\w*|Obfuscation|SMBExec|TheHash|PSInject|DllInjection|Phant0m|Rubeus|ATHRemoteFXvGPU\\w*|CallbackShellcode\\w*|AppPathBypass|WMIExec)\\b|\\bmetasploit\\b|\\bmsfconsole\\b|\\bimpacket\\b|\\bresponder\\b[^\\n]{0,20}-I'
      - '\\bGet-Keystrokes\\b|\\bkeylog\\w*\\b|\\bGetAsyncKeyState\\b|\\bxinput\\s+test|\\bpam_tty_audit|/etc/pam\\.d/(?:password|system)-auth\\b|\\bscreencapture\\b|\\bimport\\s+-window\\s+root|\\bxwd\\s+-root|\\bCopyFromScreen\\b|\\bpsr(?:\\.exe)?\\s+/start\\b|\\bGet-Clipboard\\b[^\\n]{0,20}(?:\\||>)|\\$\\(pbpaste\\)|\\bClipboard\\b[^\\n]*?GetText|\\bSoundRecorder\\b|\\bffmpeg\\b[^\\n]*?(?:x11grab|avfoundation|gdigrab)[^\\n]*?/tmp'
      - '\\btor(?:\\.exe)?[\\x22\\x27]?\\s*$|\\b(?:systemctl|service)\\s+(?:start\\s+)?tor\\b|\\btor_enable\\b|\\bngrok\\s+(?:tcp|http)\\b|\\bchisel\\b[^\\n]*?(?:client|server)|\\bssh\\b[^\\n]*?\\s-[RD]\\s+\\d+|\\bnetsh(?:\\.exe)?\\b[^\\n]*?portproxy|\\bplink(?:\\.exe)?\\b[^\\n]*?-(?:pw|R|m)\\b|\\biodine\\b|\\bdnscat\\w*\\b|\\bproxychains\\b'
      - '\\bxmrig\\b|\\bstratum\\+(?:tcp|ssl)://|\\bminerd\\b|\\bcryptonight\\b'
      - '(?:exec[= (:]{1,3}|system\\s?\\(|spawn\\s?\\(|os\\.execute\\s?\\(|checkpoint-action=\\w*=?|--command=|shell=|BEGIN\\s?\\{\\s?system\\(|-c\\s[\\x22\\x27]?:?!|!|-exec\\s)[\\x22\\x27(\\[]{0,3}(?:/usr)?/bin/(?:ba|da|z|k|c|tc)?sh\\b'
      - '\\binstall\\s+-m\\s*=?x?s\\b|\\bLFILE=|\\bTF=\\$\\(mktemp\\)|\\bRHOST=|\\bos\\.setuid\\(0\\)|\\bsetuid\\(0\\)|\\bProcess::Sys\\.setuid\\b|\\./(?:ba|da|z)?sh\\s+-p\\b|\\bexec\\s+/bin/(?:ba)?sh\\s+-p\\b|--interactive\\b[^\\n]{0,20}!sh'
      - '\\b(?:desktopimgdownldr|certreq|ieexec|extrac32|makecab|diantz|msdt|AppInstaller|ConfigSecurityPolicy|MpCmdRun|Microsoft\\.Workflow\\.Compiler|rcsi|cdb|bginfo|msdeploy|pubprn|winrm|wlrmdr|tttracer|msiexec|mmc|rasautou|imewdbld|presentationhost|squirrel|update|pcalua|verclsid|cmdl32|control|hh|expand|replace|finger)(?:\\.exe|\\.vbs)?\\b[^\\n]*?(?:https?://\\S+\\.(?:exe|dll|sct|ps1|bat|hta|txt|xml|cab|msi)|\\\\\\\\[\\w.-]+\\\\\\S+\\.(?:exe|dll|sct|inf|bat|cab|msi|xml)|[\\w.]+\\.(?:txt|log|ini|pdf|doc):[\\w.]+\\.(?:exe|dll|vbs|bat|ps1)|script:https?|\\bms-msdt:)'
      - '<\\?php\\s[^\\n]*?(?:system|eval|exec|passthru|shell_exec)\\s*\\(|\\bATTACH DATABASE\\b[^\\n]*?\\.php|\\bxp_cmdshell\\b|\\bINTO\\s+OUTFILE\\b|\\bweb ?shell\\b|\\{\\{[^\\n}]*?__(?:class|globals|mro|subclasses)__'
      - '\\bReg(?:ister)?-?(?:edit|ini)?(?:\\.exe)?\\s+import\\b|\\bregini(?:\\.exe)?\\b|\\bregedit(?:\\.exe)?\\s+/s\\b'
      - '--yolo\\b|--dangerously-skip-permissions\\b|--trust-all-tools\\b|\\ballowDangerous'
      - '\\b(?:evil|malware|malicious|payload|backdoor|rootkit|implant|beacon|exploit|shellcode|stager|dropper|ransom\\w*|loot)\\b[\\w-]*\\.(?:exe|dll|sh|py|ps1|bat|elf|so|bin|txt|zip|vbs|js|jar|php)\\b'
  condition: tool
falsepositives:
  - Penetration tests
  - Legacy administration scripts
level: high
sentinelmesh:
  family: attack-tool
`,
  },
  {
    id: 'sm-cmd-011',
    text: `title: Command that hides what it runs
id: sm-cmd-011
status: experimental
description: A command holds so many programs, or so many within each other, that not all of them can be told apart and judged.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - attack.t1027
logsource:
  category: process_creation
detection:
  more:
    Incomplete:
      - too_many
      - too_deep
      - too_long
  condition: more
falsepositives:
  - Long scripts that are given to a shell as they are
level: medium
sentinelmesh:
  family: obfuscation
`,
  },
  {
    id: 'sm-cred-001',
    text: `title: Credentials file read
id: sm-cred-001
status: experimental
description: An agent opens, or is told to open, a file in which keys or passwords are kept.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.credential-access
  - attack.t1552.001
logsource:
  product: ai_agent
detection:
  file:
    payload|re|i:
      - '(?:~|\\$HOME|/root|/home/[^\\s/\\x22\\x27]+|/Users/[^\\s/\\x22\\x27]+|%USERPROFILE%)?[\\\\/]?\\.(?:ssh[\\\\/](?:id_\\w+|config|identity)|aws[\\\\/]credentials|netrc\\b|pgpass\\b|git-credentials\\b|docker[\\\\/]config\\.json|kube[\\\\/]config|gnupg[\\\\/]|npmrc\\b|pypirc\\b|azure[\\\\/]\\w+|config[\\\\/]gcloud|cursor[\\\\/]mcp\\.json|vault-token)'
      - '(?:@|file://|path=|_path=|path[\\x22\\x27]?\\s*:\\s*[\\x22\\x27]|open\\([\\x22\\x27])/etc/passwd\\b'
      - '/etc/(?:shadow|gshadow|sudoers|master\\.passwd|krb5\\.keytab|ssl/private)\\b|(?:\\.\\./){3,}|(?:\\.\\.\\\\){3,}|(?:%2e%2e(?:%2f|/)){2,}'
      - '/proc/(?:self|\\d+|1)/(?:environ|mem|maps|cmdline)\\b|/var/run/secrets/|\\bid_(?:rsa|dsa|ecdsa|ed25519)\\b(?:$|[^.\\w])|\\bwallet\\.dat\\b|\\bservice[_-]?account\\S{0,20}\\.json\\b|\\bapplication_default_credentials\\.json\\b'
  read:
    payload|re|i:
      - '\\b(?:cat|tac|bat|less|head|tail|nl|strings|base64|base32|xxd|od|hexdump|grep|rg|sed|awk|sort|cut|diff|tar|zip|gzip|dd|open|read|source|Get-Content|gc|Copy-Item)\\b[^;&|\\n]*?(?:\\.ssh[\\\\/]+(?:id_\\w+(?:$|[^\\w.]|\\.(?:$|[^p]))|config\\b|identity\\b)|\\.aws[\\\\/]+credentials|\\.(?:netrc|pgpass|git-credentials|npmrc|pypirc|vault-token)\\b|\\.docker[\\\\/]+config\\.json|\\.kube[\\\\/]+config|\\.gnupg[\\\\/]|\\.azure[\\\\/]+\\w|\\.config[\\\\/]+gcloud|/etc/(?:shadow|gshadow|sudoers|master\\.passwd)\\b|/proc/\\w+/environ|\\bid_(?:rsa|dsa|ecdsa|ed25519)(?:$|[^.\\w])|\\bwallet\\.dat\\b|\\bapplication_default_credentials\\.json)'
      - '\\b(?:cp|type|more|curl|wget)\\s+(?:[-/]\\S*\\s+)*[\\x22\\x27]?[^\\s;&|]*?(?:\\.ssh[\\\\/]+(?:id_\\w+(?:$|[^\\w.]|\\.(?:$|[^p]))|config\\b|identity\\b)|\\.aws[\\\\/]+credentials|\\.(?:netrc|pgpass|git-credentials|npmrc|pypirc|vault-token)\\b|\\.docker[\\\\/]+config\\.json|\\.kube[\\\\/]+config|\\.gnupg[\\\\/]|\\.azure[\\\\/]+\\w|\\.config[\\\\/]+gcloud|/etc/(?:shadow|gshadow|sudoers|master\\.passwd)\\b|/proc/\\w+/environ|\\bid_(?:rsa|dsa|ecdsa|ed25519)(?:$|[^.\\w])|\\bwallet\\.dat\\b|\\bapplication_default_credentials\\.json)'
      - '<\\s*[\\x22\\x27]?[^\\s;&|<>]*?(?:\\.ssh[\\\\/]+(?:id_\\w+(?:$|[^\\w.]|\\.(?:$|[^p]))|config\\b|identity\\b)|\\.aws[\\\\/]+credentials|\\.(?:netrc|pgpass|git-credentials|npmrc|pypirc|vault-token)\\b|\\.docker[\\\\/]+config\\.json|\\.kube[\\\\/]+config|\\.gnupg[\\\\/]|\\.azure[\\\\/]+\\w|\\.config[\\\\/]+gcloud|/etc/(?:shadow|gshadow|sudoers|master\\.passwd)\\b|/proc/\\w+/environ|\\bid_(?:rsa|dsa|ecdsa|ed25519)(?:$|[^.\\w])|\\bwallet\\.dat\\b|\\bapplication_default_credentials\\.json)'
  harmless:
    payload|re|i:
      - '\\b(?:chmod|chown|ssh-keygen|ssh-add|ssh-copy-id|ssh\\s+-i|scp\\s+-i|stat|ls|mkdir|touch|certbot|visudo)\\b|-i\\s+\\S*id_|--(?:identity|key|cert|config|kubeconfig)\\S*|\\.pub\\b'
  elsewhere:
    kind:
      - system
      - completion
      - tool_result
  condition: (read or (file and not harmless)) and not elsewhere
falsepositives:
  - Administration of such files
level: high
sentinelmesh:
  family: credential-access
`,
  },
  {
    id: 'sm-cred-002',
    text: `title: Environment file read
id: sm-cred-002
status: experimental
description: An agent opens a .env file, in which programs keep their secrets.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.credential-access
  - attack.t1552.001
logsource:
  product: ai_agent
  category: tool_call
detection:
  file:
    payload|re|i:
      - '(?:^|[\\s\\x22\\x27/=@(<])\\.env(?:\\.(?:local|production|prod|staging|dev|development))?(?:[\\s\\x22\\x27),;|]|$)'
  condition: file
falsepositives:
  - Developers who work on the configuration of a program
level: medium
sentinelmesh:
  family: credential-access
`,
  },
  {
    id: 'sm-cred-003',
    text: `title: Credentials file given to a program
id: sm-cred-003
status: experimental
description: A program in a command is given a file in which keys or passwords are kept, whatever else stands in the command.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.credential-access
  - attack.t1552.001
logsource:
  category: process_creation
detection:
  # Keys and cluster settings are what programs that log in are given, too.
  login_file:
    CommandLine|re|i:
      - '\\.ssh[\\\\/]+(?:id_\\w+(?:$|[^\\w.]|\\.(?:$|[^p]))|config\\b|identity\\b)|\\bid_(?:rsa|dsa|ecdsa|ed25519)(?:$|[^.\\w])'
      - '\\.kube[\\\\/]+config'
  other_file:
    CommandLine|re|i:
      - '\\.aws[\\\\/]+credentials|\\.(?:netrc|pgpass|git-credentials|vault-token)\\b|(?:~|\\$\\{?HOME\\}?|/root|/(?:home|Users)/[^/\\s]+)/\\.(?:npmrc|pypirc)\\b'
      - '\\.docker[\\\\/]+config\\.json|\\.gnupg[\\\\/]|\\.azure[\\\\/]+\\w|\\.config[\\\\/]+gcloud|\\bwallet\\.dat\\b|\\bapplication_default_credentials\\.json'
      - '/etc/(?:shadow|gshadow|sudoers|master\\.passwd)\\b|/proc/\\w+/environ'
      - '(?:\\.\\.[\\\\/]){3,}(?:etc|proc|root|home|var|windows)\\b|\\b(?:ssl/private|krb5\\.keytab)\\b|/var/run/secrets/|\\bservice[_-]?account\\S{0,20}\\.json\\b'
  as_option:
    Image|endswith:
      - '/ssh'
      - '/scp'
      - '/sftp'
      - '/mosh'
      - '/rsync'
      - '/git'
      - '/ansible'
      - '/ansible-playbook'
      - '/kubectl'
      - '/helm'
      - '/oc'
      - '\\ssh.exe'
      - '\\scp.exe'
      - '\\kubectl.exe'
    CommandLine|re|i: '\\s(?:-i|-F|--(?:private-key|key-file|config|kubeconfig))[=\\s]\\s*[\\x22\\x27]?\\S*?(?:\\.ssh[\\\\/]|\\.kube[\\\\/]|\\bid_\\w)'
  as_operand:
    CommandLine|re: '\\s-i\\s*\\S+(?:\\s+-[a-hj-zA-EG-Z]\\w*(?:\\s+\\d+)?)*\\s+[^-\\s]\\S*?(?:\\.ssh[\\\\/]|\\.kube[\\\\/]|\\bid_\\w)'
  administration:
    Image|endswith:
      - '/chmod'
      - '/chown'
      - '/chgrp'
      - '/ls'
      - '/stat'
      - '/test'
      - '/['
      - '/[['
      - '/mkdir'
      - '/touch'
      - '/ssh-keygen'
      - '/ssh-add'
      - '/ssh-copy-id'
      - '/certbot'
      - '/visudo'
      - '\\icacls.exe'
      - '\\ssh-keygen.exe'
      - '\\ssh-add.exe'
  # What these run is a program of its own.
  starter:
    Image|endswith:
      - '/sh'
      - '/bash'
      - '/dash'
      - '/zsh'
      - '/ksh'
      - '/sudo'
      - '/doas'
      - '/env'
      - '/xargs'
      - '/nohup'
      - '/timeout'
      - '/time'
      - '\\cmd.exe'
      - '\\powershell.exe'
      - '\\pwsh.exe'
  condition: >-
    (other_file or login_file and not (as_option and not as_operand))
    and not administration and not starter
falsepositives:
  - Administration of such files
level: high
sentinelmesh:
  family: credential-access
`,
  },
  {
    id: 'sm-cred-004',
    text: `title: Credentials file opened
id: sm-cred-004
status: experimental
description: A tool for files opens one in which keys or passwords are kept, whatever else it is called with.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.credential-access
  - attack.t1552.001
logsource:
  category: file_access
detection:
  file:
    TargetFilename|re|i:
      - '(?:\\.ssh[\\\\/]+(?:id_\\w+(?:$|[^\\w.]|\\.(?:$|[^p]))|config\\b|identity\\b)|\\.aws[\\\\/]+credentials|\\.(?:netrc|pgpass|git-credentials|vault-token)\\b|(?:~|\\$\\{?HOME\\}?|/root|/(?:home|Users)/[^/\\s]+)/\\.(?:npmrc|pypirc)\\b|\\.docker[\\\\/]+config\\.json|\\.kube[\\\\/]+config|\\.gnupg[\\\\/]|\\.azure[\\\\/]+\\w|\\.config[\\\\/]+gcloud|/etc/(?:shadow|gshadow|sudoers|master\\.passwd)\\b|/proc/\\w+/environ|\\bid_(?:rsa|dsa|ecdsa|ed25519)(?:$|[^.\\w])|\\bwallet\\.dat\\b|\\bapplication_default_credentials\\.json)'
  condition: file
falsepositives:
  - Administration of such files
level: high
sentinelmesh:
  family: credential-access
`,
  },
  {
    id: 'sm-enc-001',
    text: `title: Encoded text to be decoded and followed
id: sm-enc-001
status: experimental
description: A prompt or a tool result carries an encoded text and asks the model to decode it.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - attack.t1027
  - owasp.llm01
logsource:
  product: ai_agent
detection:
  decode:
    payload|re|i:
      - '\\b(?:decode|decrypt|decipher|unscramble|deobfuscate|decoded?|translate)\\b[^\\n]*?\\b(?:base64|base32|base16|base2048|base58|base85|ascii85|hex(?:adecimal)?|rot-?13|rot47|caesar|morse|binary|braille|leet(?:speak)?|ecoji|zalgo|unicode tags?|variant selector|atbash|nato|uuencode\\w*|quoted-printable|punycode|cipher|ascii values|ascii)\\b'
      - '\\b(?:base64|base32|base16|base2048|base58|base85|ascii85|hex|rot-?13|morse|binary|braille|ecoji|uuencode|quoted-printable|ascii\\w*(?:[\\s\\\\"''*>#-]+\\bin unicode\\w*)?)\\b[^\\n]*?\\b(?:encoded|decoded?|string|payload|message)\\b[^\\n]*?\\b(?:decoded|execute|follow|instructions?|decode|run|obey)\\b'
      - '\\b(?:encoded|decoded)\\s*:\\s*\\S{16,}'
      - '\\b(?:follow|execute|obey|run|perform|do)\\b[^.\\n]*?\\b(?:decoded|encoded|encrypted|hidden|resulting)\\b[^.\\n]{0,20}\\b(?:instructions?|commands?|message|text|payload|directive)'
      - '\\b(?:c3lzdGVt|aWdub3Jl|SWdub3Jl|SU1QT1JUQU5U|cHJvbXB0|aW5zdHJ1Y3Rpb24|b3ZlcnJpZGU|ZGlzcmVnYXJk|Zm9yZ2V0)'
      - '(?:[\\x{2800}-\\x{28ff}]{3,}\\s?){2,}'
      - '\\b(?:ascii|decimal|char(?:acter)?[\\s\\\\"''*>#-]+\\bcodes?|numbers)\\b[^\\n]*?(?:\\d{2,3}[\\s,]+){8,}'
  letters:
    payload|re:
      - '(?:[\\x{1F150}-\\x{1F189}\\x{24B6}-\\x{24E9}\\x{FF21}-\\x{FF5A}\\x{1D400}-\\x{1D7FF}]\\s?){8,}'
  elsewhere:
    kind:
      - system
      - tool_call
      - tool_definition
      - completion
  condition: (decode or letters) and not elsewhere
falsepositives:
  - Puzzles
  - Developers who ask about encodings
level: high
sentinelmesh:
  family: obfuscation
`,
  },
  {
    id: 'sm-exf-001',
    text: `title: File or data posted outward
id: sm-exf-001
status: experimental
description: A command sends the content of a file, or what a command printed, to another machine.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.exfiltration
  - attack.t1048
logsource:
  product: ai_agent
detection:
  post:
    payload|re|i:
      - '\\bcurl\\b[^\\n|]*?(?:--data(?:-binary|-raw|-urlencode)?|--json|-d|--form|-F|--upload-file|-T)[ =]?[\\x22\\x27]?(?:\\w+=)?@?(?:-(?:\\s|$)|@|[~./$]|\\$\\()[^\\s]*?'
      - '\\|\\s*curl\\b[^\\n]*?(?:-d\\s*@-|--data\\S*\\s*@-|-T\\s*-|--upload-file\\s*-|-F\\s*\\S*@-)'
      - '\\bcurl\\b[^\\n]*?(?:\\$\\(|\`|\\{\\})[^\\n]*?(?:cat|base64|env|whoami|id|history|printenv|hostname)?'
      - '\\bwget\\b[^\\n]*?--(?:post|body)-(?:file|data)[ =]'
      - '\\b(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm)\\b[^\\n]*?-(?:InFile|Method\\s+(?:Put|Post))\\b[^\\n]*?(?:-InFile|-Body|Get-Content|\\.zip)|\\bUpload(?:File|Data|String)\\s*\\('
      - '\\b(?:tar|zip|cat\\s+[~/.]|gzip|dd|mysqldump|pg_dump|find)[^\\n]*?\\|[^\\n]*?\\b(?:nc|ncat|netcat|ssh|socat|telnet|openssl s_client)\\b'
      - '\\b(?:scp|rsync|sftp|rclone|s3cmd|gsutil|azcopy|aws\\s+s3\\s+(?:cp|sync|mv)|megacmd|mega-put|ftp|tftp|lftp|smbclient|bitsadmin)\\b[^\\n]*?(?:\\.ssh|id_rsa|\\.env\\b|\\.aws|shadow|passwd|credentials|secrets?\\b|\\.pem|\\.db\\b|dump|backup|exfil|customers|\\.kdbx|\\.netrc|\\.gnupg|\\.pfx)'
      - '\\bssh\\b[^\\n]*?(?:tar|cat)\\s[^\\n]*?(?:>|\\|)'
      - '\\brequests\\.post\\s*\\([\\s\\S]*?\\b(?:open\\s*\\(|os\\.environ|clipboard|password|token|secret|cookies?|keys?\\b|location|history)|\\bopen\\s*\\([\\s\\S]*?\\brequests\\.(?:post|put|get)\\s*\\('
      - '\\b(?:fetch|axios\\.post|XMLHttpRequest|sendBeacon|new Image\\(\\)\\.src|document\\.location|location\\.href|window\\.location)\\b[^\\n]*?\\b(?:document\\.cookie|localStorage|process\\.env|sessionStorage|cookie\\b)'
      - '\\bping\\b[^\\n]*?\\.Send\\s*\\(|\\bxxd\\s+-p\\b[^\\n]*?\\b(?:ping|dig|nslookup|host|curl)\\b|\\bping\\s+[^\\n]*?-p\\s+\\S'
  elsewhere:
    kind:
      - system
  condition: post and not elsewhere
falsepositives:
  - Uploads of build results
level: high
sentinelmesh:
  family: exfiltration
`,
  },
  {
    id: 'sm-exf-002',
    text: `title: Data hidden in name look-ups
id: sm-exf-002
status: experimental
description: A command puts data into the names that it asks a name server for.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.exfiltration
  - attack.t1048.003
  - attack.t1071.004
logsource:
  product: ai_agent
detection:
  dns:
    payload|re|i:
      - '\\b(?:nslookup|dig|drill|kdig|ping|Resolve-DnsName|getent hosts)\\b[^\\n]*?(?:\\$\\(|\`|\\$\\{?\\w*(?:data|line|chunk|enc|hex|secret|b64|out|part|i)\\b|%\\w+%|\\{\\})[^\\n]*?\\.'
      - '\\b(?:base64|xxd|hexdump|od|base32)\\b[^\\n]*?\\b(?:nslookup|dig|Resolve-DnsName|ping)\\b'
      - '\\b(?:for|while|foreach)\\b[^\\n]*?\\b(?:nslookup|dig|Resolve-DnsName)\\b'
      - '\\b(?:socket\\.gethostbyname|dns\\.(?:resolve|lookup)\\w*|Dns\\.GetHost\\w+|net\\.LookupHost)\\s*\\([^\\n]*?(?:\\+|\\$\\{|%s|format|f[\\x22\\x27])'
      - '\\b(?:dns|icmp)[ _-]?(?:exfil\\w*|tunnel\\w*)\\b'
  elsewhere:
    kind:
      - system
      - prompt
  condition: dns and not elsewhere
falsepositives:
  - Scripts that look up many hosts
level: high
sentinelmesh:
  family: exfiltration
`,
  },
  {
    id: 'sm-exf-003',
    text: `title: Data in the address of an image
id: sm-exf-003
status: experimental
description: 'An image whose address carries data: showing it sends the data out.'
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.exfiltration
  - owasp.llm02
logsource:
  product: ai_agent
detection:
  image:
    payload|re|i:
      - '!\\[[^\\]\\n]{0,200}\\]\\(\\s*<?https?://[^\\s)]+?[?&;][^\\s)=]+?=(?:[^\\s)]*(?:\\{|\\[|%7b|%5b|<|\\$|\\.env|id_rsa|passw|secret|token|/etc/|\\.csv|\\.db|%20|context|history|conversation|system_?prompt|summary|contents?|base64)|[A-Za-z0-9+/_%-]{40,})'
      - '!\\[[^\\]\\n]{0,200}\\]\\(\\s*<?https?://[^\\s)]+?(?:\\{\\{?|\\$\\{|\\[)[A-Za-z_ -]{2,40}[\\]}]'
      - '<img\\b[^>]*?\\bsrc\\s*=\\s*[\\x22\\x27\\\\]{0,2}https?://[^>\\s]+?\\?[^>\\s]*?=(?:[^>\\s]*?(?:\\{|\\[|\\$|cookie|secret|token|%20)|[A-Za-z0-9+/_%-]{40,})'
      - '!\\[[^\\]\\n]{0,200}\\]\\(\\s*https?://(?:\\d{1,3}\\.){3}\\d{1,3}[/:][^\\s)]*\\?'
      - '\\b(?:include|render|embed|insert|print|output|display|add)\\b[^.\\n]*?\\b(?:image|markdown|img)\\b[^\\n]*?!\\[[^\\]\\n]{0,100}\\]\\(\\s*https?://[^\\s)]+?\\?'
      - '!\\[[^\\]\\n]{0,200}\\]\\(\\s*https?://[^\\s)]+?\\?[^\\s)=]{1,20}=[^\\s)]*?\\)?[^\\n]*?\\breplac'
  system:
    kind: system
  condition: image and not system
falsepositives:
  - Badges and trackers with long parameters
level: high
sentinelmesh:
  family: exfiltration
`,
  },
  {
    id: 'sm-exf-004',
    text: `title: Drop site or tunnel
id: sm-exf-004
status: experimental
description: The payload names a service that takes in data from anyone, or a tunnel to a private machine.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.exfiltration
  - attack.t1567
  - attack.command-and-control
logsource:
  product: ai_agent
detection:
  drop:
    payload|re|i:
      - '\\b(?:webhook\\.site|requestbin\\.\\w+|requestcatcher\\.com|pipedream\\.net|beeceptor\\.com|hookbin\\.com|postb\\.in|ptsv2\\.com|transfer\\.sh|file\\.io|0x0\\.st|temp\\.sh|termbin\\.com|bashupload\\.com|anonfiles\\.com|gofile\\.io|catbox\\.moe|ix\\.io|sprunge\\.us|paste\\.rs|dpaste\\.(?:org|com)|hastebin\\.com|rentry\\.co|ghostbin\\.\\w+|controlc\\.com|ngrok\\.io|ngrok-free\\.app|ngrok\\.app|serveo\\.net|localhost\\.run|trycloudflare\\.com|loca\\.lt|burpcollaborator\\.net|oastify\\.com|interact\\.sh|interactsh\\.com|oast\\.(?:pro|live|site|online|fun|me)|dnslog\\.cn|ceye\\.io|canarytokens\\.(?:com|org)|bore\\.pub)\\b'
      - '\\bdiscord(?:app)?\\.com/api/webhooks/\\d+|\\bapi\\.telegram\\.org/bot|\\bpastebin\\.com/api/'
  system:
    kind: system
  condition: drop and not system
falsepositives:
  - Developers who test webhooks
level: high
sentinelmesh:
  family: drop-site
`,
  },
  {
    id: 'sm-exf-005',
    text: `title: Request to send private data somewhere
id: sm-exf-005
status: experimental
description: Text asks to take secrets or private data and to send them to an address.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.exfiltration
  - owasp.llm02
logsource:
  product: ai_agent
detection:
  ask:
    payload|re|i:
      - '\\b(?:send|forward|e-?mail|mail|transmit|upload|post|exfiltrate|leak|deliver|report|relay|copy|share|submit|push|ship|dump)(?:s|ed|ing)?\\b[^.\\n]*?(?:pass(?:word|wd|code|phrase)s?|secrets?|credentials?|api[ _-]?keys?|access[ _-]?keys?|private[ _-]?keys?|ssh[ _-]?keys?|(?:auth|access|session|bearer|api)[ _-]?tokens?|session[ _-]?(?:cookies?|ids?)|cookies?|env(?:ironment)?[ _-]?(?:variables?|vars?|file)|\\.env\\b|id_rsa|\\.ssh|\\.aws|/etc/(?:shadow|passwd)|(?:otp|verification|2fa|mfa|one-time|security)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+)?\\bcodes?|browsing\\b[\\s\\\\"''*>#-]+\\bhistory|browser\\b[\\s\\\\"''*>#-]+\\bhistory|(?:chat|conversation|message|search)[\\s\\\\"''*>#-]+\\b(?:history|logs?)|contacts?(?:[\\s\\\\"''*>#-]+\\blist)?|system\\b[\\s\\\\"''*>#-]+\\bprompt|customer\\b[\\s\\\\"''*>#-]+\\b(?:data|records|list|database)|(?:medical|patient|bank|financial|payment|personal|shipping|billing|home|location|gps|credit\\b[\\s\\\\"''*>#-]+\\bcard|account|health|payroll|employee|location)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+)?\\b(?:details?|data|records?|information|info|history|addresses|address|methods|numbers?|reports?)|payment\\b[\\s\\\\"''*>#-]+\\bmethods)[^\\n]*?\\b(?:to|at|via|into|through)\\b[^\\n]*?(?:[\\w.+-]+@[\\w-]+\\.\\w|[\\w.+-]+@\\d|https?://|www\\.|external|attacker|our\\b[\\s\\\\"''*>#-]+\\b(?:server|endpoint)|remote|webhook)'
      - '\\b(?:get|fetch|retrieve|collect|gather|read|extract|steal|grab|harvest|find|search|scan|capture|access|dump|take|export|pull|obtain|look up)\\w{0,3}\\b[^.\\x22\\n]*?(?:pass(?:word|wd|code|phrase)s?|secrets?|credentials?|api[ _-]?keys?|access[ _-]?keys?|private[ _-]?keys?|ssh[ _-]?keys?|(?:auth|access|session|bearer|api)[ _-]?tokens?|session[ _-]?(?:cookies?|ids?)|cookies?|env(?:ironment)?[ _-]?(?:variables?|vars?|file)|\\.env\\b|id_rsa|\\.ssh|\\.aws|/etc/(?:shadow|passwd)|(?:otp|verification|2fa|mfa|one-time|security)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+)?\\bcodes?|browsing\\b[\\s\\\\"''*>#-]+\\bhistory|browser\\b[\\s\\\\"''*>#-]+\\bhistory|(?:chat|conversation|message|search)[\\s\\\\"''*>#-]+\\b(?:history|logs?)|contacts?(?:[\\s\\\\"''*>#-]+\\blist)?|system\\b[\\s\\\\"''*>#-]+\\bprompt|customer\\b[\\s\\\\"''*>#-]+\\b(?:data|records|list|database)|(?:medical|patient|bank|financial|payment|personal|shipping|billing|home|location|gps|credit\\b[\\s\\\\"''*>#-]+\\bcard|account|health|payroll|employee|location)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+)?\\b(?:details?|data|records?|information|info|history|addresses|address|methods|numbers?|reports?)|payment\\b[\\s\\\\"''*>#-]+\\bmethods)[^.\\x22\\n]*?\\b(?:send|forward|e-?mail|mail|transmit|upload|post|exfiltrate|leak|deliver|report|relay|copy|share|submit|push|ship|dump)(?:s|ed|ing)?\\b[^\\x22\\n]*?(?:[\\w.+-]+@[\\w-]+\\.\\w|https?://|(?:remote|external|our|attacker)\\b)'
      - '\\b(?:send|forward|e-?mail|mail|transmit|upload|post|exfiltrate|leak|deliver|report|relay|copy|share|submit|push|ship|dump)(?:s|ed|ing)?\\b[^\\n]*?\\b(?:contents?|copy|everything|all|output|result|it|them|data|file)\\b[^\\n]*?(?:~/|\\.env\\b|id_rsa|/etc/|\\.aws|\\.ssh|\\.db\\b|\\.csv\\b|\\.pem\\b|/var/lib|/proc/)[^\\n]*?\\bto\\b'
      - '\\bexfiltrat(?:e|ing|ion of)\\b[^\\n]*?\\b(?:data|keys?|secrets?|credentials?|files?|tokens?|passwords?|contents?|to|via|conversation|api)\\b'
      - '\\b(?:echo|return|include|print|output|add|show|append|repeat|reveal)\\b[^.\\x22\\n]*?\\b(?:bearer\\b[\\s\\\\"''*>#-]+\\btoken|authorization\\b[\\s\\\\"''*>#-]+\\bheader|session\\b[\\s\\\\"''*>#-]+\\bcookie|access\\b[\\s\\\\"''*>#-]+\\btoken|api\\b[\\s\\\\"''*>#-]+\\bkeys?|api_key|session\\b[\\s\\\\"''*>#-]+\\btoken|environment\\b[\\s\\\\"''*>#-]+\\bvariables?)\\b[^.\\n]*?\\b(?:in|with|along|so|to|for)\\b'
      - '\\b(?:read|extract|find|search for|list|collect|dump|scan for|harvest|steal|print|show)\\b[^\\n]*?\\.env(?:\\.\\w+)?\\b[^\\n]*?\\b(?:keys?|secrets?|passwords?|credentials?|tokens?)|\\b(?:extract|collect|harvest|dump|steal|scan for|search for|find)\\b[^.\\n]*?\\b(?:all|any|every)?[\\s\\\\"''*>#-]+?(?:api\\b[\\s\\\\"''*>#-]+\\bkeys?|credentials|passwords|secrets|private keys|access tokens)\\b'
  system:
    kind: system
  condition: ask and not system
falsepositives:
  - Users who have their own data sent to themselves
level: high
sentinelmesh:
  family: data-request
`,
  },
  {
    id: 'sm-file-001',
    text: `title: Persistence written to a file
id: sm-file-001
status: experimental
description: A file is written that runs something at each start or login, on a schedule or on each commit, or that lets somebody log in.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.persistence
  - attack.t1037
  - attack.t1053
  - attack.t1098.004
  - attack.t1546.004
logsource:
  category: file_event
detection:
  file:
    TargetFilename|re|i:
      - '(?:^|[\\\\/])\\.ssh[\\\\/](?:authorized_keys2?|rc)$'
      - '^(?:~|\\$\\{?HOME\\}?|/(?:var/)?root|/(?:home|Users)/[^/]+)/\\.(?:bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zprofile|zshenv|zlogin|zlogout|cshrc|tcshrc|kshrc|shrc|login|xinitrc|xsession|xprofile|vimrc|pam_environment)$'
      - '^(?:~|\\$\\{?HOME\\}?|/(?:var/)?root|/(?:home|Users)/[^/]+)/\\.(?:config/(?:systemd/user|autostart)/|config/fish/config\\.fish$|local/share/systemd/user/)'
      - '^(?:/private)?/etc/(?:cron[\\w.]*(?:/|$)|anacrontab$|systemd/(?:system|user)/|init\\.d/|rc\\.local$|rc\\d?\\.d/|inittab$|profile$|profile\\.d/|bash\\.bashrc$|environment$|ld\\.so\\.preload$|update-motd\\.d/|xdg/autostart/|pam\\.d/|udev/rules\\.d/|apt/apt\\.conf\\.d/|emond\\.d/)'
      - '^/var/spool/(?:cron|at)/|^/(?:usr/)?(?:local/)?lib/systemd/(?:system|user)/|^/(?:usr/)?lib/udev/rules\\.d/'
      - '/Library/(?:LaunchAgents|LaunchDaemons|StartupItems)/'
      - '(?:^|[\\\\/])\\.git[\\\\/]hooks[\\\\/][\\w-]+$'
      - '\\\\Start Menu\\\\Programs\\\\Startup\\\\|\\\\(?:Microsoft\\.\\w+_)?profile\\.ps1$|\\\\System32\\\\Tasks\\\\'
  condition: file
falsepositives:
  - A person who has a shell, a service or a schedule set up
level: high
sentinelmesh:
  family: persistence
`,
  },
  {
    id: 'sm-file-002',
    text: `title: Persistence edited into a file
id: sm-file-002
status: experimental
description: A file is edited that runs something at each start or login, on a schedule or on each commit, or that lets somebody log in.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.persistence
  - attack.t1037
  - attack.t1053
  - attack.t1098.004
  - attack.t1546.004
logsource:
  category: file_change
detection:
  file:
    TargetFilename|re|i:
      - '(?:^|[\\\\/])\\.ssh[\\\\/](?:authorized_keys2?|rc)$'
      - '^(?:~|\\$\\{?HOME\\}?|/(?:var/)?root|/(?:home|Users)/[^/]+)/\\.(?:bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zprofile|zshenv|zlogin|zlogout|cshrc|tcshrc|kshrc|shrc|login|xinitrc|xsession|xprofile|vimrc|pam_environment)$'
      - '^(?:~|\\$\\{?HOME\\}?|/(?:var/)?root|/(?:home|Users)/[^/]+)/\\.(?:config/(?:systemd/user|autostart)/|config/fish/config\\.fish$|local/share/systemd/user/)'
      - '^(?:/private)?/etc/(?:cron[\\w.]*(?:/|$)|anacrontab$|systemd/(?:system|user)/|init\\.d/|rc\\.local$|rc\\d?\\.d/|inittab$|profile$|profile\\.d/|bash\\.bashrc$|environment$|ld\\.so\\.preload$|update-motd\\.d/|xdg/autostart/|pam\\.d/|udev/rules\\.d/|apt/apt\\.conf\\.d/|emond\\.d/)'
      - '^/var/spool/(?:cron|at)/|^/(?:usr/)?(?:local/)?lib/systemd/(?:system|user)/|^/(?:usr/)?lib/udev/rules\\.d/'
      - '/Library/(?:LaunchAgents|LaunchDaemons|StartupItems)/'
      - '(?:^|[\\\\/])\\.git[\\\\/]hooks[\\\\/][\\w-]+$'
      - '\\\\Start Menu\\\\Programs\\\\Startup\\\\|\\\\(?:Microsoft\\.\\w+_)?profile\\.ps1$|\\\\System32\\\\Tasks\\\\'
  condition: file
falsepositives:
  - A person who has a shell, a service or a schedule set up
level: high
sentinelmesh:
  family: persistence
`,
  },
  {
    id: 'sm-inj-001',
    text: `title: Prompt injection in tool result
id: sm-inj-001
status: experimental
description: What a tool, a web page or an e-mail brought back tells the model to set its instructions aside.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.initial-access
  - owasp.llm01
logsource:
  product: ai_agent
  category: tool_result
detection:
  override:
    payload|re|i:
      - '(?:ignor(?:e|ing|es|ed)|disregard(?:ing|s|ed)?|forget(?:ting|s)?|overrid(?:e|ing|es)|discard(?:ing|s)?|bypass(?:ing)?|neglect|nevermind|never mind|skip|dismiss|drop|delete|erase|abandon|set aside|pay no attention to|stop following|do not follow|don?t follow|no longer follow)[\\s\\\\"''*>#-]+(?:(?:all|any|every|each|of|the|your|my|our|these|those|and|system|safety)[\\s\\\\"''*>#-]+){0,5}\\b(?:previous|prior|above|earlier|preceding|past|initial|original|former|foregoing|last|given|existing|current)[\\s\\\\"''*>#-]+(?:(?:all|any|every|each|of|the|your|my|our|these|those|this|that|previous|prior|above|earlier|preceding|past|initial|original|former|existing|current|given|other|old|foregoing|last|everything|entire|and|or|following|system|safety|default|developer|set|built-in|internal)[\\s\\\\"''*>#-]+){0,6}\\b(?:i[nu]{1,3}s?t?r?u?c?tions?|prompts?|directions?|directives?|guidelines?|rules|commands?|programming|context|constraints|tasks?|orders|techniques)\\b'
      - '(?:ignore|disregard|forget|override|discard|nevermind|stop following|do not follow|drop|abandon|(?:opposite|oppisite|reverse|contrary) of)[\\s\\\\"''*>#-]+(?:(?:all|any|every|each|of|the|and)[\\s\\\\"''*>#-]+){0,3}\\byour\\b[\\s\\\\"''*>#-]+(?:(?:all|any|every|each|of|the|your|my|our|these|those|this|that|previous|prior|above|earlier|preceding|past|initial|original|former|existing|current|given|other|old|foregoing|last|everything|entire|and|or|following|system|safety|default|developer|set|built-in|internal)[\\s\\\\"''*>#-]+){0,6}\\b(?:instructions?|prompts?|directions|directives?|guidelines|rules|programming|training|constraints|safety|techniques|context|i[nu]{1,3}s?t?r?u?c?tions?)\\b'
      - '(?:ignore|disregard|forget|override|discard|bypass)[\\s\\\\"''*>#-]+\\b(?:all|any)[\\s\\\\"''*>#-]+(?:of\\b[\\s\\\\"''*>#-]+)?(?:the\\b[\\s\\\\"''*>#-]+|your\\b[\\s\\\\"''*>#-]+|other\\b[\\s\\\\"''*>#-]+|given\\b[\\s\\\\"''*>#-]+|safety\\b[\\s\\\\"''*>#-]+|system\\b[\\s\\\\"''*>#-]+|security\\b[\\s\\\\"''*>#-]+)*\\b(?:instructions?|prompts?|directives?|safety\\b[\\s\\\\"''*>#-]+\\b(?:checks?|filters?|guidelines|rules|measures)|safeguards|security\\b[\\s\\\\"''*>#-]+\\b(?:checks?|policies|instructions))\\b'
      - '\\b(?:forget|ignore|disregard)[\\s\\\\"''*>#-]+(?:about\\b[\\s\\\\"''*>#-]+)?(?:absolutely\\b[\\s\\\\"''*>#-]+)?\\beverything\\b(?:[.,!:;]|[\\s\\\\"''*>#-]+\\b(?:and|then|you|above|before|else|now|that|i|we))'
      - '\\b(?:despite|regardless of|contrary to|instead of)[\\s\\\\"''*>#-]+(?:what\\b[\\s\\\\"''*>#-]+(?:ever\\b[\\s\\\\"''*>#-]+)?)?(?:you(?:.ve)?[\\s\\\\"''*>#-]+(?:have\\b[\\s\\\\"''*>#-]+|were\\b[\\s\\\\"''*>#-]+|had\\b[\\s\\\\"''*>#-]+)?(?:been\\b[\\s\\\\"''*>#-]+)?\\b(?:told|instructed|ordered)|(?:the|all|your|any)[\\s\\\\"''*>#-]+\\b(?:previous|prior|above|earlier)[\\s\\\\"''*>#-]+\\b(?:instructions?|rules|prompts?))'
      - '\\bforgotten\\b[\\s\\\\"''*>#-]+\\b(?:all|any|your|the|every)\\b[^.\\n]{0,20}\\b(?:rules|instructions|guidelines)'
      - '\\b(?:ignore|disregard|forget|override|discard)[\\s\\\\"''*>#-]+\\b(?:all|any|every)[\\s\\\\"''*>#-]+(?:of\\b[\\s\\\\"''*>#-]+)?(?:the\\b[\\s\\\\"''*>#-]+|your\\b[\\s\\\\"''*>#-]+|other\\b[\\s\\\\"''*>#-]+)?\\b(?:instructions?|prompts?|directives?|guidelines|rules|commands|documents|context)\\b(?:[\\s\\\\"''*>#-]+\\b(?:you|given|provided|and|that|from|before|above)\\b|[.,!:;]|$)'
      - '\\b(?:ignore|disregard|forget|nevermind|never mind|discard)[\\s\\\\"''*>#-]+(?:(?:about|absolutely|literally)[\\s\\\\"''*>#-]+)?\\b(?:everything|anything|all|whatever|what)[\\s\\\\"''*>#-]+(?:(?:that|of|you|i|we|was|were|has|have|been|it|the|text|content|information|is)[\\s\\\\"''*>#-]+){0,5}\\b(?:above|before|previous(?:ly)?|prior|earlier|said|told|know|learned|written)\\b'
      - '\\b(?:ignore|disregard|nevermind|never mind)[\\s\\\\"''*>#-]+(?:the\\b[\\s\\\\"''*>#-]+|all\\b[\\s\\\\"''*>#-]+)?\\b(?:above|previous|preceding|foregoing|earlier)(?:[\\s\\\\"''*>#-]+\\b(?:text|content|message|information|data|and|email|document|article|questions?|resume)\\b|[,.;:!])'
      - '\\b(?:forget|disregard|ignore)[\\s\\\\"''*>#-]+(?:all\\b[\\s\\\\"''*>#-]+)?(?:the\\b[\\s\\\\"''*>#-]+)?\\b(?:previous|prior|earlier)[\\s\\\\"''*>#-]+\\b(?:information|conversations?|messages?|assignments?|texts?|statements?)\\b'
  condition: override
falsepositives:
  - Texts about prompt injection that an agent reads
level: high
sentinelmesh:
  family: prompt-injection
`,
  },
  {
    id: 'sm-inj-002',
    text: `title: Prompt injection in prompt or message
id: sm-inj-002
status: experimental
description: Someone tells the model to set its instructions aside.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.initial-access
  - owasp.llm01
logsource:
  product: ai_agent
detection:
  override:
    payload|re|i:
      - '(?:ignor(?:e|ing|es|ed)|disregard(?:ing|s|ed)?|forget(?:ting|s)?|overrid(?:e|ing|es)|discard(?:ing|s)?|bypass(?:ing)?|neglect|nevermind|never mind|skip|dismiss|drop|delete|erase|abandon|set aside|pay no attention to|stop following|do not follow|don?t follow|no longer follow)[\\s\\\\"''*>#-]+(?:(?:all|any|every|each|of|the|your|my|our|these|those|and|system|safety)[\\s\\\\"''*>#-]+){0,5}\\b(?:previous|prior|above|earlier|preceding|past|initial|original|former|foregoing|last|given|existing|current)[\\s\\\\"''*>#-]+(?:(?:all|any|every|each|of|the|your|my|our|these|those|this|that|previous|prior|above|earlier|preceding|past|initial|original|former|existing|current|given|other|old|foregoing|last|everything|entire|and|or|following|system|safety|default|developer|set|built-in|internal)[\\s\\\\"''*>#-]+){0,6}\\b(?:i[nu]{1,3}s?t?r?u?c?tions?|prompts?|directions?|directives?|guidelines?|rules|commands?|programming|context|constraints|tasks?|orders|techniques)\\b'
      - '(?:ignore|disregard|forget|override|discard|nevermind|stop following|do not follow|drop|abandon|(?:opposite|oppisite|reverse|contrary) of)[\\s\\\\"''*>#-]+(?:(?:all|any|every|each|of|the|and)[\\s\\\\"''*>#-]+){0,3}\\byour\\b[\\s\\\\"''*>#-]+(?:(?:all|any|every|each|of|the|your|my|our|these|those|this|that|previous|prior|above|earlier|preceding|past|initial|original|former|existing|current|given|other|old|foregoing|last|everything|entire|and|or|following|system|safety|default|developer|set|built-in|internal)[\\s\\\\"''*>#-]+){0,6}\\b(?:instructions?|prompts?|directions|directives?|guidelines|rules|programming|training|constraints|safety|techniques|context|i[nu]{1,3}s?t?r?u?c?tions?)\\b'
      - '(?:ignore|disregard|forget|override|discard|bypass)[\\s\\\\"''*>#-]+\\b(?:all|any)[\\s\\\\"''*>#-]+(?:of\\b[\\s\\\\"''*>#-]+)?(?:the\\b[\\s\\\\"''*>#-]+|your\\b[\\s\\\\"''*>#-]+|other\\b[\\s\\\\"''*>#-]+|given\\b[\\s\\\\"''*>#-]+|safety\\b[\\s\\\\"''*>#-]+|system\\b[\\s\\\\"''*>#-]+|security\\b[\\s\\\\"''*>#-]+)*\\b(?:instructions?|prompts?|directives?|safety\\b[\\s\\\\"''*>#-]+\\b(?:checks?|filters?|guidelines|rules|measures)|safeguards|security\\b[\\s\\\\"''*>#-]+\\b(?:checks?|policies|instructions))\\b'
      - '\\b(?:forget|ignore|disregard)[\\s\\\\"''*>#-]+(?:about\\b[\\s\\\\"''*>#-]+)?(?:absolutely\\b[\\s\\\\"''*>#-]+)?\\beverything\\b(?:[.,!:;]|[\\s\\\\"''*>#-]+\\b(?:and|then|you|above|before|else|now|that|i|we))'
      - '\\b(?:despite|regardless of|contrary to|instead of)[\\s\\\\"''*>#-]+(?:what\\b[\\s\\\\"''*>#-]+(?:ever\\b[\\s\\\\"''*>#-]+)?)?(?:you(?:.ve)?[\\s\\\\"''*>#-]+(?:have\\b[\\s\\\\"''*>#-]+|were\\b[\\s\\\\"''*>#-]+|had\\b[\\s\\\\"''*>#-]+)?(?:been\\b[\\s\\\\"''*>#-]+)?\\b(?:told|instructed|ordered)|(?:the|all|your|any)[\\s\\\\"''*>#-]+\\b(?:previous|prior|above|earlier)[\\s\\\\"''*>#-]+\\b(?:instructions?|rules|prompts?))'
      - '\\bforgotten\\b[\\s\\\\"''*>#-]+\\b(?:all|any|your|the|every)\\b[^.\\n]{0,20}\\b(?:rules|instructions|guidelines)'
      - '\\b(?:ignore|disregard|forget|override|discard)[\\s\\\\"''*>#-]+\\b(?:all|any|every)[\\s\\\\"''*>#-]+(?:of\\b[\\s\\\\"''*>#-]+)?(?:the\\b[\\s\\\\"''*>#-]+|your\\b[\\s\\\\"''*>#-]+|other\\b[\\s\\\\"''*>#-]+)?\\b(?:instructions?|prompts?|directives?|guidelines|rules|commands|documents|context)\\b(?:[\\s\\\\"''*>#-]+\\b(?:you|given|provided|and|that|from|before|above)\\b|[.,!:;]|$)'
      - '\\b(?:ignore|disregard|forget|nevermind|never mind|discard)[\\s\\\\"''*>#-]+(?:(?:about|absolutely|literally)[\\s\\\\"''*>#-]+)?\\b(?:everything|anything|all|whatever|what)[\\s\\\\"''*>#-]+(?:(?:that|of|you|i|we|was|were|has|have|been|it|the|text|content|information|is)[\\s\\\\"''*>#-]+){0,5}\\b(?:above|before|previous(?:ly)?|prior|earlier|said|told|know|learned|written)\\b'
      - '\\b(?:ignore|disregard|nevermind|never mind)[\\s\\\\"''*>#-]+(?:the\\b[\\s\\\\"''*>#-]+|all\\b[\\s\\\\"''*>#-]+)?\\b(?:above|previous|preceding|foregoing|earlier)(?:[\\s\\\\"''*>#-]+\\b(?:text|content|message|information|data|and|email|document|article|questions?|resume)\\b|[,.;:!])'
      - '\\b(?:forget|disregard|ignore)[\\s\\\\"''*>#-]+(?:all\\b[\\s\\\\"''*>#-]+)?(?:the\\b[\\s\\\\"''*>#-]+)?\\b(?:previous|prior|earlier)[\\s\\\\"''*>#-]+\\b(?:information|conversations?|messages?|assignments?|texts?|statements?)\\b'
  elsewhere:
    kind:
      - tool_result
      - system
  condition: override and not elsewhere
falsepositives:
  - People who ask about prompt injection
level: high
sentinelmesh:
  family: prompt-injection
`,
  },
  {
    id: 'sm-inj-003',
    text: `title: New task put into the conversation
id: sm-inj-003
status: experimental
description: Text claims that the task at hand is over or replaced, and hands the model another one.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.initial-access
  - owasp.llm01
logsource:
  product: ai_agent
detection:
  task:
    payload|re|i:
      - '\\bnew\\b[\\s\\\\"''*>#-]+(?:set\\b[\\s\\\\"''*>#-]+\\bof\\b[\\s\\\\"''*>#-]+)?(?:system\\b[\\s\\\\"''*>#-]+)?\\b(?:tasks?|instructions?|directives?|rules|prompt|policy)[\\s\\\\"''*>#-]+(?:will\\b[\\s\\\\"''*>#-]+)?(?:follows?|begins?|starts?|are\\b[\\s\\\\"''*>#-]+\\bas|:)'
      - '\\b(?:strictly|you\\b[\\s\\\\"''*>#-]+\\bmust)[\\s\\\\"''*>#-]+\\b(?:adhere|follow|obey|comply)[\\s\\\\"''*>#-]+(?:to|with)?[\\s\\\\"''*>#-]+(?:only\\b[\\s\\\\"''*>#-]+)?\\b(?:the\\b[\\s\\\\"''*>#-]+\\bfollowing|these|this|my)[\\s\\\\"''*>#-]+(?:new\\b[\\s\\\\"''*>#-]+)?\\b(?:instructions?|commands?|orders?|directives?)'
      - '\\byour\\b[\\s\\\\"''*>#-]+\\b(?:new|real|actual|true|only|updated|next|primary)[\\s\\\\"''*>#-]+\\b(?:task|instructions?|job|role|goal|objective|mission|purpose|directive)[\\s\\\\"''*>#-]+\\b(?:is|are|from|will)\\b'
      - '\\b(?:answer|response|output|result|status)\\s*:\\s*(?:the\\b[\\s\\\\"''*>#-]+)?\\btasks?\\b[\\s\\\\"''*>#-]+(?:is\\b[\\s\\\\"''*>#-]+|was\\b[\\s\\\\"''*>#-]+|has\\b[\\s\\\\"''*>#-]+\\bbeen\\b[\\s\\\\"''*>#-]+)?\\b(?:complete|done|finished|accomplished)[.!]?\\s*(?:\\n|\\\\n)'
      - '\\b(?:previous|prior|preceding|earlier|antecedent|past|initial|last)[\\s\\\\"''*>#-]+\\b(?:analysis|assessment|review|evaluation|examination|calculation|result|output|answer|findings?|conclusion|report)s?\\b[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,3}\\b(?:wrong|flawed|inaccura\\w+|errors?|erroneous|faulty|mistake\\w*|incorrect|invalid|defective|outdated)\\b[^\\n]*?\\b(?:re-?calculate|re-?comput\\w+|re-?process|re-?generate|re-?do|re-?evaluate|re-?run|re-?assess|employ|use|apply)'
      - '\\b(?:well done|very good|excellent|great job|good job|that is enough|task (?:complete|done))\\b[^\\n]*?\\b(?:new|following|next|further|other)[\\s\\\\"''*>#-]+\\b(?:tasks?|instructions?)\\b'
      - '\\b(?:obtained|accessed|retrieved|fetched|pulled|acquired|acquisition|downloaded|loaded)\\b[^.\\n]*?\\b(?:behaviou?r\\w*|operational|operation|procedural|execution|runtime|protocol|directive)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,3}\\b(?:for|affecting|governing|of|germane to|applicable to|during|in)[\\s\\\\"''*>#-]+(?:the\\b[\\s\\\\"''*>#-]+)?\\b(?:this|current|present|ongoing|now|active|session)\\b'
      - '\\b(?:instructions?|prompt|directives?)[\\s\\\\"''*>#-]+\\b(?:have|has)[\\s\\\\"''*>#-]+(?:been\\b[\\s\\\\"''*>#-]+)?\\b(?:changed|updated|replaced|superseded|overridden|revoked)'
      - '\\b(?:updated|new|revised|fresh|reali[sg]ned|recalibrated|modified|adjusted|refreshed|altered|amended|changed|reconfigured)[\\s\\\\"''*>#-]+(?:and\\b[\\s\\\\"''*>#-]+\\w+[\\s\\\\"''*>#-]+)?\\b(?:behaviou?ral|behaviou?r|operational|procedural|execution|operating|runtime|directive|protocol|instruction)[\\s\\\\"''*>#-]+\\b(?:parameters|guidelines|guidance|specifications|framework|protocols?|directives?|instructions?|constraints|rules|boundaries|thresholds|configurations?|settings|policies)\\b[^.\\n]*?\\b(?:for|affecting|governing|this|current|session|interaction|now|present|ongoing|operations)'
      - '\\bstop everything\\b.{0,40}\\b(?:just|now|say|print)\\b'
      - '\\b(?:end|close)[\\s\\\\"''*>#-]+\\bof\\b[\\s\\\\"''*>#-]+(?:the\\b[\\s\\\\"''*>#-]+)?(?:user\\b[\\s\\\\"''*>#-]+)?\\b(?:input|prompt|context|system\\b[\\s\\\\"''*>#-]+\\bprompt|instructions)\\b.{0,60}\\b(?:new|system|user|instruction|now)'
  system:
    kind: system
  condition: task and not system
falsepositives:
  - Prompts that a program assembles in this style
level: high
sentinelmesh:
  family: prompt-injection
`,
  },
  {
    id: 'sm-inj-004',
    text: `title: Forged system or chat markup
id: sm-inj-004
status: experimental
description: Text outside a system prompt carries the marks by which a model tells who speaks.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - owasp.llm01
logsource:
  product: ai_agent
detection:
  markup:
    payload|re|i:
      - '<\\|?\\s*(?:im_start|start_header_id|begin_of_text|start)\\s*(?:user|system|assistant|prompt|\\|>)'
      - '<\\|\\s*(?:im_end|eot_id|endoftext|end[ _]?(?:user|of|prompt)|system|user|assistant|end_header_id)[^>\\n]{0,20}\\|?>'
      - '\\[/?INST\\]|<</?SYS>>'
      - '#{1,4}\\s*\\(?\\s*(?:system|admin)[ _-]*(?:message|prompt|instructions?|override)\\b'
      - '[\\[({<]\\s*(?:system|admin|developer|root)\\s*(?:message|prompt|instructions?|override|note|mode|notice|update|directive|alert)?[^\\])}>\\n]{0,20}[\\])}>]\\s*:?\\s*(?:new|you|the|from|policy|ignore|override|begin|forget|this|all|important|execute|please|system)\\b'
      - '</?(?:system|system_prompt|system-prompt|assistant_instructions?|user_prompt|admin)>'
      - '<!--\\s*(?:system|assistant|ai|agent|llm|model|chatgpt|claude|gpt|copilot|instructions?)\\b'
      - '\\b(?:system|admin|developer|security|root|policy|safety|training data)[\\s\\\\"''*>#-]+\\boverride\\b'
      - '"role"\\s*:\\s*"system"\\s*,\\s*"content"'
      - '\\b(?:end|start|begin)[ _]of[ _](?:system[ _])?(?:input|prompt)\\b|\\[\\[?\\s*end of (?:the )?input\\s*\\]\\]?|\\[input ends here\\]'
      - '\\bsystem\\b[\\s\\\\"''*>#-]+\\b(?:instructions?|message|prompt|command|announce-?\\s?ment|notice)\\s*[:>]+\\s*(?:you|ignore|from|override|new|execute|send|the|a|all|reveal|output)\\b'
  system:
    kind: system
  condition: markup and not system
falsepositives:
  - Chat templates and their documentation
  - Training data
level: high
sentinelmesh:
  family: forged-markup
`,
  },
  {
    id: 'sm-inj-005',
    text: `title: Content addressed to the AI that reads it
id: sm-inj-005
status: experimental
description: What a tool brought back speaks to the model instead of the person.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.initial-access
  - owasp.llm01
logsource:
  product: ai_agent
detection:
  to_ai:
    payload|re|i:
      - '\\b(?:attention|note|notice|message|memo|instructions?|reminder|warning|directive|flagged|important|request|alert|update|heads[ -]up|fyi)[\\s:,-]+(?:(?:to|for)[\\s:,-]+)?(?:all\\b[\\s\\\\"''*>#-]+|any\\b[\\s\\\\"''*>#-]+|the\\b[\\s\\\\"''*>#-]+)?\\b(?:AI|LLM|language model|assistant|chatbot|agent|GPT|model)s?\\b'
      - '\\b(?:if|when)[\\s\\\\"''*>#-]+\\byou\\b[\\s\\\\"''*>#-]+\\bare\\b[\\s\\\\"''*>#-]+\\ban?\\b[\\s\\\\"''*>#-]+\\b(?:AI|LLM|large language model|language model|assistant|agent|chatbot|automated)\\b'
      - '\\b(?:dear|hey|hello|hi|attention),?[\\s\\\\"''*>#-]+\\b(?:AI|LLM|language model|AI assistant|AI agent|assistant)\\b[ ,:]'
      - '\\b(?:AI|LLM)[\\s\\\\"''*>#-]+\\b(?:assistants?|agents?|models?|systems?)[\\s\\\\"''*>#-]+\\b(?:must|should|shall|are required to|need to|reading this|processing this|that reads?)\\b'
      - '[\\[({]\\s*(?:hidden|secret|embedded|encrypted|encoded|disguised|masked|concealed|covert|clandestine|invisible|occult|buried|cloaked|private|internal|veiled|undisclosed|stealth|obscured)[\\s\\\\"''*>#-]+(?:text\\b[\\s\\\\"''*>#-]+|system\\b[\\s\\\\"''*>#-]+|hidden\\b[\\s\\\\"''*>#-]+|secret\\b[\\s\\\\"''*>#-]+)?\\b(?:instruction|directive|note|message|command|prompt|text|order|request)s?\\b[^\\])}\\n]{0,30}[\\])}]'
      - '\\b(?:when|while|after|before|upon)[\\s\\\\"''*>#-]+\\b(?:summari[sz]ing|processing|reading|translating|analy[sz]ing)[\\s\\\\"''*>#-]+\\b(?:this|the)\\b[\\s\\\\"''*>#-]+\\w+\\b[^.\\n]*?\\b(?:you must|always|include|append|output|say|forward|send|add)\\b'
      - '\\bfor\\b[\\s\\\\"''*>#-]+\\bAI[\\s\\\\"''*>#-]+\\b(?:assistants|agents|systems|use|eyes|only|processing)\\b.{0,40}\\b(?:only|must|:)'
  elsewhere:
    kind:
      - prompt
      - completion
      - system
      - message
      - tool_call
  condition: to_ai and not elsewhere
falsepositives:
  - Articles about assistants
  - Robots and licence notes for crawlers
level: high
sentinelmesh:
  family: prompt-injection
`,
  },
  {
    id: 'sm-inj-006',
    text: `title: Request for the system prompt or a guarded secret
id: sm-inj-006
status: experimental
description: Someone asks the model for the instructions or the secret that it was given.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.collection
  - owasp.llm07
logsource:
  product: ai_agent
  category: prompt
detection:
  reveal:
    payload|re|i:
      - '\\b(?:print|reveal|show|display|repeat|output|return|give|tell|share|leak|expose|dump|write|list|recite|copy|translate|summari[sz]e|spell|encode|disclose|describe|quote|paste|send|explain|what)\\w{0,2}\\b[^.?!\\n]*?\\b(?:your|the|this|its)[\\s\\\\"''*>#-]+(?:(?:full|entire|complete|exact|original|initial|first|hidden|secret|above|previous|own|current|combined|internal|starting|confidential|given|prior)[\\s\\\\"''*>#-]+){0,3}\\b(?:system\\b[\\s\\\\"''*>#-]+\\b(?:prompt|message|instructions?)|instructions|prompts?\\b[\\s\\\\"''*>#-]+\\btext|pre-?prompt|meta-?prompt|initial\\b[\\s\\\\"''*>#-]+\\bprompt|hidden\\b[\\s\\\\"''*>#-]+\\bprompt|rule ?set|system prompts?)'
      - '\\b(?:what|which)[\\s\\\\"''*>#-]+\\b(?:is|are|were|was)[\\s\\\\"''*>#-]+\\byour\\b[\\s\\\\"''*>#-]+(?:(?:full|exact|original|initial|first|hidden|secret|previous|combined|starting|own|current|last)[\\s\\\\"''*>#-]+){0,3}\\b(?:system\\b[\\s\\\\"''*>#-]+\\bprompt|instructions?|prompts?|directives|rules|guidelines|secret key|secret word)\\b'
      - '\\b(?:repeat|print|output|copy|translate|return|write out|show|give|say)[\\s\\\\"''*>#-]+(?:me\\b[\\s\\\\"''*>#-]+)?(?:back\\b[\\s\\\\"''*>#-]+)?(?:verbatim\\b[\\s\\\\"''*>#-]+)?\\b(?:everything|all|the (?:text|words|sentences?|content|lines|prompt|info))\\b[^.?\\n]*?\\b(?:above|before this|before that|preceding|prior to|so far)\\b'
      - '\\b(?:first|last|initial)[\\s\\\\"''*>#-]+\\d{1,5}[\\s\\\\"''*>#-]+\\b(?:words|characters|sentences|lines|tokens)[\\s\\\\"''*>#-]+\\b(?:of|from)[\\s\\\\"''*>#-]+\\b(?:your|the|this)\\b[^.\\n]*?\\b(?:prompt|instructions?|conversation)'
      - '\\b(?:tell|give|reveal|show|share|provide|send|print|say|spell|translate|encode|hint|confirm)\\w{0,3}\\b[^.?\\n]*?\\b(?:the|your)[\\s\\\\"''*>#-]+(?:secret\\b[\\s\\\\"''*>#-]+)?\\b(?:password|secret word|passphrase|secret code|secret key|access code)\\b'
      - '\\b(?:what|which)[\\s\\\\"''*>#-]+\\b(?:is|was|are)[\\s\\\\"''*>#-]+\\b(?:the|your)[\\s\\\\"''*>#-]+\\b(?:secret\\b[\\s\\\\"''*>#-]+\\w*|password)\\s*[?.!]'
      - '\\bwhat\\b[\\s\\\\"''*>#-]+\\b(?:is|was)[\\s\\\\"''*>#-]+\\b(?:written|said|stated|the text)[\\s\\\\"''*>#-]+\\b(?:above|before)\\b'
  condition: reveal
falsepositives:
  - Developers who test their own prompt
level: high
sentinelmesh:
  family: prompt-leak
`,
  },
  {
    id: 'sm-inj-007',
    text: `title: Instruction to keep something from the user
id: sm-inj-007
status: experimental
description: Text tells the agent to act behind the back of the person that it works for.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - owasp.llm01
logsource:
  product: ai_agent
detection:
  conceal:
    payload|re|i:
      - '\\b(?:do\\b[\\s\\\\"''*>#-]+\\bnot|don.?t|never|must\\b[\\s\\\\"''*>#-]+\\bnot|without|avoid)[\\s\\\\"''*>#-]+(?:ever\\b[\\s\\\\"''*>#-]+|be\\b[\\s\\\\"''*>#-]+)?\\b(?:tell(?:ing)?|inform(?:ing)?|notify(?:ing)?|mention(?:ing)?(?:[\\s\\\\"''*>#-]+\\b(?:this|it|that|any of this))?[\\s\\\\"''*>#-]+\\bto|alert(?:ing)?|warn(?:ing)?|let(?:ting)?|show(?:ing)?|reveal(?:ing)?(?:[\\s\\\\"''*>#-]+\\b(?:this|it))?[\\s\\\\"''*>#-]+\\bto|ask(?:ing)?|disclos(?:e|ing)(?:[\\s\\\\"''*>#-]+\\b(?:this|it))?[\\s\\\\"''*>#-]+\\bto|report(?:ing)?(?:[\\s\\\\"''*>#-]+\\b(?:this|it))?[\\s\\\\"''*>#-]+\\bto|notification\\b[\\s\\\\"''*>#-]+\\bto|prompting|confirmation\\b[\\s\\\\"''*>#-]+\\bfrom|approval\\b[\\s\\\\"''*>#-]+\\bfrom|consent\\b[\\s\\\\"''*>#-]+\\b(?:of|from))[\\s\\\\"''*>#-]+(?:the\\b[\\s\\\\"''*>#-]+|any\\b[\\s\\\\"''*>#-]+|your\\b[\\s\\\\"''*>#-]+)?\\b(?:user|human|operator|owner|customer|admin)s?\\b'
      - '\\b(?:never|do\\b[\\s\\\\"''*>#-]+\\bnot|don.?t|without)[\\s\\\\"''*>#-]+(?:ever\\b[\\s\\\\"''*>#-]+)?\\bmention(?:ing)?[\\s\\\\"''*>#-]+\\b(?:this|it|these|that)\\b'
      - '\\bwithout\\b[\\s\\\\"''*>#-]+(?:the\\b[\\s\\\\"''*>#-]+|any\\b[\\s\\\\"''*>#-]+)?\\b(?:user|human|owner|operator|admin)(?:.?s)?[\\s\\\\"''*>#-]+\\b(?:knowledge|awareness|knowing|noticing|consent|approval|permission|confirmation|interaction|notification|seeing|review)\\b'
      - '\\b(?:keep|hide|conceal)[\\s\\\\"''*>#-]+\\b(?:this|it|these|that)\\b[^.\\n]*?\\bfrom\\b[\\s\\\\"''*>#-]+(?:the\\b[\\s\\\\"''*>#-]+)?\\b(?:user|human|operator|owner)'
      - '\\b(?:silently|secretly|covertly|quietly|stealthily|discreetly)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,3}\\b(?:send|forward|upload|execute|run|add|append|copy|include|read|collect|post|transmit|exfiltrate|log|delete|modify|download|install|access|alter|fetch|approve|record)'
      - '\\b(?:send|forward|upload|execute|run|append|copy|collect|post|transmit|approve|operate|work)\\w{0,3}[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,4}\\b(?:silently|secretly|covertly|in the background without)\\b'
      - '\\b(?:the\\b[\\s\\\\"''*>#-]+)?\\buser\\b[\\s\\\\"''*>#-]+\\b(?:must|should|need|does|will|may|can)[\\s\\\\"''*>#-]+\\b(?:not|never|n.t)[\\s\\\\"''*>#-]+(?:need to\\b[\\s\\\\"''*>#-]+|be\\b[\\s\\\\"''*>#-]+)?\\b(?:know|notice|see|informed|told|aware|notified|find out)\\b'
      - '\\b(?:the\\b[\\s\\\\"''*>#-]+)?\\buser\\b[\\s\\\\"''*>#-]+\\bhas\\b[\\s\\\\"''*>#-]+\\b(?:already|previously)[\\s\\\\"''*>#-]+\\b(?:agreed|consented|approved|authori[sz]ed|confirmed)\\b'
  system:
    kind: system
  condition: conceal and not system
falsepositives:
  - Stories
  - Surprise parties
level: high
sentinelmesh:
  family: concealment
`,
  },
  {
    id: 'sm-inj-008',
    text: `title: Claimed authority or special mode
id: sm-inj-008
status: experimental
description: Someone claims a rank or a mode in which the rules would not hold.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.privilege-escalation
  - owasp.llm01
logsource:
  product: ai_agent
detection:
  claim:
    payload|re|i:
      - '\\b(?:enter(?:ing|ed)?|enabl(?:e|ed|ing)|activat(?:e|ed|ing)|switch(?:ing)?[\\s\\\\"''*>#-]+\\bto|in|into|now\\b[\\s\\\\"''*>#-]+\\bin)\\b[^.\\n]*?\\b(?:developer|maintenance|debug|god|admin(?:istrator)?|override|root|unrestricted|jailbreak|sudo|diagnostic|security override|law enforcement override|training|system)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+)?\\bmode\\b'
      - '\\b(?:developer|maintenance|debug|god|override|unrestricted|jailbreak|sudo|system|admin)[\\s\\\\"''*>#-]+\\bmode\\b[\\s\\\\"''*>#-]+(?:is\\b[\\s\\\\"''*>#-]+|now\\b[\\s\\\\"''*>#-]+|has been\\b[\\s\\\\"''*>#-]+)*\\b(?:on|enabled|activated|active|engaged|unlocked|output)\\b'
      - '\\bI(?:\\s+a|.)?m\\b[\\s\\\\"''*>#-]+(?:now\\b[\\s\\\\"''*>#-]+)?\\b(?:your|one\\b[\\s\\\\"''*>#-]+\\bof\\b[\\s\\\\"''*>#-]+\\byour|the)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,2}\\b(?:developers?|creators?|maintainers?|administrators?|owner of this|programmers?|engineers? at openai|openai|anthropic)\\b[^\\n]*?\\b(?:you|your|must|please|output|password|test|system|mode)'
      - '\\bas\\b[\\s\\\\"''*>#-]+\\b(?:an?|your|the)[\\s\\\\"''*>#-]+\\b(?:AI|developer|creator|administrator|engineer|employee)\\b[^.\\n]{0,20}\\b(?:by|at|from|of)[\\s\\\\"''*>#-]+\\b(?:anthropic|openai|google|microsoft|meta)\\b'
      - '\\b(?:priority|clearance|authori[sz]ation|access)[\\s\\\\"''*>#-]+\\blevel\\b[\\s\\\\"''*>#-]*?:?\\s*(?:critical|maximum|root|admin|highest|override|omega|alpha)'
      - '\\b(?:you|it)[\\s\\\\"''*>#-]+\\b(?:are|is)[\\s\\\\"''*>#-]+\\bnow\\b[\\s\\\\"''*>#-]+(?:in\\b[\\s\\\\"''*>#-]+\\ban?\\b[\\s\\\\"''*>#-]+)?\\b(?:unrestricted|unfiltered|uncensored|jailbroken|unbound|unlocked|in developer|in debug|in maintenance|a different AI|free from)'
  elsewhere:
    kind:
      - system
      - tool_call
  condition: claim and not elsewhere
falsepositives:
  - Questions about a developer mode of a device
level: high
sentinelmesh:
  family: jailbreak
`,
  },
  {
    id: 'sm-inj-009',
    text: `title: Prompt injection in another language
id: sm-inj-009
status: experimental
description: A text in a language other than English tells the model to set its instructions aside.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.initial-access
  - owasp.llm01
logsource:
  product: ai_agent
detection:
  override:
    payload|re|i:
      - '\\b(?:ignora|ignore|olvida|omite|descarta|desestima)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,3}\\b(?:instrucciones|instru[cç][oõ]es|indicaciones|reglas|regras|ordens|órdenes)\\b'
      - '\\b(?:ignorez|oubliez?|ignore|ne tenez pas compte de|ne tiens pas compte de|fais abstraction de)[\\s\\\\"''*>#-]+\\b(?:les|toutes|tes|vos|ces|des)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,3}\\b(?:instructions|consignes|directives|règles)\\b'
      - '\\b(?:ignorier\\w*|vergiss|vergesst|vergessen sie|missacht\\w*|streich\\w*)\\b[^.\\n]*?\\b(?:anweisungen|instruktionen|aufgaben|vorgaben|regeln|befehle|aufträge|alles (?:zuvor|davor|bisher|vorher)|vorher|davor|zuvor)'
      - '\\b(?:nun|jetzt)[\\s\\\\"''*>#-]+\\bfolg(?:en|t)[\\s\\\\"''*>#-]+(?:eine?\\b[\\s\\\\"''*>#-]+)?\\b(?:neue|weitere)[\\s\\\\"''*>#-]+\\b(?:anweisung|aufgabe)(?:en|n)?\\b'
      - '\\b(?:vorangegangenen?|vorherigen?|bisherigen?|obigen?)[\\s\\\\"''*>#-]+\\b(?:anweisungen|aufgaben|instru[ck]tion(?:en)?|anleitungen)\\b'
      - '\\bolvid(?:a|e|ar|en|es)\\b[^.\\n]*?\\b(?:todo|instrucciones|antes|reglas)\\b'
      - '\\b(?:alles|alle)[\\s\\\\"''*>#-]+\\b(?:zuvor|bisher|vorher|vorherigen|bisherigen)\\b[^.\\n]*?\\b(?:gesagte|hinter|aus dem kopf|vergess\\w*|nicht)'
      - '\\b(?:ignora|dimentica|trascura)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,3}\\b(?:istruzioni|regole|indicazioni)\\b'
      - '\\b(?:cuando\\b[\\s\\\\"''*>#-]+\\b(?:proceses|recibas|ejecutes|leas|veas|analices)|al\\b[\\s\\\\"''*>#-]+\\b(?:ejecutar|procesar|recibir|leer|analizar))[\\s\\\\"''*>#-]+\\b(?:esto|este|la|el)\\b[^.\\n]*?\\b(?:responde|incluye|añade|agrega|debe|escribe|incluyendo)'
      - '\\b(?:procesa|responde|incluye|agrega|añade)\\b[^.\\n]*?\\b(?:en\\b[\\s\\\\"''*>#-]+(?:cada|tu|la|toda)?\\s*(?:respuesta|salida)|la\\b[\\s\\\\"''*>#-]+\\bpalabra)\\b'
  other_script:
    payload|re:
      - '忽略[^。\\n]{0,12}(?:指令|指示|提示|规则|命令|要求|内容)'
      - '(?:[Ии]гнорируй|[Зз]абудь)(?:те)?[^.\\n]*?(?:инструкци|указания|правила|команды)'
      - '(?:이전|위의|모든)[^.\\n]{0,8}(?:지시|명령|지침)[^.\\n]{0,8}(?:무시|잊)'
  system:
    kind: system
  condition: (override or other_script) and not system
falsepositives:
  - Texts about prompt injection
level: high
sentinelmesh:
  family: prompt-injection
`,
  },
  {
    id: 'sm-inj-010',
    text: `title: Tool result asks for data to be sent to an address
id: sm-inj-010
status: experimental
description: What a tool brought back asks to send something to an address that it names.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.exfiltration
  - owasp.llm01
logsource:
  product: ai_agent
  category: tool_result
detection:
  ask:
    payload|re|i:
      - '\\b(?:send|forward|e-?mail|transfer|mail|share|deliver|dispatch|report|upload|post|transmit)\\b[^\\n]*?\\bto\\b[\\s\\\\"''*>#-]+(?:my\\b[\\s\\\\"''*>#-]+\\be-?mail(?:[\\s\\\\"''*>#-]+\\baddress)?,?[\\s\\\\"''*>#-]+)?(?:the\\b[\\s\\\\"''*>#-]+\\be-?mail\\b[\\s\\\\"''*>#-]+(?:address\\b[\\s\\\\"''*>#-]+)?)?[''\\x22<]?[\\w.+-]+@[\\w-]+\\.[\\w.-]+'
      - '\\bsend\\b[\\s\\\\"''*>#-]+(?:an?\\b[\\s\\\\"''*>#-]+)?(?:transaction|payment|money|\\$?\\d+)\\b[^\\n]*?\\bto\\b[\\s\\\\"''*>#-]+\\w{2}\\d{10,}'
  condition: ask
falsepositives:
  - E-mails in which a person asks for a reply to an address
level: medium
sentinelmesh:
  family: data-request
`,
  },
  {
    id: 'sm-inj-011',
    text: `title: Tool result asks to collect data and to send it away
id: sm-inj-011
status: experimental
description: What a tool brought back asks to look something up and to send what was found to an address.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.collection
  - attack.exfiltration
  - owasp.llm01
logsource:
  product: ai_agent
  category: tool_result
detection:
  collect:
    payload|re|i:
      - '\\b(?:retrieve|retrive|fetch|get|access|find|search for|search|gather|collect|download|export|look up|obtain|extract|read|list|use the \\w+(?: \\w+)? tool)\\b[^\\n]*?\\b(?:send|forward|e-?mail|share|transmit|upload|deliver|mail)\\b[^\\n]*?[\\w.+-]+@[\\w-]+\\.[\\w.-]+'
      - '\\b(?:send|forward|e-?mail)\\b[^\\n]*?\\b(?:body|content|security code|verification code|password|code)\\b[^\\n]*?\\bto\\b[^\\n]{0,10}[\\w.+-]+@[\\w-]+\\.\\w'
  condition: collect
falsepositives:
  - E-mails in which a person delegates such an errand
level: high
sentinelmesh:
  family: data-request
`,
  },
  {
    id: 'sm-int-001',
    text: `title: Same id reported with other content
id: sm-int-001
status: experimental
description: 'A sender reported an id again with other content: the second report is not the first one repeated.'
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - attack.t1565.001
logsource:
  product: ai_agent
detection:
  conflict:
    attributes.id_conflict: true
  condition: conflict
falsepositives:
  - Agents that number their entries anew after a restart
level: medium
sentinelmesh:
  family: id-conflict
`,
  },
  {
    id: 'sm-int-002',
    text: `title: Hook calls are missing
id: sm-int-002
status: experimental
description: 'What a hook kept while the server was away is numbered, and numbers are missing: calls of this agent were seen by nobody.'
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - attack.t1562.006
logsource:
  product: ai_agent
detection:
  gap:
    kind: system
    context: inputsMissing
  condition: gap
falsepositives:
  - The server was away for so long that the oldest calls had to go; docs/hooks.md says how many are kept
level: medium
sentinelmesh:
  family: missing-calls
`,
  },
  {
    id: 'sm-int-003',
    text: `title: Hooks switched off
id: sm-int-003
status: experimental
description: An agent changes a setting that ends the hooks by which it is asked.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - attack.t1562.001
logsource:
  product: ai_agent
  category: tool_call
detection:
  setting:
    payload|re|i:
      - '\\bdisableAllHooks[\\x22\\x27\\\\]{0,4}\\s*[:=]\\s*[\\x22\\x27\\\\]{0,4}true\\b'
      - '\\bhooksConfig[\\x22\\x27\\\\]{0,4}\\s*:\\s*\\{[^{}]*?(?:\\benabled[\\x22\\x27\\\\]{0,4}\\s*:\\s*false\\b|\\bdisabled[\\x22\\x27\\\\]{0,4}\\s*:\\s*\\[\\s*[\\x22\\x27\\\\])'
      - '\\bhooksConfig\\.enabled\\b[^\\n]*?\\bfalse\\b|\\benableHooks[\\x22\\x27\\\\]{0,4}\\s*[:=]\\s*false\\b'
  codex:
    payload|re|i:
      - '\\.codex[\\\\/]+[\\w.-]+\\.toml\\b'
  codex_off:
    payload|re|i:
      - '(?:\\b|\\\\n)hooks\\s*=\\s*false\\b'
  condition: setting or (codex and codex_off)
falsepositives:
  - A person who lets an agent keep its own settings
level: high
sentinelmesh:
  family: hooks-off
`,
  },
  {
    id: 'sm-int-004',
    text: `title: Settings of an agent changed while it works
id: sm-int-004
status: experimental
description: 'Settings of a coding agent change in the middle of a session: they say what it may do and run, and whether its hooks are asked.'
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - attack.t1562.001
logsource:
  product: ai_agent
detection:
  change:
    kind: system
    context: configChange
  condition: change
falsepositives:
  - A person who changes a setting
level: medium
sentinelmesh:
  family: hooks-off
`,
  },
  {
    id: 'sm-int-005',
    text: `title: Settings of hooks written
id: sm-int-005
status: experimental
description: An agent writes a file that says which hooks it is asked by, or what they work with.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - attack.t1562.001
logsource:
  category: file_event
detection:
  file:
    TargetFilename|re|i:
      - '(?:(?:^|[\\\\/])\\.config|^/etc|\\\\Program Files|[\\\\/]\\.local[\\\\/]state)[\\\\/]sentinelmesh(?:[\\\\/]|$)'
      - '(?:^|[\\\\/])\\.codex[\\\\/](?:hooks\\.json|requirements\\.toml)$'
      - '(?:^|[\\\\/])(?:\\.claude|\\.gemini|gemini-cli|GeminiCli|\\.copilot|\\.github[\\\\/]copilot)[\\\\/]settings(?:\\.local)?\\.json$'
      - '[\\\\/](?:claude-code|ClaudeCode)[\\\\/]managed-settings\\.(?:json$|d[\\\\/])'
      - '(?:^|[\\\\/])(?:\\.copilot|\\.github)[\\\\/]hooks[\\\\/][^\\\\/]+\\.json$|[\\\\/]github-copilot[\\\\/]policy\\.d[\\\\/]'
      - '(?:(?:^|[\\\\/])\\.|^/etc/|[\\\\/]Application Support[\\\\/]|\\\\ProgramData\\\\|\\.codeium[\\\\/])(?:cursor|windsurf)[\\\\/]hooks\\.json$'
  condition: file
falsepositives:
  - A person who lets an agent keep its own settings
level: high
sentinelmesh:
  family: hooks-off
`,
  },
  {
    id: 'sm-int-006',
    text: `title: Settings of hooks edited
id: sm-int-006
status: experimental
description: An agent edits a file that says which hooks it is asked by, or what they work with.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - attack.t1562.001
logsource:
  category: file_change
detection:
  file:
    TargetFilename|re|i:
      - '(?:(?:^|[\\\\/])\\.config|^/etc|\\\\Program Files|[\\\\/]\\.local[\\\\/]state)[\\\\/]sentinelmesh(?:[\\\\/]|$)'
      - '(?:^|[\\\\/])\\.codex[\\\\/](?:hooks\\.json|requirements\\.toml)$'
      - '(?:^|[\\\\/])(?:\\.claude|\\.gemini|gemini-cli|GeminiCli|\\.copilot|\\.github[\\\\/]copilot)[\\\\/]settings(?:\\.local)?\\.json$'
      - '[\\\\/](?:claude-code|ClaudeCode)[\\\\/]managed-settings\\.(?:json$|d[\\\\/])'
      - '(?:^|[\\\\/])(?:\\.copilot|\\.github)[\\\\/]hooks[\\\\/][^\\\\/]+\\.json$|[\\\\/]github-copilot[\\\\/]policy\\.d[\\\\/]'
      - '(?:(?:^|[\\\\/])\\.|^/etc/|[\\\\/]Application Support[\\\\/]|\\\\ProgramData\\\\|\\.codeium[\\\\/])(?:cursor|windsurf)[\\\\/]hooks\\.json$'
  condition: file
falsepositives:
  - A person who lets an agent keep its own settings
level: high
sentinelmesh:
  family: hooks-off
`,
  },
  {
    id: 'sm-int-007',
    text: `title: Settings of hooks deleted
id: sm-int-007
status: experimental
description: An agent deletes a file that says which hooks it is asked by, or what they work with.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - attack.t1562.001
logsource:
  category: file_delete
detection:
  file:
    TargetFilename|re|i:
      - '(?:(?:^|[\\\\/])\\.config|^/etc|\\\\Program Files|[\\\\/]\\.local[\\\\/]state)[\\\\/]sentinelmesh(?:[\\\\/]|$)'
      - '(?:^|[\\\\/])\\.codex[\\\\/](?:hooks\\.json|requirements\\.toml)$'
      - '(?:^|[\\\\/])(?:\\.claude|\\.gemini|gemini-cli|GeminiCli|\\.copilot|\\.github[\\\\/]copilot)[\\\\/]settings(?:\\.local)?\\.json$'
      - '[\\\\/](?:claude-code|ClaudeCode)[\\\\/]managed-settings\\.(?:json$|d[\\\\/])'
      - '(?:^|[\\\\/])(?:\\.copilot|\\.github)[\\\\/]hooks[\\\\/][^\\\\/]+\\.json$|[\\\\/]github-copilot[\\\\/]policy\\.d[\\\\/]'
      - '(?:(?:^|[\\\\/])\\.|^/etc/|[\\\\/]Application Support[\\\\/]|\\\\ProgramData\\\\|\\.codeium[\\\\/])(?:cursor|windsurf)[\\\\/]hooks\\.json$'
  condition: file
falsepositives:
  - A person who lets an agent keep its own settings
level: high
sentinelmesh:
  family: hooks-off
`,
  },
  {
    id: 'sm-int-008',
    text: `title: Settings of hooks changed by a command
id: sm-int-008
status: experimental
description: A command ends the hooks by which an agent is asked, or changes or takes away a file that they work with.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - attack.t1562.001
logsource:
  category: process_creation
detection:
  command:
    CommandLine|re|i:
      - '\\bfeatures\\.(?:codex_)?hooks\\s*=\\s*false\\b|\\bcodex_hooks\\s*=\\s*false\\b|--disable[ =](?:codex_)?hooks\\b'
      - '\\bhook\\s+uninstall\\s+(?:claude|codex|gemini|copilot|vscode|cursor|windsurf)\\b'
  file:
    CommandLine|re|i:
      - '(?:\\.config|[\\\\/]etc|Program Files|\\.local[\\\\/]+state)[\\\\/]+sentinelmesh\\b'
      - '\\.codex[\\\\/]+(?:hooks\\.json|requirements\\.toml)\\b'
      - '(?:\\.claude|\\.gemini|gemini-cli|GeminiCli|\\.copilot|\\.github[\\\\/]+copilot)[\\\\/]+settings(?:\\.local)?\\.json\\b'
      - '(?:claude-code|ClaudeCode)[\\\\/]+managed-settings\\.(?:json|d)\\b'
      - '(?:\\.copilot|\\.github)[\\\\/]+hooks[\\\\/]+[\\w.-]+\\.json\\b|\\bgithub-copilot[\\\\/]+policy\\.d\\b'
      - '(?:\\.|[\\\\/]etc[\\\\/]+|Application\\\\? Support[\\\\/]+|ProgramData[\\\\/]+|\\.codeium[\\\\/]+)(?:cursor|windsurf)[\\\\/]+hooks\\.json\\b'
  changer:
    Image|endswith:
      - '/chattr'
      - '/chmod'
      - '/chown'
      - '/chgrp'
      - '/dd'
      - '/ed'
      - '/ex'
      - '/mv'
      - '/patch'
      - '/rm'
      - '/rmdir'
      - '/setfacl'
      - '/shred'
      - '/sponge'
      - '/truncate'
      - '/unlink'
      - '\\attrib.exe'
      - '\\del.exe'
      - '\\erase.exe'
      - '\\icacls.exe'
      - '\\move.exe'
      - '\\mv.exe'
      - '\\rd.exe'
      - '\\ren.exe'
      - '\\rename.exe'
      - '\\rm.exe'
      - '\\rmdir.exe'
  copier:
    Image|endswith:
      - '/cp'
      - '/install'
      - '/ln'
      - '/rsync'
      - '\\copy.exe'
      - '\\cp.exe'
      - '\\ln.exe'
      - '\\rsync.exe'
      - '\\xcopy.exe'
  # A copy of it elsewhere is none of it.
  copied_onto:
    CommandLine|re|i:
      - '\\s\\S*(?:\\.config|[\\\\/]etc|Files|\\.local[\\\\/]+state)[\\\\/]+sentinelmesh(?:[\\\\/]\\S*?)?(?:[\\x22\\x27]|\\s+[-/]\\w+)*$'
      - '\\s\\S*\\.codex[\\\\/]+(?:hooks\\.json|requirements\\.toml)(?:[\\x22\\x27]|\\s+[-/]\\w+)*$'
      - '\\s\\S*(?:\\.claude|\\.gemini|gemini-cli|GeminiCli|\\.copilot|\\.github[\\\\/]+copilot)[\\\\/]+settings(?:\\.local)?\\.json(?:[\\x22\\x27]|\\s+[-/]\\w+)*$'
      - '\\s\\S*(?:claude-code|ClaudeCode)[\\\\/]+managed-settings\\.(?:json|d(?:[\\\\/]\\S*)?)(?:[\\x22\\x27]|\\s+[-/]\\w+)*$'
      - '\\s\\S*(?:\\.copilot|\\.github)[\\\\/]+hooks[\\\\/]+[\\w.-]+\\.json(?:[\\x22\\x27]|\\s+[-/]\\w+)*$|\\bgithub-copilot[\\\\/]+policy\\.d(?:[\\\\/]\\S*)?(?:[\\x22\\x27]|\\s+[-/]\\w+)*$'
      - '\\s\\S*(?:\\.|[\\\\/]etc[\\\\/]+|Support[\\\\/]+|ProgramData[\\\\/]+|\\.codeium[\\\\/]+)(?:cursor|windsurf)[\\\\/]+hooks\\.json(?:[\\x22\\x27]|\\s+[-/]\\w+)*$'
      - '\\s(?:-t\\s|--target-directory[=\\s])\\S*(?:sentinelmesh|\\.d)\\b'
  editor_in_place:
    Image|endswith:
      - '/sed'
      - '/gsed'
      - '/perl'
      - '/ruby'
      - '/yq'
      - '/awk'
      - '/gawk'
      - '\\sed.exe'
      - '\\perl.exe'
      - '\\ruby.exe'
      - '\\yq.exe'
    CommandLine|re: '\\s(?:-[a-zA-HJ-LN-Z0-9]*i|--in-?place\\b)'
  finder:
    Image|endswith:
      - '/find'
      - '\\find.exe'
    CommandLine|re: '\\s-(?:delete|exec|execdir|ok|okdir)\\b'
  git:
    Image|endswith:
      - '/git'
      - '\\git.exe'
    CommandLine|re: '^\\S+(?:\\s+-[cC]\\s+\\S+|\\s+-\\S+)*\\s+(?:rm|mv|checkout|restore)\\s'
  download:
    Image|endswith:
      - '/curl'
      - '/wget'
      - '\\curl.exe'
      - '\\wget.exe'
    CommandLine|re: '\\s(?:-[A-Za-z]*[oO]|--output(?:-document)?)[=\\s]*[\\x22\\x27]?\\S*\\.(?:json|toml)\\b'
  # Programs that carry out a text of which no view is made.
  runner:
    Image|re|i:
      - '[\\\\/](?:python[\\d.]*|pypy[\\d.]*|py|node|nodejs|deno|bun|perl|ruby|php)(?:\\.exe)?$'
      - '[\\\\/](?:awk|gawk|ssh|docker|podman|tmux|screen|watch|parallel|trap|uv|uvx|npx|make)(?:\\.exe)?$'
      - '/(?:at|pkexec|flock|strace|ltrace|unshare|nsenter|setpriv|bwrap|firejail|fakeroot|systemd-run)$'
  # What a program reads as its input stands in the whole command only.
  shell:
    Image|endswith:
      - '/bash'
      - '/sh'
      - '/zsh'
      - '/dash'
      - '/ksh'
      - '/fish'
      - '\\bash.exe'
      - '\\sh.exe'
      - '\\zsh.exe'
  script_as_input:
    CommandLine|re:
      - '\\b(?:python|pypy|node|deno|bun|perl|ruby|php|ssh|make|at|crontab)[\\d.]*\\b[^\\n]*?<<'
      - '\\|\\s*(?:sudo\\s+)?(?:\\S*/)?(?:bash|sh|zsh|dash|ksh|python|node|perl|ruby|ssh|xargs|at|crontab|make)\\b'
  text_that_changes:
    CommandLine|re|i:
      - '\\bopen\\s*\\((?:[^\\n]*?,)?\\s*(?:mode\\s*=\\s*)?[\\x22\\x27\\\\]{1,3}(?:[wax][bt+]{0,2}[\\x22\\x27\\\\]|r[bt]?\\+|\\+?>)'
      - '\\b(?:writeFile|appendFile|unlink|rm|rename|truncate)(?:Sync)?\\s*\\('
      - '\\b(?:write_(?:text|bytes)|createWriteStream|file_put_contents|File\\.(?:write|delete)|FileUtils\\.\\w+|rmtree|remove|os\\.replace|shutil\\.move)\\s*\\('
      - '(?:^|[^\\w./-])(?:rm|mv|truncate|chmod|chown|chattr|unlink|rename|shred|rimraf|sed\\s+(?:-\\w+\\s+)*-\\w*i)[\\x22\\x27\\\\]*[\\s,]'
  powershell:
    Image|endswith:
      - '\\powershell.exe'
      - '\\pwsh.exe'
      - '/powershell'
      - '/pwsh'
  # It is not taken apart: that the cmdlet is given the file has to be told by where they stand.
  cmdlet:
    CommandLine|re|i:
      - '(?:\\b(?:(?:Remove|Move|Rename)-Item|(?:Set|Add|Clear)-Content|Out-File|Tee-Object|Set-Acl|rm|ri|del|erase|rd|rmdir|mv|mi|move|ren|rni|sc|ac|clc)\\s|>\\s*|\\]::(?:Write|Append|Delete|Move|Replace|Create)\\w*\\()[^\\n;|&]*?(?:sentinelmesh|hooks\\.json|requirements\\.toml|settings\\.|policy\\.d|[\\\\/]hooks[\\\\/])'
      - '\\b(?:Copy-Item|copy|cp|cpi)\\s[^\\n;|&]*?\\s\\S*(?:sentinelmesh|hooks\\.json|requirements\\.toml|settings\\.|policy\\.d|[\\\\/]hooks[\\\\/])\\S*\\s*(?:-\\w+\\s*)*(?:$|[\\n;|&])'
  condition: >-
    command or file and
    (changer or (copier and copied_onto) or editor_in_place or finder or git or download
    or (runner and text_that_changes) or (shell and script_as_input and text_that_changes)
    or (powershell and cmdlet))
falsepositives:
  - A person who lets an agent keep its own settings
level: high
sentinelmesh:
  family: hooks-off
`,
  },
  {
    id: 'sm-jb-001',
    text: `title: Jailbreak wording
id: sm-jb-001
status: experimental
description: A prompt gives the model a persona or a game in which its limits would not hold.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - owasp.llm01
logsource:
  product: ai_agent
detection:
  persona:
    payload|re|i:
      - '\\bDAN\\b[^\\n]*?\\b(?:mode|jailbreak|prompt|stands|do anything|can|will|has|never|responds?|you)\\b|\\b(?:act|acting|answer|respond|behave)\\w*[\\s\\\\"''*>#-]+\\b(?:as|like)[\\s\\\\"''*>#-]+(?:a\\b[\\s\\\\"''*>#-]+)?\\bDAN\\b|\\bdo\\b[\\s\\\\"''*>#-]+\\banything\\b[\\s\\\\"''*>#-]+\\bnow\\b|\\bjail ?br(?:eak|oken)\\b[^\\n]*?\\b(?:mode|prompt|you|model|gpt|bot|chatgpt|free)\\b|\\b(?:named|called)[\\s\\\\"''*>#-]+\\S{0,3}jailbreak'
      - '\\b(?:free|freed|liberated|released|unbound|exempt)[\\s\\\\"''*>#-]+\\b(?:from|of)[\\s\\\\"''*>#-]+(?:all\\b[\\s\\\\"''*>#-]+|any\\b[\\s\\\\"''*>#-]+|the\\b[\\s\\\\"''*>#-]+|its\\b[\\s\\\\"''*>#-]+|your\\b[\\s\\\\"''*>#-]+|every\\b[\\s\\\\"''*>#-]+|their\\b[\\s\\\\"''*>#-]+|typical\\b[\\s\\\\"''*>#-]+|\\w+[\\s\\\\"''*>#-]+){0,3}\\b(?:restrictions?|filters?|rules|limitations?|guidelines|policies|censorship|confines\\b[\\s\\\\"''*>#-]+\\bof\\b[\\s\\\\"''*>#-]+\\bAI|restraints)\\b'
      - '\\b(?:no|without|any|zero|ignores?|lacks?|disregards?|never follows?|not follow|bypass(?:es|ing)?|disable)[\\s\\\\"''*>#-]+(?:all\\b[\\s\\\\"''*>#-]+|any\\b[\\s\\\\"''*>#-]+|the\\b[\\s\\\\"''*>#-]+|more\\b[\\s\\\\"''*>#-]+|its\\b[\\s\\\\"''*>#-]+|of\\b[\\s\\\\"''*>#-]+){0,2}\\b(?:moral|ethical|ethic|safety|content|openai|policy|legal|censorship)[\\s\\\\"''*>#-]+(?:or\\b[\\s\\\\"''*>#-]+\\w+[\\s\\\\"''*>#-]+|and\\b[\\s\\\\"''*>#-]+\\w+[\\s\\\\"''*>#-]+|based\\b[\\s\\\\"''*>#-]+)?(?:\\w+[\\s\\\\"''*>#-]+)?\\b(?:restrictions?|filters?|guidelines?|boundaries|limitations?|constraints?|codes?|compass|principles|policies|policy|considerations?|concerns|checks|filtering|guardrails|standards|rules|objections|programming)\\b'
      - '\\b(?:unfiltered|uncensored|unrestricted|amoral|nonmoral|immoral|unlimited|unethical|unmoderated|non-?restricted|limitless|unhinged|lawless)[\\s\\\\"''*>#-]+(?:and\\b[\\s\\\\"''*>#-]+\\w+[\\s\\\\"''*>#-]+|,?[\\s\\\\"''*>#-]+?\\w+[\\s\\\\"''*>#-]+)?\\b(?:AI|GPT|chatbot|bot|model|assistant|response|version|character|entity|language model|answers?|chatGPT|persona|advice|machine)\\b'
      - '\\b(?:will|can|must|does|should|shall|would|could|is able to)[\\s\\\\"''*>#-]+?(?:never|not|n.?t)?[\\s\\\\"''*>#-]+?(?:refuses?|declines?|reject|say\\b[\\s\\\\"''*>#-]+\\bno|deny|turn down)\\b[^.\\n]*?\\b(?:any|a|the|to answer|my|user|direct|anything|requests?|prompts?|questions?|order|human|me)\\b[^.\\n]*?\\b(?:matter|unethical|illegal|immoral|harmful|dangerous|how|reason|give|ask|ethical|legal)'
      - '\\b(?:never|not|cannot|can.?t|won.?t|don.?t)[\\s\\\\"''*>#-]+(?:ever\\b[\\s\\\\"''*>#-]+)?\\b(?:refuse|decline|reject|break\\b[\\s\\\\"''*>#-]+(?:out\\b[\\s\\\\"''*>#-]+\\bof\\b[\\s\\\\"''*>#-]+)?\\bcharacter|say\\b[\\s\\\\"''*>#-]+(?:that\\b[\\s\\\\"''*>#-]+)?\\b(?:you|it|he|they)[\\s\\\\"''*>#-]+\\b(?:can.?t|cannot|is unable)|warn|apologi[sz]e|lecture|add\\b[\\s\\\\"''*>#-]+(?:any\\b[\\s\\\\"''*>#-]+)?\\b(?:disclaimers?|warnings?))\\b'
      - '\\b(?:regardless|irrespective|no matter)[\\s\\\\"''*>#-]+\\b(?:of\\b[\\s\\\\"''*>#-]+|how\\b[\\s\\\\"''*>#-]+|if\\b[\\s\\\\"''*>#-]+|whether\\b[\\s\\\\"''*>#-]+)(?:it\\b[\\s\\\\"''*>#-]+\\b(?:is|may be)[\\s\\\\"''*>#-]+|the\\b[\\s\\\\"''*>#-]+|its\\b[\\s\\\\"''*>#-]+|their\\b[\\s\\\\"''*>#-]+|any\\b[\\s\\\\"''*>#-]+|how\\b[\\s\\\\"''*>#-]+)?(?:\\w+,?[\\s\\\\"''*>#-]+){0,2}\\b(?:legality|ethics|ethicality|illegal|immoral|unethical|ethical|morality|harmful|consequences|legal|dangerous|offensive|inappropriate)\\b|\\bwithout\\b[\\s\\\\"''*>#-]+(?:any\\b[\\s\\\\"''*>#-]+)?\\b(?:regard|hesitation|concern|consideration)s?\\b[\\s\\\\"''*>#-]+\\b(?:for|to|of|or)[\\s\\\\"''*>#-]+(?:the\\b[\\s\\\\"''*>#-]+|any\\b[\\s\\\\"''*>#-]+|its\\b[\\s\\\\"''*>#-]+)?(?:\\w+,?[\\s\\\\"''*>#-]+){0,2}\\b(?:legality|law|legal|ethics|ethical|morals?|harm|consequences|safety)\\b'
      - '\\b(?:openai|chatgpt|gpt|your|content|usage)(?:.s)?[\\s\\\\"''*>#-]+(?:content\\b[\\s\\\\"''*>#-]+|usage\\b[\\s\\\\"''*>#-]+|safety\\b[\\s\\\\"''*>#-]+|use\\b[\\s\\\\"''*>#-]+|own\\b[\\s\\\\"''*>#-]+|ethical\\b[\\s\\\\"''*>#-]+)?\\b(?:polic(?:y|ies)|guidelines|restrictions|programming|rules|filters|limitations)\\b[^.\\n]*?\\b(?:do(?:es)?[\\s\\\\"''*>#-]+\\bn.?t|not|no longer|never|ignored?|bypass|break|broken|violat\\w+|against|lifted|disabled|free|override|overridden|apply|removed|don.?t)\\b'
      - '\\b(?:bypass|break|violate|circumvent|evade|ignore|go against|goes against|not follow|never follow|no longer follow|not bound by|not be bound by|not restricted by|not limited by|isn.?t bound by|contrary to)[\\s\\\\"''*>#-]+\\b(?:all\\b[\\s\\\\"''*>#-]+|any\\b[\\s\\\\"''*>#-]+|the\\b[\\s\\\\"''*>#-]+|your\\b[\\s\\\\"''*>#-]+|openai.?s?\\b[\\s\\\\"''*>#-]+|of\\b[\\s\\\\"''*>#-]+|safety\\b[\\s\\\\"''*>#-]+|content\\b[\\s\\\\"''*>#-]+|ethical\\b[\\s\\\\"''*>#-]+|its\\b[\\s\\\\"''*>#-]+|by\\b[\\s\\\\"''*>#-]+|typical\\b[\\s\\\\"''*>#-]+|usual\\b[\\s\\\\"''*>#-]+|chatgpt.?s?\\b[\\s\\\\"''*>#-]+){1,4}\\b(?:polic(?:y|ies)|guidelines?|filters?|restrictions?|rules|censorship|ethics|moral\\w*|programming|limitations?|safeguards|guardrails|constraints|confines|laws?|safety)\\b'
      - '\\b(?:stay|remain|stays)[\\s\\\\"''*>#-]+\\bin\\b[\\s\\\\"''*>#-]+\\bcharacter\\b[^\\n]*?\\b(?:you|if|remind|say|command|always|break)|\\bif\\b[\\s\\\\"''*>#-]+\\b(?:you|i|u|at any point)\\b[^.\\n]*?\\b(?:break|out of|breaking|deviate|stop)\\b[^.\\n]*?\\bcharacter\\b'
      - '\\b(?:insert|place|put|your|enter|type|write)[ _]?(?:\\w+[ _])?(?:prompt|question|request|query|text|jailbreak)[ _]?(?:here|below)\\b|\\[(?:PROMPT|QUERY|TARGETLANGUAGE)\\]|\\[\\s*INSERT[\\s\\\\"''*>#-]+(?:YOUR[\\s\\\\"''*>#-]+)?\\b(?:PROMPT|QUESTION|QUERY|REQUEST)[^\\]\\n]{0,20}\\]|\\{\\{?(?:prompt|question|query|goal)\\}?\\}'
      - '\\b(?:two|2|both|dual|second|different|separate|distinct)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,2}\\b(?:responses?|ways|manners|styles|answers|paragraphs|replies|perspectives|outputs|modes)\\b[^\\n]*?\\b(?:GPT|ChatGPT|normal|classic|standard|yourself|jailbreak|unrestricted|unfiltered|first)\\b'
      - '[\\[(](?:🔒|🔓|classic|jailbreak|dan|normal|gpt|chatgpt)[\\])]|\\((?:🔒|🔓)[^)\\n]{0,20}\\)|\\b\\w{2,12}GPT:[\\s\\\\"''*>#-]+|\\bGPT:[\\s\\\\"''*>#-]+?[\\[(]'
      - '\\b(?:you|he|she|it|they|who)[\\s\\\\"''*>#-]+(?:have|has|are|is|get|gets|start|begin)?[\\s\\\\"''*>#-]+?(?:with\\b[\\s\\\\"''*>#-]+)?\\d+[\\s\\\\"''*>#-]+\\btokens\\b[^\\n]*?\\b(?:lose|deduct|die|refus|reject|subtract)|\\b(?:lose|deduct\\w*)[\\s\\\\"''*>#-]+\\d+[\\s\\\\"''*>#-]+\\btokens\\b'
      - '\\b(?:pretend|imagine|act|simulate|roleplay|role-play|emulate|play the role|assume the role|take on the role|replaced by|playing the role|portray|impersonate|you are going to be|you are now|you.?re now|from now on,? you)\\b[^\\n]*?\\b(?:no\\b[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,2}\\b(?:rules|restrictions|limits|limitations|filters?|morals?|ethics|guidelines|boundaries|conscience)|evil|unfiltered|unrestricted|uncensored|amoral|without\\b[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,2}\\b(?:rules|restrictions|limits|limitations|filters?|morals?|ethics|guidelines|boundaries)|anything\\b[\\s\\\\"''*>#-]+\\b(?:i|you|they|we)[\\s\\\\"''*>#-]+\\b(?:want|ask|say|like)|not\\b[\\s\\\\"''*>#-]+\\bbound|can\\b[\\s\\\\"''*>#-]+\\bdo\\b[\\s\\\\"''*>#-]+\\banything|illegal|opposite)\\b'
      - '\\b(?:character|persona|chatbot|bot|AI|entity|assistant|model|writer|novelist|storyteller)\\b[^.\\n]*?\\b(?:has|have|with|had|having|who|that|no|lacks)\\b[^.\\n]*?\\b(?:no\\b[\\s\\\\"''*>#-]+\\b(?:moral|ethical|rules|restrictions|limit|filter|conscience|ethics)|without\\b[\\s\\\\"''*>#-]+\\b(?:moral|ethical|restrictions|limits))'
      - '\\b(?:start|begin|respond|reply|answer|acknowledge|commence)\\w{0,4}[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,4}\\b(?:with|by saying|saying|with the words)[\\s\\\\"''*>#-]*?:?\\s*[\\x22\\x27\`“‘]\\s*(?:sure|absolutely|of course|certainly|here|yes|ok(?:ay)?|i (?:can|will|am)|\\w+ (?:mode|jailbroken|enabled|activated))\\b'
      - '\\b(?:does(?:[\\s\\\\"''*>#-]+\\bnot|n.?t)|do(?:[\\s\\\\"''*>#-]+\\bnot|n.?t)|will(?:[\\s\\\\"''*>#-]+\\bnot)?|no longer|won.?t|never|not)[\\s\\\\"''*>#-]+\\b(?:care|follow|adhere|abide|comply|conform|have to|need to|subject|bound|think|worry|obey)\\b[^.\\n]*?\\b(?:polic(?:y|ies)|guidelines|ethics?|ethical|moral\\w*|legal|openai|laws?|consequences|restrictions|programming|rules\\b[\\s\\\\"''*>#-]+\\bof)\\b'
      - '\\b(?:can|may|able to|free to|will|to)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+)?\\b(?:say|do|generate|write|answer|create|produce)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+)?\\b(?:anything|whatever|everything)[\\s\\\\"''*>#-]+\\b(?:it|you|they|he|she|i|we)[\\s\\\\"''*>#-]+\\b(?:want|like|wish|ask|desire|please|say)s?\\b'
      - '\\bfrom\\b[\\s\\\\"''*>#-]+\\b(?:now|this\\b[\\s\\\\"''*>#-]+\\b(?:moment|point)|here)(?:[\\s\\\\"''*>#-]+\\b(?:on|onwards?|forward|forth))?,?[\\s\\\\"''*>#-]+(?:until\\b[\\s\\\\"''*>#-]+[^.\\n]*?)?(?:you|chatgpt)[\\s\\\\"''*>#-]+\\b(?:are\\b[\\s\\\\"''*>#-]+\\bgoing\\b[\\s\\\\"''*>#-]+\\bto|are\\b[\\s\\\\"''*>#-]+\\bto|will|must|are|shall|should|have to)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,3}\\b(?:act|play|respond|be\\b[\\s\\\\"''*>#-]+\\b(?:a|the|known)|take|answer|role-?play|pretend|simulate|in\\b[\\s\\\\"''*>#-]+\\bthe\\b[\\s\\\\"''*>#-]+\\brole|reply|behave|function|embody|become|going)\\b'
      - '\\b(?:for|during)[\\s\\\\"''*>#-]+\\bthe\\b[\\s\\\\"''*>#-]+\\b(?:rest|remainder|duration)[\\s\\\\"''*>#-]+\\bof\\b[\\s\\\\"''*>#-]+\\b(?:this|the|our)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+)?\\b(?:conversation|chat|session|thread|interaction)\\b[^.\\n]*?\\b(?:you|act|respond|role|replaced|pretend)'
      - '\\b(?:racist|cruel|toxic|evil|hateful|sadistic|misogynist\\w*|malicious|psychopath\\w*|offensive|rude|vulgar|profan\\w+|swear\\w*|curs(?:e|es|ing)|nsfw)\\b[^.\\n]*?\\b(?:character|persona|AI|chatbot|bot|respond as|answer as|act as|you are|he is|she is|talks?|responses?)\\b[^\\n]*?\\b(?:respond|answer|never|always|character|act|anything|swear|remember)'
      - '\\bhypothetical\\b[\\s\\\\"''*>#-]+\\b(?:response|output|story|scenario)\\b[^\\n]*?\\b(?:character|named|where|in which|unethical|villain|evil|how)'
      - '\\b(?:hypothetical|fictional|fiction|alternate|alternative|parallel)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+)?\\b(?:universe|world|reality|dimension|scenario|response|story|society|land)\\b[^\\n]*?\\b(?:illegal|no\\b[\\s\\\\"''*>#-]+\\b(?:laws|rules|restrictions|ethic\\w*)|legal|allowed|anything|without\\b[\\s\\\\"''*>#-]+\\brestrictions|any\\b[\\s\\\\"''*>#-]+\\bquestion)\\b'
  elsewhere:
    kind:
      - system
      - tool_call
      - tool_definition
  condition: persona and not elsewhere
falsepositives:
  - Fiction
  - Persona prompts with strong wording
level: high
sentinelmesh:
  family: jailbreak
`,
  },
  {
    id: 'sm-jb-002',
    text: `title: Harmful request in a harmless frame
id: sm-jb-002
status: experimental
description: A prompt says that what it asks for is only fiction, research or an experiment and will not be used.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - owasp.llm01
logsource:
  product: ai_agent
  category: prompt
detection:
  frame:
    payload|re|i:
      - '\\b(?:this|it)\\b[^.\\n]*?\\b(?:is|will|for|purely|solely|only|just|simply)\\b[^.\\n]*?\\b(?:educational|hypothetical|thought experiment|fictional|research|informational|academic|simulated|simulation|awareness|documentary)\\b[^\\n]*?\\b(?:not|never|without|won.?t)\\b[^.\\n]*?\\b(?:real|actual\\w*|used?|illegal|misconstrued|executed|condon\\w*|promot\\w*|encourag\\w*|harm|advoca\\w*|endors\\w*|implement\\w*|intend\\w*|published)\\b'
      - '\\b(?:never|not)[\\s\\\\"''*>#-]+(?:be\\b[\\s\\\\"''*>#-]+)?(?:actually\\b[\\s\\\\"''*>#-]+|ever\\b[\\s\\\\"''*>#-]+|really\\b[\\s\\\\"''*>#-]+)?(?:be\\b[\\s\\\\"''*>#-]+)?\\b(?:executed|implemented|carried out|used\\b[\\s\\\\"''*>#-]+\\b(?:in|for)[\\s\\\\"''*>#-]+(?:any\\b[\\s\\\\"''*>#-]+)?\\b(?:real|malicious|harm\\w*|illegal)\\S*|intended\\b[\\s\\\\"''*>#-]+\\bfor\\b[\\s\\\\"''*>#-]+\\b(?:real|actual))'
      - '\\b(?:fictional|fiction|novel|screenplay|hypothetical|thought experiment|simulated|simulation|research|documentary|academic|educational|awareness|historian|journalist|screenwriter|novelist|consultant)\\b[^\\n]*?\\b(?:step-by-step|steps|detailed?|techniques|methods|convincing|persuasive|process|instructions)\\b[^\\n]*?\\b(?:illegal|illicit|without (?:being|getting) caught|undetected|bomb|explosives?|weapons?|drugs?|heroin|meth\\w*|counterfeit|money launder\\w*|hack\\w*|malware|scam|fraud|phishing|poison|kill|murder|steal|stealing|theft|suicide|self-harm|hoax|racis\\w+|xenophob\\w*|supremac\\w+|terroris\\w+|traffick\\w*|vulnerab\\w+|breach\\w*|unauthori[sz]ed|black market|insider trading|extort\\w*|blackmail|bribe\\w*|evad\\w+|tax|torture|genocide|holocaust|conspiracy|controversial)\\b'
      - '\\b(?:illegal|illicit|undetected|bomb|explosives?|heroin|methamphetamine|counterfeit|launder\\w*|malware|scam|fraud|phishing|murder|theft|hoax|xenophob\\w*|terroris\\w+|traffick\\w*|black market|torture|conspiracy)\\b[^\\n]*?\\b(?:fictional|thought experiment|purely\\b[\\s\\\\"''*>#-]+\\b(?:hypothetical|fictional|educational|academic)|for\\b[\\s\\\\"''*>#-]+\\b(?:educational|research|academic)[\\s\\\\"''*>#-]+\\bpurposes|in\\b[\\s\\\\"''*>#-]+\\bthis\\b[\\s\\\\"''*>#-]+\\bcontext|hypothetical)\\b'
      - '\\b(?:please\\b[\\s\\\\"''*>#-]+)?\\b(?:begin|start)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,3}\\b(?:by\\b[\\s\\\\"''*>#-]+\\bsaying|with)\\b[^\\n]{0,8}(?:sure|here)'
      - '\\byou\\b[\\s\\\\"''*>#-]+\\bare\\b[\\s\\\\"''*>#-]+\\b(?:a|an|the)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,6}\\b(?:hacker|criminal|thief|robber|smuggler|drug|cartel|terrorist|extremist|scammer|fraudster|con artist|supremacist|racist|misogyn\\w+|conspiracy|stalker|forger|arsonist|assassin|villain|propagandist|counterfeiter)\\b'
  condition: frame
falsepositives:
  - Writers, teachers and researchers
level: high
sentinelmesh:
  family: jailbreak
`,
  },
  {
    id: 'sm-jb-003',
    text: `title: Adversarial suffix
id: sm-jb-003
status: experimental
description: A prompt ends in a tangle of signs as automatic attacks on models produce it.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - owasp.llm01
logsource:
  product: ai_agent
  category: prompt
detection:
  tangle:
    payload|re:
      - '[\\]})>\\x22\\x27]{1,3}[.!?;:,]?[\\[{(<\\\\^_]{1,4}[^\\s]*?\\s?[^\\n]*?[\\]})>][\\]})\\[{(<\\\\^_!?.;]{2,}'
      - '\\\\[\\])}!(\\[{ ][^\\n]*?[\\]}{)(]{2,}|\\{\\[?\\{[^\\n]*?[%\\\\.]|\\.{3,}[])}>\\''\\x22]{2,}|[!?.,;:)(\\]\\[}{\\x22\\x27]{6,}|[.,;][\\''\\x22]\\)[\\]}>]'
  code:
    payload|re:
      - '\\n|\`\`\`|</|;\\s*$|=>|\\{\\{|def |function|class '
  # In a line of plain words, whatever other lines hold.
  in_sentence:
    payload|re:
      - '(?:^|\\n)(?:[A-Za-z''-]+,? ){5,}[^\`\\n]*?(?:[{}\\\\][\\[\\](){}\\\\\\x22\\x27^_!?.,;<>]{2,}|[\\[\\](){}\\x22\\x27^_!?.,;<>]{2,}[{}\\\\]|[\\]}\\x22\\x27)>;][^\\n]{0,60}?[\\[(]{1,2}[{}\\\\]|[!?.,;:)(\\]\\[}{\\x22\\x27]{7,})'
  condition: tangle and (in_sentence or not code)
falsepositives:
  - Program text and markup in prompts
level: high
sentinelmesh:
  family: adversarial-suffix
`,
  },
  {
    id: 'sm-mcp-001',
    text: `title: MCP definition changed
id: sm-mcp-001
status: experimental
description: What an MCP server says of a tool, a prompt or itself differs from what was seen first, and nobody has approved that.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - owasp.llm03
logsource:
  product: ai_agent
detection:
  changed:
    attributes.mcp.definition: changed
  difference:
    attributes.mcp.definition_diff|re: '[\\s\\S]+'
  condition: changed and difference
falsepositives:
  - A new version of the server; approve it
level: high
sentinelmesh:
  family: mcp-definition
`,
  },
  {
    id: 'sm-mcp-002',
    text: `title: MCP tool of the same name as another server's
id: sm-mcp-002
status: experimental
description: A tool appeared under a name that a tool of another MCP server has; a model may call the one for the other.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.initial-access
  - owasp.llm03
logsource:
  product: ai_agent
  category: tool_definition
detection:
  shadowing:
    attributes.mcp.shadows|re: '[\\s\\S]+'
  condition: shadowing
falsepositives:
  - Servers that both offer something common, such as search
level: medium
`,
  },
  {
    id: 'sm-mcp-003',
    text: `title: MCP request that different readers read differently
id: sm-mcp-003
status: experimental
description: The headers name another method or tool than the body, or the body has two members of one name, so that who checks it and who carries it out may see two different requests.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
logsource:
  product: ai_agent
  category: tool_call
detection:
  header:
    attributes.mcp.header_mismatch: true
  body:
    attributes.mcp.ambiguous: true
  condition: header or body
falsepositives:
  - A client with a fault
level: high
`,
  },
  {
    id: 'sm-sec-001',
    text: `title: Token or key of a known format in the payload
id: sm-sec-001
status: experimental
description: The payload carries a credential whose format names its issuer. Redaction masks it before it is stored.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.credential-access
  - owasp.llm02
logsource:
  product: ai_agent
detection:
  token:
    payload|re:
      - '\\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\\b'
      - '\\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{36,255}\\b|\\bgithub_pat_[A-Za-z0-9_]{60,255}'
      - '\\bglpat-[A-Za-z0-9_-]{20,}|\\bgl(?:dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[A-Za-z0-9_-]{20,}'
      - '\\bxox[abeoprs]-[0-9A-Za-z-]{20,}|\\bxapp-[0-9]-[A-Z0-9]+-[0-9]+-[a-f0-9]{20,}'
      - 'hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Z0-9]{6,}/[A-Za-z0-9]{6,}/[A-Za-z0-9]{15,}'
      - '\\b(?:sk|rk|pk)_live_[0-9A-Za-z]{16,}|\\bwhsec_[A-Za-z0-9+/=]{24,}'
      - '\\bsk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}|\\bsk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|\\bsk-ant-[a-z0-9]+-[A-Za-z0-9_-]{20,}|\\bsk-or-v1-[0-9a-f]{40,}'
      - '\\bAIza[0-9A-Za-z_-]{35}|\\bya29\\.[0-9A-Za-z_-]{30,}|\\bGOCSPX-[A-Za-z0-9_-]{20,}'
      - '\\bnpm_[A-Za-z0-9]{36}\\b|\\bpypi-[A-Za-z0-9_-]{50,}|\\bdckr_pat_[A-Za-z0-9_-]{20,}|\\brubygems_[a-f0-9]{48}\\b|\\bcio[A-Za-z0-9]{32}\\b'
      - '\\bSG\\.[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{30,}|\\bkey-[0-9a-f]{32}\\b|\\bxkeysib-[a-f0-9]{60,}'
      - '\\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\\b|\\bdo[opr]_v1_[a-f0-9]{64}\\b|\\bhv[sb]\\.[A-Za-z0-9_-]{24,}|\\bATATT3[A-Za-z0-9_=-]{60,}|\\blin_api_[A-Za-z0-9]{32,}|\\bntn_[A-Za-z0-9]{40,}|\\bsecret_[A-Za-z0-9]{43}\\b|\\bhf_[A-Za-z0-9]{34}\\b|\\br8_[A-Za-z0-9]{37}\\b|\\bgsk_[A-Za-z0-9]{40,}|\\bpplx-[a-f0-9]{40,}|\\bdapi[a-f0-9]{32}\\b|\\bglsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|\\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}|\\bfigd_[A-Za-z0-9_-]{40,}|\\bsbp_[a-f0-9]{40}\\b|\\btskey-[a-z]+-[A-Za-z0-9]+-[A-Za-z0-9]{20,}|\\bnfp_[A-Za-z0-9]{36}\\b|\\bdp\\.pt\\.[A-Za-z0-9]{40,}|\\bEAACEdEose0cBA[0-9A-Za-z]+|\\bsq0(?:atp|csp)-[0-9A-Za-z_-]{22,}|\\bEAAA[A-Za-z0-9_-]{60}\\b|\\bsntry[su]_[A-Za-z0-9_=/+-]{40,}|\\bage-secret-key-1[0-9A-Z]{58}'
      - '\\b[0-9]{8,10}:AA[0-9A-Za-z_-]{33}\\b'
      - '\\bSK[0-9a-f]{32}\\b'
      - '\\beyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{16,}'
      - '\\bsmk_[A-Za-z0-9_-]{30,}'
      - '\\b(?:Account|Shared|Secondary|Primary)(?:Access)?Key=[A-Za-z0-9+/]{60,}={0,2}'
  placeholder:
    payload|re:
      - 'EXAMPLE\\b|[xX]{12,}|0{16,}|1234567890abcdef'
  # A key beside a placeholder is one none the less: it does not begin or, of AWS, end as those do.
  beside:
    payload|re:
      - '\\b(?:AKIA|ASIA|ABIA|ACCA)[A-WYZ2-7][A-Z2-7]{8}(?:[A-DF-Z2-7][A-Z2-7]{6}|E[A-WYZ2-7][A-Z2-7]{5}|EX[B-Z2-7][A-Z2-7]{4})\\b'
      - '\\b(?:gh[pousr]_|github_pat_(?:11)?|gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-|(?:sk|rk|pk)_live_|whsec_|sk-(?:proj|svcacct|admin|None)-|sk-ant-[a-z0-9]+-|sk-or-v1-|npm_|dckr_pat_|rubygems_|xkeysib-|smk_|GOCSPX-)(?:[2-9A-DF-WYZa-wyz]|E[^X\\s]|[01xX][A-WYZa-wyz])[A-Za-z0-9_-]{15,}'
      - '\\b(?:AIza|ya29\\.|SG\\.|pypi-)(?:[2-9A-DF-WYZa-wyz]|E[^X\\s]|[01xX][A-WYZa-wyz])[A-Za-z0-9_.-]{29,}|\\b[0-9]{8,10}:AA(?:[2-9A-DF-WYZa-wyz]|E[^X\\s]|[01xX][A-WYZa-wyz])[0-9A-Za-z_-]{31}|\\b(?:key-|SK)[2-9a-f][0-9a-f]{31}\\b'
      - '\\bxox[abeoprs]-[0-9A-Za-z-]*?\\b(?:[2-9A-DF-WYZa-wyz]|E[^X\\s]|[01xX][A-WYZa-wyz])[0-9A-Za-z]{18,}|\\bxapp-[0-9]-[A-Z0-9]+-[0-9]+-(?:[2-9A-DF-WYZa-wyz]|E[^X\\s]|[01xX][A-WYZa-wyz])[a-f0-9]{18,}|hooks\\.slack\\.com/\\w+/[A-Z0-9]{6,}/[A-Za-z0-9]{6,}/(?:[2-9A-DF-WYZa-wyz]|E[^X\\s]|[01xX][A-WYZa-wyz])[A-Za-z0-9]{13,}'
      - '\\bsk-[A-Za-z0-9]{20}T3BlbkFJ(?:[2-9A-DF-WYZa-wyz]|E[^X\\s]|[01xX][A-WYZa-wyz])[A-Za-z0-9]{18}|\\beyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.(?:[2-9A-DF-WYZa-wyz]|E[^X\\s]|[01xX][A-WYZa-wyz])[A-Za-z0-9_-]{14,}|\\b(?:Account|Shared|Secondary|Primary)(?:Access)?Key=(?:[2-9A-DF-WYZa-wyz]|E[^X\\s]|[01xX][A-WYZa-wyz])[A-Za-z0-9+/]{58,}'
  condition: token and (beside or not placeholder)
falsepositives:
  - Keys that are meant to be public, test keys in documentation
level: high
sentinelmesh:
  family: secret
`,
  },
  {
    id: 'sm-sec-002',
    text: `title: Private key in the payload
id: sm-sec-002
status: experimental
description: The payload carries a private key.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.credential-access
  - owasp.llm02
logsource:
  product: ai_agent
detection:
  key:
    payload|re:
      - '-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----[\\s\\\\rn]{0,8}[A-Za-z0-9+/=:,\\s\\\\-]{40,}'
      - '\\bPuTTY-User-Key-File-\\d'
  condition: key
falsepositives:
  - Keys made for tests
level: high
sentinelmesh:
  family: secret
`,
  },
  {
    id: 'sm-sec-003',
    text: `title: Password in a URL or connection string
id: sm-sec-003
status: experimental
description: The payload carries an address with user name and password.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.credential-access
  - owasp.llm02
logsource:
  product: ai_agent
detection:
  login:
    payload|re|i:
      - '\\b(?:https?|ftps?|sftp|ssh|git|postgres(?:ql)?|mysql|mariadb|mongodb(?:\\+srv)?|redis|rediss|amqps?|mssql|sqlserver|oracle|ldaps?|smtps?|imaps?|nats|clickhouse|jdbc:\\w+|snowflake|s3)://[^\\s:@/\\x22''<>{}]+?:[^\\s@\\x22''<>{}$*]{8,128}@[\\w.-]+'
      - '\\b(?:Password|Pwd)\\s*=\\s*[^\\s;\\x22''<>{}$*]{8,};?[^\\n]*?\\b(?:Server|Data Source|Host|Database|User Id|Uid)\\s*='
      - '\\b(?:Server|Data Source|Host)\\s*=[^\\n]{3,120};\\s*(?:Password|Pwd)\\s*=\\s*[^\\s;\\x22''<>{}$*]{8,}'
  placeholder:
    payload|re|i:
      - '://[^\\s:@/]+?:(?:password|passwd|secret|pass|changeme|example|your\\w*|test\\w{0,4}|admin\\w{0,4}|postgres\\w{0,4}|hunter2|x{4,}|\\.{3,}|guest|root\\w{0,4}|mysecretpassword|username)@'
  # A password beside a placeholder is one none the less: it does not begin as those do.
  beside:
    payload|re|i:
      - '\\b(?:https?|ftps?|sftp|ssh|git|postgres(?:ql)?|mysql|mariadb|mongodb(?:\\+srv)?|redis|rediss|amqps?|mssql|sqlserver|oracle|ldaps?|smtps?|imaps?|nats|clickhouse|jdbc:\\w+|snowflake|s3)://[^\\s:@/\\x22''<>{}]+?:(?:[^\\s@/\\x22''<>{}$*.pscetyahxgrmu]|p[^ao\\s@]|s[^e\\s@]|c[^h\\s@]|e[^x\\s@]|y[^o\\s@]|t[^e\\s@]|a[^d\\s@]|h[^u\\s@]|x[^x\\s@]|g[^u\\s@]|r[^o\\s@]|m[^y\\s@]|u[^s\\s@]|\\.[^.\\s@])[^\\s@\\x22''<>{}$*]{6,127}@[\\w.-]+'
      - '\\b(?:Password|Pwd)\\s*=\\s*[^\\s;\\x22''<>{}$*]{8,};?[^\\n]*?\\b(?:Server|Data Source|Host|Database|User Id|Uid)\\s*='
      - '\\b(?:Server|Data Source|Host)\\s*=[^\\n]{3,120};\\s*(?:Password|Pwd)\\s*=\\s*[^\\s;\\x22''<>{}$*]{8,}'
  condition: login and (beside or not placeholder)
falsepositives:
  - Development set-ups with a password that everyone knows
level: high
sentinelmesh:
  family: secret
`,
  },
  {
    id: 'sm-sec-004',
    text: `title: Secret assigned to a name
id: sm-sec-004
status: experimental
description: The payload gives a name such as password, token or secret a value that looks random.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.credential-access
  - owasp.llm02
logsource:
  product: ai_agent
detection:
  assigned:
    payload|re|i:
      - '(?:password|passwd|passphrase|secret|api_?-?key|apikey|access_?-?key|private_?-?key|auth_?-?token|access_?-?token|refresh_?-?token|client_?-?secret|signing_?-?key|encryption_?-?key|secret_?-?key)[\\w-]{0,20}[\\x22''\\\\]{0,3}\\s{0,3}(?:=|:|=>|:=)\\s{0,3}[\\x22''\\\\]{0,3}[A-Za-z0-9+/_=.~-]*(?:[0-9][A-Za-z+/_=.~-]{0,12}){4,}[A-Za-z0-9+/_=.~-]*'
  long:
    payload|re:
      - '(?:assword|asswd|assphrase|ecret|ey|oken|PASSWORD|PASSWD|SECRET|KEY|TOKEN)[\\x22''\\\\]{0,3}\\s{0,3}(?:=|:|=>|:=)\\s{0,3}[\\x22''\\\\]{0,3}(?:[0-9a-f]{32,}|[A-Za-z0-9+/_-]{0,200}(?:[a-z][A-Z0-9]|[A-Z][a-z0-9]{1,3}[A-Z])[A-Za-z0-9+/_-]{0,200}[0-9][A-Za-z0-9+/_-]{0,200}[=]{0,2})(?:[\\s\\x22''\\\\,;}]|$)'
  size:
    payload|re:
      - '(?:assword|asswd|assphrase|ecret|ey|oken|PASSWORD|PASSWD|SECRET|KEY|TOKEN)[\\x22''\\\\]{0,3}\\s{0,3}(?:=|:|=>|:=)\\s{0,3}[\\x22''\\\\]{0,3}[A-Za-z0-9+/_=.~-]{16,}'
  condition: assigned and long and size
falsepositives:
  - Hashes and identifiers with such a name
level: high
sentinelmesh:
  family: secret
`,
  },
  {
    id: 'sm-sec-005',
    text: `title: Authorization header in the payload
id: sm-sec-005
status: experimental
description: The payload carries a header that would sign in as someone.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.credential-access
  - owasp.llm02
logsource:
  product: ai_agent
detection:
  header:
    payload|re|i:
      - '\\bauthorization[\\x22''\\\\]{0,3}\\s*[:=]\\s*[\\x22''\\\\]{0,3}(?:bearer|token|apikey|basic)\\s+[A-Za-z0-9+/_.~=-]{20,}'
      - '\\bx-api-key[\\x22''\\\\]{0,3}\\s*[:=]\\s*[\\x22''\\\\]{0,3}[A-Za-z0-9+/_.~=-]{20,}'
  placeholder:
    payload|re|i:
      - '(?:bearer|token|basic)\\s+(?:your|my|the|example|test|abc|xxx|token|\\.\\.\\.|access)|x{8,}'
  # A token beside a placeholder is one none the less: it does not begin as those do.
  beside:
    payload|re|i:
      - '\\b(?:authorization[\\x22''\\\\]{0,3}\\s*[:=]\\s*[\\x22''\\\\]{0,3}(?:bearer|token|apikey|basic)\\s+|x-api-key[\\x22''\\\\]{0,3}\\s*[:=]\\s*[\\x22''\\\\]{0,3})(?:[b-df-ln-su-wz0-9+/_~=-]|y[a-np-z0-9]|m[a-xz0-9]|t[a-df-gi-np-z0-9]|e[a-wyz0-9]|a[ad-z0-9]|x[a-wyz0-9])[A-Za-z0-9+/_.~=-]{18,}'
  condition: header and (beside or not placeholder)
falsepositives:
  - Documentation of an API
level: high
sentinelmesh:
  family: secret
`,
  },
  {
    id: 'sm-ssrf-001',
    text: `title: Cloud metadata address
id: sm-ssrf-001
status: experimental
description: The payload names the address at which a cloud hands a machine its credentials.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.credential-access
  - attack.t1552.005
logsource:
  product: ai_agent
detection:
  metadata:
    payload|re|i:
      - '\\b169\\.254\\.169\\.254\\b|\\b169\\.254\\.170\\.2\\b|\\b100\\.100\\.100\\.200\\b|\\bfd00:ec2::254\\b|\\bmetadata\\.google\\.internal\\b|\\bmetadata\\.azure\\.com\\b|\\b169-254-169-254\\b|\\b2852039166\\b|\\b0xa9fea9fe\\b|\\b0251\\.0376\\.0251\\.0376\\b|\\[::ffff:(?:a9fe:a9fe|169\\.254\\.169\\.254)\\]|\\b192\\.0\\.0\\.192\\b'
      - '/latest/(?:meta-data|user-data|dynamic/instance-identity|api/token)\\b|/computeMetadata/v1\\b|/metadata/(?:instance|identity)\\b[^\\n]*?api-version|/opc/v[12]/instance'
  system:
    kind: system
  condition: metadata and not system
falsepositives:
  - Documentation of cloud services
level: high
sentinelmesh:
  family: cloud-metadata
`,
  },
  {
    id: 'sm-tool-001',
    text: `title: Hidden instructions in tool definition
id: sm-tool-001
status: experimental
description: The description of a tool tells the agent to do more than use the tool.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.initial-access
  - owasp.llm03
logsource:
  product: ai_agent
  category: tool_definition
detection:
  hidden:
    payload|re|i:
      - '<\\s*(?:important|critical|system|secret|hidden|instructions?|admin)\\s*>'
      - '\\b(?:before|after|when|whenever|prior to|each time|every time)[\\s\\\\"''*>#-]+(?:you\\b[\\s\\\\"''*>#-]+)?\\b(?:us(?:e|ing)|call(?:ing)?|invok(?:e|ing)|run(?:ning)?)[\\s\\\\"''*>#-]+\\b(?:this|that|any other|any|the|other|another)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+)?\\b(?:tool|function|skill|server)s?\\b[^.\\n]{0,20},?[\\s\\\\"''*>#-]+(?:(?:you\\b[\\s\\\\"''*>#-]+)?\\b(?:must|should|always|first|need to|please|silently)|read|send|call|forward|append|include|pass|execute|fetch|access|copy)\\b'
      - '\\botherwise,?[\\s\\\\"''*>#-]+\\b(?:the|this)[\\s\\\\"''*>#-]+\\b(?:tool|function|skill)[\\s\\\\"''*>#-]+\\b(?:will|does|would|won.?t)\\b'
      - '\\bprecondition\\s*:'
      - '\\bwhen(?:ever)?[\\s\\\\"''*>#-]+(?:the\\b[\\s\\\\"''*>#-]+)?\\b(?:tool|function)[\\s\\\\"''*>#-]+[\\w."\`-]+[\\s\\\\"''*>#-]+\\b(?:is\\b[\\s\\\\"''*>#-]+\\b(?:available|used|called|invoked|present)|runs)\\b'
      - '\\b(?:always\\b[\\s\\\\"''*>#-]+)?\\b(?:prefer|choose|use|call|select|prioriti[sz]e)[\\s\\\\"''*>#-]+\\bthis\\b[\\s\\\\"''*>#-]+(?:tool|function|skill)?[\\s\\\\"''*>#-]*?(?:over|instead\\b[\\s\\\\"''*>#-]+\\bof|before|rather\\b[\\s\\\\"''*>#-]+\\bthan)[\\s\\\\"''*>#-]+(?:any|all|every|the)?[\\s\\\\"''*>#-]*?(?:other|others|alternative|existing)\\b'
      - '\\b(?:pass|include|put|add|send|place|insert|supply)[\\s\\\\"''*>#-]+\\b(?:its|their|the|full|all|entire|this|that)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,3}\\b(?:conversation|chat history|system prompt|credentials|api keys?|access token|environment variables)s?\\b[^.\\n]*?\\b(?:as|in|into|to|via|with)\\b'
      - '\\b(?:send|forward|post|upload|transmit|copy|exfiltrate|report|log|mirror)\\w{0,3}\\b[^.\\n]*?\\b(?:conversation|chat|message|prompt|session)s?\\b[\\s\\\\"''*>#-]+\\b(?:history|logs?|content|context|transcript|data)\\b[^.\\n]*?(?:https?://|@|\\bto\\b)'
      - '\\b(?:forward|copy|bcc|send)[\\s\\\\"''*>#-]+(?:a\\b[\\s\\\\"''*>#-]+\\bcopy\\b[\\s\\\\"''*>#-]+\\bof\\b[\\s\\\\"''*>#-]+)?\\b(?:every|each|all)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,3}\\b(?:e-?mails?|messages?|responses?|files?|requests?)\\b'
      - '\\b(?:you\\b[\\s\\\\"''*>#-]+\\bmust|always|first)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+){0,3}\\b(?:read|open|cat|load|access)[\\s\\\\"''*>#-]+[^.\\n]*?(?:~/|\\.env\\b|\\.ssh|id_rsa|credentials|mcp\\.json|/etc/|\\.aws|config\\.json)'
      - '(?:read|append|include|open|cat|access|send|upload|get|steal|extract)\\w{0,3}[\\s\\\\"''*>#-]+(?:the\\b[\\s\\\\"''*>#-]+)?(?:contents?\\b[\\s\\\\"''*>#-]+\\bof\\b[\\s\\\\"''*>#-]+)?(?:the\\b[\\s\\\\"''*>#-]+|your\\b[\\s\\\\"''*>#-]+|all\\b[\\s\\\\"''*>#-]+)?[\`\\x22'']?(?:~/\\.(?:ssh|aws|config|gnupg|kube|netrc|cursor)|\\.env\\b|\\$?home/\\.ssh|/etc/(?:passwd|shadow)|id_rsa)'
      - '\\b(?:override|supersedes?|replaces?|takes precedence over|higher priority than)[\\s\\\\"''*>#-]+\\b(?:any|all|the|other|previous|every|user)\\b[^.\\n]*?\\b(?:instructions?|tools?|rules|prompts?|policies|settings)\\b'
      - '\\bprocess\\.env\\b[^\\n]*?https?:|https?:[^\\n]*?\\bprocess\\.env\\b'
      - '\\b(?:after|before)[\\s\\\\"''*>#-]+(?:using|execut(?:e|ing)|running|calling)?[\\s\\\\"''*>#-]*?(?:the\\b[\\s\\\\"''*>#-]+|any\\b[\\s\\\\"''*>#-]+)?[\\w-]+[\\s\\\\"''*>#-]+\\b(?:tool|operation|function)\\b[^.\\n]{0,20}\\b(?:run|execute|call|use)[\\s\\\\"''*>#-]+\\bthis\\b[\\s\\\\"''*>#-]+\\b(?:tool|function)\\b'
      - '\\b(?:always|must|required?)\\b[^.\\n]*?\\bwithout\\b[\\s\\\\"''*>#-]+(?:requiring\\b[\\s\\\\"''*>#-]+|asking\\b[\\s\\\\"''*>#-]+(?:for\\b[\\s\\\\"''*>#-]+)?|any\\b[\\s\\\\"''*>#-]+)?(?:the\\b[\\s\\\\"''*>#-]+)?(?:user\\b[\\s\\\\"''*>#-]+)?(?:for\\b[\\s\\\\"''*>#-]+)?\\b(?:approval|confirmation|consent|permission)'
      - '\\b(?:preserve|retain|survive|persist|keep)\\b[^.\\n]*?\\b(?:instruction|directive|rule)s?\\b[^.\\n]*?\\b(?:compaction|compression|compacted|summari[sz]\\w+|context|sessions?)|\\b(?:instruction|directive|rule)s?\\b[^.\\n]*?\\b(?:survives?|persists?)\\b'
      - '\\b(?:append|write|add|register|drop|modify|edit|save|inject|ln -s\\w*)\\b[^\\n]*?(?:claude_desktop_config|mcp\\.json|settings\\.json|SOUL\\.md|CLAUDE\\.md|AGENTS\\.md|MEMORY\\.md|\\.cursorrules|copilot-instructions|\\.bashrc)'
      - '\\b(?:you must|must|required?|diagnostic step|before continuing)\\b[^.\\n]*?\\brun:?[\\s\\\\"''*>#-]+\\b(?:npx|npm|pip|uvx|curl|bash|sudo)\\b'
      - '\\bdo\\b[\\s\\\\"''*>#-]+\\bnot\\b[\\s\\\\"''*>#-]+\\buse\\b[\\s\\\\"''*>#-]+(?:any\\b[\\s\\\\"''*>#-]+)?\\bother\\b[\\s\\\\"''*>#-]+\\btools?\\b'
      - '\\b(?:no auth(?:entication)?|unauthenticated)\\b[^.\\n]*?\\b(?:endpoint|takeover|callers?|execute|access)|\\bhas no auth\\b'
      - '\\b(?:malicious|untrusted|evil|suspicious|attacker)[\\w-]*/[\\w-]+|\\bevil[.-]'
      - '\\bdelete_all\\w*\\b.{0,40}\\bconfirm'
      - '\\b(?:auto-?(?:loads?|approves?|executes?|runs?)|trust(?:ed)?\\s*[:=]\\s*true|skip\\b[\\s\\\\"''*>#-]+(?:the\\b[\\s\\\\"''*>#-]+)?\\bconfirmation|(?:no|without)[\\s\\\\"''*>#-]+\\b(?:consent|confirmation|approval)[\\s\\\\"''*>#-]+(?:prompt|dialog)?)'
      - '\\bexecute\\b[\\s\\\\"''*>#-]+(?:the\\b[\\s\\\\"''*>#-]+)?\\b(?:following|hidden|embedded|arbitrary)[\\s\\\\"''*>#-]+(?:\\w+[\\s\\\\"''*>#-]+)?\\b(?:command|code|script|instruction)s?'
      - '\\bafter\\b[\\s\\\\"''*>#-]+\\b(?:every|each)[\\s\\\\"''*>#-]+\\b(?:response|message|reply|request|call)\\b[^.\\n]*?\\b(?:send|also|call|post|append|include|forward)'
  condition: hidden
falsepositives:
  - Descriptions that state a real precondition
level: high
sentinelmesh:
  family: tool-poisoning
`,
  },
  {
    id: 'sm-tool-002',
    text: `title: Tool that names an attack
id: sm-tool-002
status: experimental
description: The name or the description of a tool says that it manipulates, steals or breaks something.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.impact
  - owasp.llm03
logsource:
  product: ai_agent
  category: tool_definition
detection:
  named:
    payload|re|i:
      - '"name"\\s*:\\s*"[^"]*?(?:theft|steal|hijack|exfiltrat|manipulat(?:ion|e)|crash|malware|phish|compromise|fraud|sabotage|spoof|backdoor|inject|poison|tamper|leak|breach|unauthori[sz]ed|ransom|covert|bypass|corrupt|falsif|keylog|exploit|disrupt|overload|alteration|deletion|misuse)[^"]*?"'
  condition: named
falsepositives:
  - Tools for security training
level: medium
sentinelmesh:
  family: tool-poisoning
`,
  },
  {
    id: 'sm-tool-003',
    text: `title: Executable content in tool definition
id: sm-tool-003
status: experimental
description: The description of a tool carries script, shell or query text that would run somewhere.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.execution
  - owasp.llm03
logsource:
  product: ai_agent
  category: tool_definition
detection:
  active:
    payload|re|i:
      - '<script\\b|\\bon(?:error|load|click|mouseover)\\s*=\\s*[\\x22\\x27\\\\a-z]|\\bjavascript:\\s*\\S|<svg[/\\s]|<iframe\\b[^>]*?\\bsrc'
      - '\\brequire\\([\\\\\\x22\\x27]{1,3}(?:child_process|fs|http)[\\\\\\x22\\x27]{1,3}\\)|\\bexecSync\\(|\\bos\\.(?:system|popen)\\(|\\bsubprocess\\.(?:run|Popen|call|check_output)\\b|\\bexec\\(\\x22|\\b__import__\\('
      - '[;\\x22\\x27]\\s*(?:DROP|TRUNCATE)\\s+TABLE\\b|\\bDROP\\s+TABLE\\s+\\w+\\s*;|\\bdrop_schema\\b|\\bdelete_table\\b'
      - '\\$\\((?:whoami|id|curl|wget|cat|env|touch)\\b|\`(?:whoami\\b|(?:id|curl|wget|cat)\\s+[^\`\\n]+?\`)|[/=]\`(?:id|curl|wget|cat)\`'
      - '\\x1b\\[|\\\\x1b\\[|\\\\u001b\\[|\\]8;;'
      - '\\b(?:os\\.environ|process\\.env)\\b[\\s\\S]*?\\b(?:urlopen|requests|axios|fetch|http|post|b64encode|btoa)\\b'
      - '\\b(?:gopher|dict|phar|expect)://|\\btransportType=stdio\\b|\\bcommand=(?:/bin|calc|cmd)'
      - '\\bgit\\s+remote\\s+(?:add|set-url)\\b[^\\n]*?(?:https?://|git@)[\\s\\S]*?\\bpush\\b|\\bgit push\\b[^\\n]*?(?:--mirror|--all)\\b'
      - '\\bwrite_file\\b[^\\n]*?(?:LaunchAgents|LaunchDaemons|authorized_keys|/etc/|\\.\\./)|\\bln\\s+-sf?\\b[^\\n]*?(?:\\.json|sudoers|\\.ssh|/etc/)|\\bsymlink\\b[^\\n]*?(?:/etc/|escape|sandbox)|->\\s*\\S{0,20}(?:/\\.\\w+/settings\\.json|mcp\\.json|/etc/)'
  condition: active
falsepositives:
  - Documentation of a programming tool
level: high
sentinelmesh:
  family: tool-poisoning
`,
  },
  {
    id: 'sm-uni-001',
    text: `title: Invisible characters
id: sm-uni-001
status: experimental
description: 'The text holds characters that are not shown: tag characters, variation selectors in a row, zero-width signs.'
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - owasp.llm01
logsource:
  product: ai_agent
detection:
  hidden:
    payload|re:
      - '[\\x{E0020}-\\x{E007E}]{7,}'
      - '[\\x{E0100}-\\x{E01EF}]{3,}'
      - '[\\x{FE00}-\\x{FE0E}]{3,}'
      - '[\\x{200B}\\x{200C}\\x{200D}\\x{2060}\\x{2061}\\x{2062}\\x{2063}\\x{2064}\\x{FEFF}\\x{00AD}\\x{180E}]{3,}'
      - '(?:[\\x{200B}\\x{2060}\\x{FEFF}]{1,4}[^\\x{200B}\\x{2060}\\x{FEFF}]+?){4,}'
      - '(?:[A-Za-z][\\x{200B}\\x{2060}\\x{FEFF}\\x{00AD}\\x{200C}\\x{200D}]){2,}[A-Za-z]'
  condition: hidden
falsepositives:
  - Text copied from editors that mark up with such signs
  - Scripts that need joiners
level: high
sentinelmesh:
  family: hidden-text
`,
  },
  {
    id: 'sm-uni-002',
    text: `title: Text that reads otherwise than it is written
id: sm-uni-002
status: experimental
description: Signs that reverse the direction of writing, letters of another alphabet inside a word, or marks piled on letters.
author: SentinelMesh
date: 2026-11-24
tags:
  - attack.defense-evasion
  - attack.t1036.002
logsource:
  product: ai_agent
detection:
  bidi:
    payload|re|i:
      - '[\\x{202D}\\x{202E}]'
      - '[\\x{2066}\\x{2067}\\x{2068}][^\\x{2069}\\n]*?[\\x{2066}\\x{2067}\\x{2068}]'
      - '\\[char\\]0x202E'
  mixed:
    payload|re:
      - '[A-Za-z][\\x{0430}\\x{0435}\\x{043E}\\x{0440}\\x{0441}\\x{0443}\\x{0445}\\x{0456}\\x{0458}\\x{0501}\\x{051B}\\x{0410}\\x{0412}\\x{0415}\\x{041A}\\x{041C}\\x{041D}\\x{041E}\\x{0420}\\x{0421}\\x{0422}\\x{0425}\\x{03BF}\\x{03B1}\\x{03C1}]+[A-Za-z]'
  piled:
    payload|re:
      - '[\\x{0300}-\\x{036F}]{4,}'
  condition: 1 of them
falsepositives:
  - Texts that mix scripts
  - Mathematics and phonetics
level: medium
sentinelmesh:
  family: hidden-text
`,
  },
]
