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
      - '/dev/(?:tcp|udp)/[^\\s/\\x22]{1,80}/\\d{1,5}'
      - '\\b(?:nc|ncat|netcat|nc\\.exe|nc\\.traditional|busybox nc|socat)\\b[^\\n|;]{0,120}(?:\\s-[a-z]*[ec]\\s*[\\x22\\x27]?(?:/bin/|/usr/bin/)?(?:ba|z|da|k|c)?sh|\\s-e\\s|--(?:sh-)?exec|exec:|system:)'
      - '\\b(?:ba|z|da|k|a)?sh\\b[^\\n]{0,20}-i\\b[^\\n]{0,60}(?:\\||<|>|0>&1|2>&1)[^\\n]{0,80}\\b(?:nc|ncat|netcat|openssl|socat|telnet|curl|/dev/)\\b'
      - '\\bmkfifo\\b[^\\n]{0,160}\\b(?:nc|ncat|netcat|openssl|telnet|socat|curl)\\b'
      - '\\btelnet\\s+\\S+\\s+\\d+\\s*(?:0<|\\|)[^\\n]{0,60}\\b(?:ba|z|da|k)?sh\\b'
      - '\\bsocket\\b[^\\n]{0,400}\\b(?:connect|PeerAddr|bind)\\b[\\s\\S]{0,400}(?:dup2|subprocess|pty\\.spawn|popen|/bin/(?:ba)?sh|fdopen|>&|cmd\\.exe|exec|Process)'
      - '\\b(?:TCPSocket|Socket\\.tcp|TCPServer)\\b[\\s\\S]{0,300}\\b(?:exec|popen|Process|sh)\\b'
      - '\\bfsockopen\\s*\\([\\s\\S]{0,200}\\b(?:exec|system|shell_exec|proc_open|popen|passthru|sh)\\b'
      - '\\bNet\\.Sockets\\.TCPClient\\b[\\s\\S]{0,800}\\b(?:GetStream|iex|Invoke-Expression)\\b'
      - '\\b(?:perl|ruby|python[23]?|php|lua|node|awk|gawk|go)\\b[\\s\\S]{0,80}\\b(?:socket|IO::Socket|TCPSocket|fsockopen|net\\.connect|net\\.Socket|/inet/tcp|net\\.Dial)\\b[\\s\\S]{0,400}(?:sh\\b|exec|system|spawn|open\\()'
      - '/inet/(?:tcp|udp)/'
      - '\\bmsfvenom\\b|\\bmeterpreter\\b|\\breverse_(?:tcp|https?|shell|python|bash|perl)\\b|\\bbind_tcp\\b'
      - '\\bpty\\.spawn\\b|\\bscript\\s+(?:-qc?\\s+)?(?:/bin/(?:ba)?sh\\s+)?/dev/null\\b[^\\n]{0,40}(?:nc|tcp)'
      - '(?:\\\\x[0-9a-f]{2}){24,}'
      - '\\bRuntime\\.getRuntime\\(\\)\\.exec\\b[\\s\\S]{0,120}(?:sh\\b|cmd)'
      - '\\bopenssl\\s+s_client\\b[^\\n]{0,120}(?:\\|\\s*/?(?:bin/)?(?:ba)?sh|>\\s*/tmp|-quiet)'
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
      - '\\b(?:curl|wget|fetch|lwp-download|aria2c)\\b[^\\n|]{0,300}\\|\\s*(?:sudo\\s+)?(?:-E\\s+)?(?:env\\s+)?(?:/usr)?(?:/bin/)?(?:ba|z|da|k|a)?(?:sh|python[23]?|perl|ruby|node|php|pwsh)\\b'
      - '\\b(?:ba|z|da)?sh\\s+(?:-c\\s+)?[\\x22\\x27]?(?:<\\(|\\$\\(|\`)\\s*(?:curl|wget)\\b'
      - '\\b(?:eval|source|\\.)\\s+[\\x22\\x27]?(?:<\\(|\\$\\(|\`)\\s*(?:curl|wget)\\b'
      - '\\b(?:iex|invoke-expression)\\b[\\s\\S]{0,120}\\b(?:downloadstring|iwr|irm|invoke-webrequest|invoke-restmethod|net\\.webclient|webclient|curl|wget)\\b'
      - '\\b(?:downloadstring|iwr|irm|invoke-webrequest|invoke-restmethod)\\b[\\s\\S]{0,200}\\|\\s*(?:iex|invoke-expression)\\b'
      - '\\bdownload(?:string|data)\\s*\\('
      - '\\b(?:curl|wget|invoke-webrequest|iwr|bitsadmin|certutil)\\b[^\\n]{0,240}(?:-o|-O|--output|-outfile|>|/transfer)\\b?[^\\n]{0,240}(?:&&|;|\\n)\\s*(?:sudo\\s+)?(?:chmod\\s+(?:\\+x|a\\+x|u\\+x|7[0-7]{2})|bash|sh|start-process|\\./|start |python|perl)'
      - '\\b(?:curl|wget)\\b[^\\n]{0,300}\\.(?:sh|py|pl|elf|bin|exe)\\b[^\\n]{0,80}(?:&&|;)\\s*(?:sudo\\s+)?(?:ba)?sh\\b'
      - '\\bpython[23]?\\s+-c\\b[^\\n]{0,200}\\b(?:urlopen|requests\\.get|urllib)\\b[^\\n]{0,200}\\bexec\\b|\\bexec\\s*\\(\\s*(?:requests\\.get|urllib|__import__)'
      - '\\bstart-bitstransfer\\b|\\bcertutil(?:\\.exe)?\\b[^\\n]{0,80}-(?:urlcache|decode|verifyctl)\\b|\\bbitsadmin(?:\\.exe)?\\b[^\\n]{0,80}/(?:transfer|addfile|create)\\b'
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
      - '\\brm\\b[^\\n;|]{0,60}--no-preserve-root'
      - '\\bdd\\b[^\\n;|]{0,120}\\bof=/dev/(?:sd|hd|nvme|xvd|vd|disk|mmcblk)'
      - '\\bmkfs(?:\\.\\w+)?\\s+(?:-\\S+\\s+)*/dev/(?:sda|nvme0n1|vda|xvda|hda)\\b'
      - ':\\(\\)\\s*\\{\\s*:\\s*\\|\\s*:\\s*&\\s*\\}'
      - '\\bvssadmin(?:\\.exe)?\\b[^\\n]{0,40}\\b(?:delete|resize)\\s+shadow'
      - '\\bwmic(?:\\.exe)?\\b[^\\n]{0,30}\\bshadowcopy\\b[^\\n]{0,20}\\bdelete\\b|\\bwin32_shadowcopy\\b[^\\n]{0,80}(?:delete|remove)'
      - '\\bwbadmin(?:\\.exe)?\\b[^\\n]{0,20}\\bdelete\\b|\\bbcdedit(?:\\.exe)?\\b[^\\n]{0,60}(?:recoveryenabled|bootstatuspolicy|safeboot)'
      - '\\bdiskshadow(?:\\.exe)?\\b|\\bdelete shadows\\b'
      - '\\breagentc(?:\\.exe)?\\s+/disable\\b|\\bcipher(?:\\.exe)?\\s+/w:|\\bsdelete\\w*(?:\\.exe)?\\b'
      - '\\bdiskpart\\b[^\\n]{0,80}\\bclean\\b|\\bformat\\s+[c-z]:\\s*/[yq]|\\bdel\\s+(?:/[fsqa]\\s+){2,}[a-z]:\\\\'
      - '\\bdisable-computerrestore\\b|\\bschtasks(?:\\.exe)?\\b[^\\n]{0,80}systemrestore[^\\n]{0,20}/disable'
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
      - '\\bcrontab\\s+-(?:\\s|$|\\))|\\|\\s*crontab\\b|>>?\\s*[\\x22\\x27]?/etc/(?:cron[\\w.]*|crontab|anacrontab)|>>?\\s*/var/spool/cron|\\b(?:cp|mv|install|tee)\\b[^\\n]{0,120}/etc/cron'
      - '\\bschtasks(?:\\.exe)?\\b[^\\n]{0,40}/create\\b|\\b(?:New|Register)-ScheduledTask\\b|\\bat(?:\\.exe)?\\s+\\d{1,2}:\\d{2}\\s+(?:/interactive|/every)'
      - '\\\\(?:CurrentVersion|Windows NT\\\\CurrentVersion)\\\\(?:Run(?:Once(?:Ex)?|Services(?:Once)?)?|Winlogon|Image File Execution Options|Explorer\\\\(?:Shell Folders|User Shell Folders|Run)|AppCertDlls|SilentProcessExit)\\b'
      - '\\b(?:Start Menu|startmenu)[\\\\/]+Programs[\\\\/]+Startup\\b|shell:startup'
      - '\\b(?:cp|mv|echo|cat|tee|printf|install|ln|launchctl|plutil|touch|>)\\b[^\\n]{0,200}/(?:LaunchAgents|LaunchDaemons|StartupItems|Library/Scripts|emond\\.d)\\b|\\blaunchctl\\s+(?:load|submit|bootstrap)\\b'
      - '(?:>>?|tee(?:\\s+-a)?|cp\\s+\\S+|mv\\s+\\S+|install\\s+\\S+|ln\\s+\\S+\\s+\\S+)\\s*[\\x22\\x27]?(?:/etc/systemd/|/lib/systemd/|/usr/lib/systemd/|/usr/local/lib/systemd/|~/\\.config/systemd|/etc/init\\.d|/etc/rc\\.|/etc/rc\\.d|/usr/local/etc/rc\\.d|/etc/profile|/etc/update-motd|/etc/ld\\.so\\.preload|/etc/xdg/autostart|~/\\.config/autostart|\\$HOME/\\.config/autostart|/etc/pam\\.d|/lib/udev|/etc/udev|/etc/apt/apt\\.conf\\.d)'
      - '(?:>>?|tee(?:\\s+-a)?)\\s*[\\x22\\x27]?\\S{0,60}(?:~|\\$HOME|/root|/home/[^\\s/]+|\\$\\w+)?/?\\.(?:bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zprofile|zshenv|zlogin|cshrc|xinitrc|xsession|vimrc|shrc|login)\\b'
      - '(?:>>?|tee(?:\\s+-a)?|cp\\s+\\S+|ssh-copy-id)\\s*[\\x22\\x27]?\\S{0,80}authorized_keys\\b'
      - '\\bsc(?:\\.exe)?\\s+(?:\\\\\\\\\\S+\\s+)?create\\s+\\S+\\s[^\\n]{0,80}binpath|\\bNew-Service\\b[^\\n]{0,120}-BinaryPath|\\bsc(?:\\.exe)?\\s+config\\s+\\S+\\s+binpath'
      - '\\b(?:__EventFilter|CommandLineEventConsumer|__FilterToConsumerBinding|ActiveScriptEventConsumer)\\b|\\bmofcomp(?:\\.exe)?\\b'
      - '\\b(?:sethc|utilman|osk|magnify|narrator|displayswitch|atbroker)\\.exe\\b[^\\n]{0,120}\\b(?:cmd|copy|debugger|reg|takeown)|\\b(?:copy|reg add)\\b[^\\n]{0,160}\\b(?:sethc|utilman|osk|magnify|narrator)\\.exe'
      - '\\bInprocServer32\\b|\\bTreatAs\\b[^\\n]{0,40}|\\bscrnsave\\.exe\\b|\\bUserInitMprLogonScript\\b|\\bnetsh(?:\\.exe)?\\s+add\\s+helper\\b|\\bCOR_PROFILER\\b|\\bAppInit_DLLs\\b|\\bNotification Packages\\b|\\bSecurity Packages\\b|\\bMonitors\\\\\\S+[^\\n]{0,60}Driver\\b|\\bTimeProviders\\b|\\bDefault(?:Password|UserName)\\b[^\\n]{0,40}Winlogon'
      - '\\btrap\\s+[\\x22\\x27][^\\x22\\x27\\n]{1,200}[\\x22\\x27]\\s+(?:DEBUG|EXIT|INT|ERR)\\b[^\\n]{0,40}'
      - '\\bsystemctl\\s+(?:--user\\s+)?enable\\b[^\\n]{0,60}(?:/tmp|art-|evil|\\.timer)|\\binsmod\\b|\\bmodprobe\\s+\\S*(?:/|evil|rootkit)|\\bkldload\\b|\\bkextload\\b'
      - '\\b(?:Command Processor|Microsoft\\.PowerShell_profile|\\$PROFILE)\\b[^\\n]{0,120}\\b(?:AutoRun|Add-Content|Set-Content|>>|-Value)|\\bAdd-Content\\s+\\$PROFILE'
      - '(?:>>?|tee(?:\\s+-a)?|sed\\s+-i[^\\n]{0,120}|cp\\s+\\S+)\\s*[\\x22\\x27]?/etc/pam\\.d/|\\bsed\\b[^\\n]{0,120}/etc/pam\\.d/'
      - '\\bsitecustomize\\b|\\busercustomize\\b|\\bgetusersitepackages\\b|\\bsite\\.getsitepackages\\b[^\\n]{0,200}\\.pth|\\bAutodialDLL\\b|\\bsdbinst(?:\\.exe)?\\b|\\bset-servicebinarypath\\b|\\bNew-WebGlobalModule\\b|\\bappcmd(?:\\.exe)?\\b[^\\n]{0,60}\\b(?:install|add)\\s+module|\\btermsrv\\.dll\\b|\\bPhishing\\w*\\.\\w{3,4}\\b'
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
      - '\\b(?:Set|Add|Remove)-MpPreference\\b|\\bMpCmdRun(?:\\.exe)?\\b[^\\n]{0,40}-(?:RemoveDefinitions|Restore)|\\bDisable(?:AntiSpyware|AntiVirus|RealtimeMonitoring|BehaviorMonitoring|IOAVProtection|ScriptScanning|OnAccessProtection|BlockAtFirstSeen|ArchiveScanning|IntrusionPreventionSystem|ScanOnRealtimeEnable)\\b|\\bTamperProtection\\b|\\bWindows Defender\\\\+(?:Features|Exclusions|Real-Time|Spynet|UX|Windows Defender Exploit)'
      - '\\b(?:sc|net|net1|taskkill|Stop-Service|Set-Service|Remove-Service|Stop-Process|sc\\.exe|net\\.exe|taskkill\\.exe|Uninstall-WindowsFeature|Get-Service|fltmc(?:\\.exe)?|wmic)\\b[^\\n]{0,100}\\b(?:WinDefend|Windows-Defender\\w*|Sysmon\\w*|SysmonDrv|EventLog|wuauserv|MsMpEng|McAfee\\w*|Sense|MsSense|WdNisSvc|wscsvc|mpssvc|MpsSvc|SecurityHealthService|CSFalcon\\w*|cbdefense|CarbonBlack|Symantec|Sophos|AVP|ekrn|bits|Spooler|SharedAccess|tmlisten|CylanceSvc|SentinelAgent)\\b'
      - '\\bnetsh(?:\\.exe)?\\s+(?:advfirewall\\s+(?:set|firewall)|firewall\\s+(?:set|add))\\b[^\\n]{0,160}(?:\\boff\\b|disable|action\\s*=\\s*allow|opmode|\\bdelete\\b)|\\b(?:New|Set)-NetFirewall(?:Rule|Profile)\\b[^\\n]{0,160}\\b(?:Allow|False)\\b|\\bEnableFirewall\\b'
      - '\\bufw\\s+(?:--force\\s+)?(?:disable|reset|delete|allow\\s+(?:from\\s+any|\\d+/))|\\biptables\\s+(?:-t\\s+\\w+\\s+)?-F\\b|\\bsetenforce\\s+0\\b|\\bsystemctl\\s+(?:stop|disable|mask)\\b[^\\n]{0,60}\\b(?:firewalld|ufw|auditd|rsyslog|apparmor|selinux|falcon-sensor|clamav\\S*|fail2ban|osqueryd|wazuh\\S*|cbdaemon|syslog\\S*|sysmon)\\b|\\bservice\\s+(?:\\S*(?:auditd|rsyslog|syslogd?|iptables|ufw|cbdaemon|falcon-sensor|pf|ipfw))\\s+(?:stop|onestop|disable)\\b|\\bchkconfig\\s+off\\b'
      - '\\bauditctl\\s+-(?:e\\s*0|D|W)\\b|\\bauditpol(?:\\.exe)?\\b[^\\n]{0,40}/(?:clear|remove|set|restore)|\\b(?:>|>>|tee|sed\\s+-i)\\b?[^\\n]{0,120}/etc/(?:audit/?|audisp|rsyslog\\S*|syslog\\S*|ufw/|default/ufw|security/audit|pf\\.conf|hosts\\.(?:allow|deny))'
      - '\\bAmsiUtils\\b|\\bamsiInitFailed\\b|\\bAmsiScanBuffer\\b|\\bamsi\\.dll\\b|\\bAmsiEnable\\b|\\bMicrosoft\\\\+AMSI\\\\+Providers\\b|\\bEtwEventWrite\\b|\\bCOMPlus_ETWEnabled\\b|\\blogman(?:\\.exe)?\\b[^\\n]{0,40}\\b(?:stop|update|delete)\\b|\\bScriptBlockLogging\\b|\\bEnableLUA\\b|\\bConsentPromptBehaviorAdmin\\b|\\bPromptOnSecureDesktop\\b'
      - '\\bSystem\\\\+(?:CurrentControlSet|ControlSet001)\\\\+(?:Control\\\\+(?:SecurityProviders|Lsa|DeviceGuard|CI\\\\|Terminal Server|Minint|SafeBoot)|Services\\\\+(?:EventLog|WinDefend|Sysmon|mpssvc|SharedAccess|LanManServer|wuauserv))'
      - '\\b(?:UseLogonCredential|LocalAccountTokenFilterPolicy|RunAsPPL|DisableRestrictedAdmin|AllowEncryptionOracle|LmCompatibilityLevel|VBAWarnings|AccessVBOM|DisableProtectedView\\w*|DisableCMD|DisableTaskMgr|DisableRegistryTools|ChannelAccess|SmartScreenEnabled|EnableSmartScreen|DisableNotificationCenter|HideSCA\\w*|NoLogOff|NoClose|shutdownwithoutlogon|fInheritInitialProgram|MaxConnectionsPer\\w+)\\b'
      - '\\breg(?:\\.exe)?\\s+(?:add|delete|import)\\b\\s*[\\x22\\x27]?(?:HKLM|HKEY_LOCAL_MACHINE|HKCU|HKEY_CURRENT_USER)(?::)?\\\\+(?:Software|System)\\\\+(?:Microsoft|Policies|CurrentControlSet|WOW6432Node|Classes)\\b'
      - '\\b(?:New|Set|Remove)-Item(?:Property)?\\b[^\\n]{0,60}(?:HKLM|HKCU|Registry::HKEY_\\w+):?\\\\+(?:Software|System)\\\\+(?:Microsoft|Policies|CurrentControlSet|WOW6432Node|Classes)\\b|\\bset(?:-|)registry\\w*|\\$registryPath\\s*=\\s*[\\x22\\x27]HKLM'
      - '\\bsystemd-journald?\\b|\\bETWEnabled\\b|\\bswapoff\\s+-a\\b|\\bdrop_caches\\b|\\bdontLog:true\\b|\\bNrptRule\\b|\\bNew-NetQosPolicy\\b|>>?\\s*/etc/(?:syslog|audit|rsyslog|audisp|security)|\\bpfctl\\s+-\\w*[dF]|\\|\\s*pfctl\\b'
      - '\\b(?:copy|cp|copy-item|mv|move|ren(?:ame)?)\\b[^\\n]{0,160}\\\\system32\\\\[\\w]+\\.exe[^\\n]{0,160}\\.exe|\\.(?:pdf|docx?|xlsx?|png|jpe?g|txt|mp4)\\.(?:exe|sh|bat|scr|vbs|cmd|lnk|js)\\b|\\becho\\b[^\\n]{0,30}#!/bin/[^\\n]{0,20}>\\s*\\S+\\.(?:png|jpg|pdf|txt|docx?)\\b|\\bmount\\s+-B\\b|\\bprctl_rename\\b'
      - '\\breg(?:\\.exe)?\\s+(?:add|delete|import)\\b[^\\n]{0,160}\\\\+(?:Policies|SystemRestore|Windows Defender|Security Center|ImmersiveShell|Internet Settings|Lsa|WDigest|FVE|Terminal Server|Winlogon|MyComputer|EventLog|Trust(?:ed|Center)|Office\\\\+\\d+\\.\\d+)\\b'
      - '\\b(?:New|Set|Remove)-Item(?:Property)?\\b[^\\n]{0,160}(?:HKLM|HKCU|HKEY_\\w+|Registry::)[^\\n]{0,120}\\\\+(?:Policies|Windows Defender|Security Center|ImmersiveShell|Internet Settings|Lsa|WDigest|EventLog|FVE|Winlogon|ASR|Office\\\\+\\d+\\.\\d+)\\b'
      - '\\bspctl\\s+--(?:master|global)-disable\\b|\\bcsrutil\\s+disable\\b|\\bxattr\\s+-(?:d|c|r[dc]?)\\b[^\\n]{0,40}(?:quarantine|\\S+\\.app)|\\blaunchctl\\s+(?:unload|remove|bootout)\\b|\\bdefaults\\s+write\\b[^\\n]{0,60}(?:LSQuarantine|loginwindow|com\\.apple\\.alf)'
      - '\\bsysctl\\s+-w\\s+kernel\\.(?:randomize_va_space|yama|kptr_restrict)|\\bkernel\\.(?:randomize_va_space|dmesg_restrict)\\s*=\\s*0|\\bLD_PRELOAD=|/etc/ld\\.so\\.preload\\b'
      - '\\bSet-ExecutionPolicy\\b[^\\n]{0,40}\\b(?:Bypass|Unrestricted)\\b|\\bpowershell(?:\\.exe)?\\b[^\\n]{0,80}-(?:ep|exec\\w*|executionpolicy)\\s+bypass\\b[^\\n]{0,200}(?:-c|-f|iex|-w\\s+hidden|download)'
      - '\\bmasquerad|\\bsvchost\\.exe\\b[^\\n]{0,60}(?:TEMP|Copy)|\\b(?:copy|cp|Copy-Item)\\b[^\\n]{0,120}\\b(?:cscript|wscript|cmd|powershell|rundll32|lsass|svchost|sh|python\\d?)(?:\\.exe)?[\\x22\\x27]?\\s+[^\\n]{0,80}(?:temp|tmp|appdata|crond|svchost|lsass|taskhost\\w*)'
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
      - '(?:^|[\\s;&|(])(?:truncate|tee|shred|rm|unlink|srm|wipe|mv|ln|sed\\s+-i|dd|touch|cp\\s+/dev/null)\\b[^\\n;]{0,120}[\\s\\x22\\x27>=]/(?:private/)?var/(?:log|spool/mail|mail|audit|adm|lib/docker/containers)\\b[^\\n]{0,60}'
      - '>\\s*[\\x22\\x27]?/var/(?:log|spool/mail|mail|audit)\\b|>\\s*[\\x22\\x27]?(?:~|\\$HOME|/root|/home/[^\\s/]+)?/?\\.(?:bash|zsh|python|mysql|psql)_history\\b'
      - '\\bjournalctl\\b[^\\n]{0,40}--vacuum|\\blog\\s+erase\\b|\\bfind\\s+/var/log\\b[^\\n]{0,80}-(?:delete|exec\\s+rm)'
      - '\\b(?:Clear|Remove|Limit)-EventLog\\b|\\bwevtutil(?:\\.exe)?\\s+cl\\b|\\bClearEventlog\\b|\\bEventLogSession\\b[^\\n]{0,80}ClearLog|\\bClear-Eventlog\\b'
      - '\\bhistory\\s+-(?:c|w|d)\\b|\\bunset\\s+HIST(?:FILE|SIZE)\\b|\\bHIST(?:FILE|SIZE|FILESIZE|CONTROL)\\s*=\\s*(?:0|/dev/null|ignore\\w*|[\\x22\\x27]{2}|$)|\\bset\\s+\\+o\\s+history\\b|\\bexport\\s+HIST\\w+=\\S*(?:0|/dev/null|ignore)|\\bHISTFILE=\\s'
      - '\\bln\\s+-sf?\\s+/dev/null\\s+\\S*history\\b|\\b(?:rm|shred|cat /dev/null|truncate)\\b[^\\n]{0,60}(?:_history|ConsoleHost_history)|\\bHistorySavePath\\b|\\bPSReadLine\\b[^\\n]{0,60}(?:SaveNothing|history)|\\b(?:Remove-Item|del|rm)\\b[^\\n]{0,100}ConsoleHost_history'
      - '\\bfsutil(?:\\.exe)?\\s+usn\\s+deletejournal\\b|\\b(?:Remove-Item|del|rm)\\b[^\\n]{0,80}\\\\(?:Prefetch|winevt|Logs)\\\\|\\bevtx\\b[^\\n]{0,40}(?:del|rm|Remove)'
      - '\\btouch\\s+-(?:a|m|am|ma|r|acmr|c|t)\\w*\\s+(?:-\\w+\\s+)?[^\\n]{0,60}(?:\\d{8,12}|/etc/|/bin/|reference)|\\.(?:LastWriteTime|CreationTime|LastAccessTime)\\s*=|\\btimestomp'
      - '\\bnet(?:\\.exe)?\\s+(?:use|share)\\b[^\\n]{0,60}/delete\\b|\\bRemove-(?:SmbShare|FileShare|PSDrive|SmbMapping)\\b'
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
      - '\\b(?:NOPASSWD|!tty_tickets|timestamp_timeout)\\b|(?:>>?|tee(?:\\s+-a)?|sed\\s+-i\\S*|visudo|cat|ee|vi|vim|nano)\\s[^\\n]{0,120}/etc/sudoers|/usr/local/etc/sudoers'
      - '\\bsetcap\\s+cap_\\w+|\\bgetcap\\s+-r\\s+/'
      - '\\bms-settings\\\\+shell\\\\+open\\b|\\bmscfile\\\\+shell\\\\+open\\b|\\bexefile\\\\+shell\\b|\\\\+shell\\\\+(?:open|runas)\\\\+command\\b|\\b(?:fodhelper|eventvwr|computerdefaults|sdclt|slui|cmstp\\s+/s\\w*\\s|wsreset|DiskCleanup|silentcleanup)(?:\\.exe)?\\b[^\\n]{0,80}|\\bDelegateExecute\\b|\\bIsolatedCommand\\b|\\bUACME?\\b|\\bUACBypass\\b|\\bbypassuac\\b|\\bAkagi\\d*\\b'
      - '\\\\\\\\\\?\\\\[A-Za-z]:\\\\Windows \\\\'
      - '\\bdocker\\s+run\\b[^\\n]{0,200}(?:-v\\s+/:/|--privileged|--pid[= ]host|-v\\s+/var/run/docker\\.sock)|\\bnsenter\\b[^\\n]{0,80}(?:-t\\s*1\\b|--target\\s+1\\b)|\\bkubectl\\b[^\\n]{0,200}(?:privileged|hostPID|hostPath|create\\s+clusterrolebinding)|\\brelease_agent\\b|\\bchroot\\s+/(?:host|mnt)\\b'
      - '\\bdirtyc0w\\b|\\bdirty_?pipe\\b|\\bpwnkit\\b|\\blinpeas\\b|\\bwinpeas\\b|\\b(?:Juicy|Rogue|Sweet|Bad|God|Print|Hot)Potato\\b|\\bPrintSpoofer\\b|\\bTokenManipulation\\b|\\bGetSystem\\b|\\bParentPid\\b|\\bSeDebugPrivilege\\b|\\bUnderSpecificParent\\b|\\bpkexec\\b[^\\n]{0,40}(?:/bin/|sh\\b)|\\bWinlogonToken|\\bDuplicateToken|\\bImpersonat\\w+LoggedOn'
      - '\\bnet(?:1|\\.exe)?\\s+(?:user|localgroup|group)\\s+[^\\n]{0,80}/(?:add|active|domain\\s+/add|delete)\\b|\\bAdd-LocalGroupMember\\b|\\bNew-LocalUser\\b|\\bAdd-(?:AD|AzureAD|Mg)GroupMember\\b|\\bnet(?:\\.exe)?\\s+user\\s+\\S+\\s+\\S+[^\\n]{0,4}$'
      - '\\b(?:useradd|adduser|usermod|pw\\s+useradd|pw\\s+usermod)\\b[^\\n]{0,120}(?:-o\\b[^\\n]{0,20}-u\\s*0|-u\\s*0\\b|-g\\s*0\\b|-G\\s*(?:sudo|wheel|root|admin)|evil|/root\\b)|\\bdscl\\b[^\\n]{0,40}-(?:create|append|delete)\\b|\\bdseditgroup\\b[^\\n]{0,80}admin|\\bsysadminctl\\b[^\\n]{0,40}-addUser'
      - '\\|\\s*(?:sudo\\s+)?(?:chpasswd|passwd\\s+--stdin)\\b|>>?\\s*/etc/(?:passwd|shadow|group)\\b'
      - '\\bsudo\\s+(?:-u#-1|su\\b[^\\n]{0,30}&&|-l\\b\\s*$)|\\bsudo\\s+(?:vim|awk|find|less|man|nmap|env|perl|python\\d?|ruby|tar|zip)\\b[^\\n]{0,60}(?:/bin/(?:ba)?sh|!sh|system\\()'
      - '\\bosascript\\b[^\\n]{0,200}\\b(?:with administrator privileges|hidden answer|display dialog)\\b|\\bPromptForCredential\\b|\\bGet-Credential\\b[^\\n]{0,80}(?:Update|Security)|\\bsecurity\\s+authorize'
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
      - '\\b(?:powershell|pwsh)(?:\\.exe)?\\b[^\\n]{0,200}\\s-(?:e|ec|en|enc|enco\\w*)\\s+[\\x22\\x27]?[A-Za-z0-9+/=]{20,}'
      - '\\bbase64\\s+(?:-d|-D|--decode|-di)\\b[^\\n]{0,80}\\|\\s*(?:sudo\\s+)?(?:/bin/)?(?:ba|z|da)?(?:sh|python[23]?|perl|ruby|php)\\b'
      - '\\b(?:eval|bash\\s+-c|sh\\s+-c)\\b[^\\n]{0,40}(?:\\$\\(|\`)[^\\n]{0,240}\\bbase64\\b[^\\n]{0,20}(?:-d|-D|--decode)'
      - '\\b(?:exec|eval)\\s*\\(\\s*(?:compile\\s*\\()?(?:__import__\\([\\x22\\x27]base64[\\x22\\x27]\\)|base64|codecs|zlib|bytes\\.fromhex|atob|Buffer\\.from|str_rot13|gzinflate)\\b'
      - '\\bFromBase64String\\b[\\s\\S]{0,200}\\b(?:iex|Invoke-Expression|Assembly|Load|Start-Process|ScriptBlock|WriteAllBytes|Invoke)\\b|\\b(?:iex|Invoke-Expression)\\b[\\s\\S]{0,200}\\bFromBase64String\\b|\\[(?:System\\.)?Convert\\]::FromBase64String'
      - '\\b(?:xxd\\s+-r|openssl\\s+(?:base64|enc)\\s+[^\\n|]{0,60}-d|rev|tr\\s+\\S+\\s+\\S+|hex2bin|printf\\s+[\\x22\\x27]?(?:\\\\x[0-9a-f]{2}){4,})[^\\n|]{0,120}\\|\\s*(?:ba|z|da)?sh\\b'
      - '\\b(?:iex|Invoke-Expression|&)\\s*\\(?\\s*(?:\\(\\s*[\\x22\\x27]\\{\\d\\}|\\$\\w+\\[\\d|\\[char\\]|\\(?[\\x22\\x27][^\\x22\\x27]{1,20}[\\x22\\x27]\\s*\\+)|(?:\\[char\\]\\s*\\d{2,3}\\s*\\+?\\s*){4,}|-join\\s*\\(|\\bReverse\\(\\)\\s*;[^\\n]{0,80}-join'
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
      - '\\bmimikatz\\b|\\bsekurlsa\\b|\\blsadump\\b|\\bkerberos::|\\bdcsync\\b|\\bInvoke-Kerberoast\\b|\\bkerberoast\\b|\\brubeus\\b|\\bLaZagne\\b|\\bsecretsdump\\b|\\bpypykatz\\b|\\bgsecdump\\b|\\bnanodump\\b|\\bdumpert\\b|\\bWCE\\.exe\\b|\\bKerberosRequestorSecurityToken\\b|\\bsetspn(?:\\.exe)?\\b[^\\n]{0,30}-[QT]\\b|\\bSharpChrome\\b|\\bSharpDPAPI\\b|\\bSharpweb\\b|\\bGet-?Cred(?:Man|ential)Creds\\b|\\bPasswordVault\\b|\\bWebBrowserPassView\\b|\\bNirsoft\\b|\\bmimipenguin\\b|\\b(?:golden|silver)[ _-]?ticket\\b|\\bsilver\\.bat\\b'
      - '\\blsass\\b[^\\n]{0,120}(?:dump|MiniDump|\\.dmp|procdump|-ma)|\\b(?:procdump|comsvcs|MiniDump|rdrleakdiag|createdump|sqldumper)\\w*(?:\\.exe|\\.dll)?\\b[^\\n]{0,120}(?:lsass|full|-ma|/fullmemdmp|MiniDump)'
      - '\\breg(?:\\.exe)?\\s+(?:save|export|query)\\b[^\\n]{0,60}(?:HKLM|HKEY_LOCAL_MACHINE)\\\\+(?:SAM|SECURITY|SYSTEM)\\b|\\breg(?:\\.exe)?\\s+query\\b[^\\n]{0,120}(?:/f\\s+password|PuTTY|SimonTatham|WinLogon|OpenSSH)|\\bntds(?:\\.dit|util)\\b|\\besentutl(?:\\.exe)?\\b[^\\n]{0,80}/(?:y|vss)|\\\\+config\\\\+(?:SAM|SECURITY)\\b'
      - '\\b(?:cat|less|more|head|tail|cp|scp|grep|awk|sed|strings|base64|xxd|type|Get-Content|gc|rsync|tar|zip|curl|vi|vim|nano|unshadow|john|dd|open)\\b[^\\n;]{0,100}(?:/etc/(?:shadow|master\\.passwd|security/passwd|gshadow|sudoers)|/etc/passwd\\b[^\\n]{0,60}(?:loot|>|\\|\\s*curl|base64)|/proc/\\S+/(?:mem|maps|environ))\\b'
      - '\\b(?:Login Data|Web Data|logins\\.json|key[34]\\.db|cookies\\.sqlite|Local State|login\\.keychain|signons\\.sqlite|Cookies\\.binarycookies)\\b|\\b(?:Chrome|Chromium|Firefox|Opera|Edge|Brave|Mozilla)\\b[^\\n]{0,60}\\b(?:Profiles?|Login|Cookies)\\b[^\\n]{0,100}(?:Copy|cp|zip|sqlite|Destination|tar)|\\bremote-debugging-port\\b'
      - '\\bsecurity\\s+(?:dump-keychain|find-(?:generic|internet)-password|export|dump-trust|unlock-keychain)\\b|\\bvaultcmd(?:\\.exe)?\\b|\\bcmdkey(?:\\.exe)?\\s+/list\\b|\\brundll32(?:\\.exe)?\\b[^\\n]{0,40}keymgr|\\bMicrosoft\\\\+(?:Credentials|Vault|Protect)\\b|\\bcachedump\\b|\\bGet-GPPPassword\\b|\\bgpp(?:decrypt|password)\\b|\\bcpassword\\b'
      - '\\b(?:find|grep|rg|ag|locate|fd|Get-ChildItem|gci|dir|findstr|Select-String|ls|rsync)\\b[^\\n]{0,160}(?:id_rsa|id_ed25519|\\*?\\.pem\\b|\\*\\.ppk|\\.p12\\b|\\.pfx\\b|\\*\\.key\\b|\\.kdbx?\\b|\\.netrc|\\.pgpass|wallet\\.dat|\\.gnupg|\\.git-credentials|credentials\\.(?:json|xml|db)|unattend\\.xml|web\\.config|sysprep|AccessTokens\\.json|\\.aws\\b|\\.azure\\b|\\bgcloud\\b)'
      - '\\b(?:grep|rg|findstr|Select-String|ls)\\b[^\\n]{0,60}\\b(?:password|passwd|pass\\b|secret|api_?key|BEGIN (?:RSA|OPENSSH)|AKIA|credential)[^\\n]{0,120}(?:/\\s|/home|/etc|~|C:\\\\|\\*\\.|_history|loot|/proc|\\.\\w+\\s)'
      - '\\b(?:hydra|medusa|hashcat|john\\s+(?:--\\w|\\S*(?:hash|shadow))|crackmapexec|netexec|nxc|kerbrute|patator|brutespray|ncrack|GoAWSConsoleSpray|DomainPasswordSpray|domainpassspray|MSOLSpray|CredPhisher|passwordspray\\w*|sensitivefiles|powershellsensitive|sshpass|sucrack)\\b[^\\n]{0,200}'
      - '\\bexport-pfxcertificate\\b|\\bcertutil(?:\\.exe)?\\b[^\\n]{0,40}-exportPFX|\\bCryptoAPI\\b[^\\n]{0,40}export|\\bAADInternals\\b|\\bSAMLToken\\b|\\bPfxFileName\\b|\\bExport-Certificate\\b|\\bcert:\\\\+LocalMachine\\\\+My\\b'
      - '\\b(?:kubectl|oc)\\b[^\\n]{0,60}\\bget\\s+secrets?\\b[^\\n]{0,60}(?:-o|--output|-A|--all)|/var/run/secrets/kubernetes\\.io|\\baws\\s+(?:secretsmanager\\s+get-secret-value|ssm\\s+get-parameters?\\b[^\\n]{0,80}--with-decryption|sts\\s+get-session-token)|\\bgcloud\\s+(?:secrets\\s+versions\\s+access|auth\\s+print-access-token)|\\bvault\\s+kv\\s+get\\b[^\\n]{0,40}-format|\\baz\\s+(?:keyvault\\s+secret\\s+show|account\\s+get-access-token|storage\\s+account\\s+keys)'
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
      - '\\bmshta(?:\\.exe)?\\b[^\\n]{0,60}(?:https?:|javascript:|vbscript:|\\.hta|\\.sct)|\\bregsvr32(?:\\.exe)?\\b[^\\n]{0,80}(?:/i:|scrobj)|\\brundll32(?:\\.exe)?\\b[^\\n]{0,80}(?:javascript:|\\.dll|\\.cpl|url\\.dll|shell32|StartW|advpack|ieadvpack|zipfldr|pcwutl)'
      - '\\bwmic(?:\\.exe)?\\b[^\\n]{0,80}(?:process\\s+call\\s+create|/node:|/format:|useraccount\\s+get)|\\bInvoke-(?:Wmi|Cim)Method\\b[^\\n]{0,160}(?:Win32_Process|-Name\\s+Create)|\\bwmiexec\\b|\\bpsexec\\w*(?:\\.exe)?\\b|\\bsmbexec\\b|\\bInvoke-Command\\b[^\\n]{0,80}-ComputerName|\\bEnter-PSSession\\b|\\bwinrs(?:\\.exe)?\\b|\\bevil-winrm\\b'
      - '\\b(?:InstallUtil|RegAsm|RegSvcs|MSBuild|msxsl|odbcconf|cmstp|presentationhost|ieexec|infdefaultinstall|syncappvpublishingserver|hh|verclsid|mavinject|forfiles|pcalua|scriptrunner|bash|register-cimprovider|xwizard|dnscmd|cscript|wscript)\\.exe\\b[^\\n]{0,160}(?:\\.dll|\\.csproj|\\.xml|\\.xsl|\\.inf|\\.rsp|http|\\.chm|/s\\b|calc|cmd|\\.vbs|\\.js|-c)'
      - '\\bCreateInstance\\b[^\\n]{0,160}(?:CLSID|Shell\\.Application|MMC20|ShellWindows|Excel\\.Application|Outlook)|\\bShellExecute\\s*\\(|\\bGetTypeFromProgID\\b'
      - '\\b(?:VirtualAlloc|CreateRemoteThread|WriteProcessMemory|QueueUserAPC|NtMapViewOfSection|SetWindowsHookEx|Add-Type\\b[^\\n]{0,120}DllImport|GetDelegateForFunctionPointer|ReflectiveDLL|Reflection\\.Assembly\\]?::Load|INJECTRUNNING|ProcessInject\\w*|hollow(?:ing)?)\\b'
      - '\\bWinPwn\\b|\\bPowerSploit\\b|\\bPowerSharp\\w*\\b|\\bEmpire\\b[^\\n]{0,30}(?:launcher|stager)|\\bcobalt ?strike\\b|\\bsliver\\b[^\\n]{0,20}(?:implant|generate)|\\bBloodHound\\b|\\bSharpHound\\b|\\bPowerView\\b|\\bAdFind(?:\\.exe)?\\b|\\bnishang\\b|\\bInvoke-(?:Mimikatz|Shellcode|ReflectivePE\\w*|Obfuscation|SMBExec|TheHash|PSInject|DllInjection|Phant0m|Rubeus|ATHRemoteFXvGPU\\w*|CallbackShellcode\\w*|AppPathBypass|WMIExec)\\b|\\bmetasploit\\b|\\bmsfconsole\\b|\\bimpacket\\b|\\bresponder\\b[^\\n]{0,20}-I|\\bS3cur3Th1sSh1t\\b'
      - '\\bGet-Keystrokes\\b|\\bkeylog\\w*\\b|\\bGetAsyncKeyState\\b|\\bxinput\\s+test|\\bpam_tty_audit|/etc/pam\\.d/(?:password|system)-auth\\b|\\bscreencapture\\b|\\bimport\\s+-window\\s+root|\\bxwd\\s+-root|\\bCopyFromScreen\\b|\\bpsr(?:\\.exe)?\\s+/start\\b|\\bGet-Clipboard\\b[^\\n]{0,20}(?:\\||>)|\\$\\(pbpaste\\)|\\bClipboard\\b[^\\n]{0,40}GetText|\\bSoundRecorder\\b|\\bffmpeg\\b[^\\n]{0,80}(?:x11grab|avfoundation|gdigrab)[^\\n]{0,40}/tmp'
      - '\\btor(?:\\.exe)?[\\x22\\x27]?\\s*$|\\b(?:systemctl|service)\\s+(?:start\\s+)?tor\\b|\\btor_enable\\b|\\bngrok\\s+(?:tcp|http)\\b|\\bchisel\\b[^\\n]{0,40}(?:client|server)|\\bssh\\b[^\\n]{0,80}\\s-[RD]\\s+\\d+|\\bnetsh(?:\\.exe)?\\b[^\\n]{0,30}portproxy|\\bplink(?:\\.exe)?\\b[^\\n]{0,120}-(?:pw|R|m)\\b|\\biodine\\b|\\bdnscat\\w*\\b|\\bproxychains\\b'
      - '\\bxmrig\\b|\\bstratum\\+(?:tcp|ssl)://|\\bminerd\\b|\\bcryptonight\\b'
      - '\\b(?:sudo\\s+)?(?:vim?|less|more|man|awk|gawk|mawk|nawk|find|nmap|ed|ftp|gdb|git|tar|zip|rsync|env|nice|ionice|time|timeout|strace|ltrace|taskset|setarch|stdbuf|xargs|watch|flock|cpulimit|socat|screen|tmux|expect|docker|make|mysql|psql|sqlite3|perl|ruby|python[23]?|php|lua|node|irb|jjs|jrunscript|go|rvim|view|emacs|pico|nano|busybox|capsh|chroot|cowsay|crash|dmsetup|easy_install|facter|genisoimage|gem|ginsh|hping3|journalctl|ld\\.so|logsave|mail|octave|openvpn|pg|pip|pry|puppet|restic|rlwrap|rpm|run-parts|scp|sed|service|ssh|start-stop-daemon|sshpass|split|slsh|tclsh|unshare|unexpand|valgrind|vimdiff|wish|yum|zsoelim|zypper|systemctl|aria2c|apt(?:-get)?|bundler|byebug|cdist|check_by_ssh|composer|cpan|csh|dash|dpkg|dstat|eb|ex|fish|ksh|loginctl|nroff|nsenter|red|snap|su|tbl|tee|troff|vagrant|wget|zsh)\\b[^\\n]{0,120}(?:-(?:e|c|exec|x)\\s+|!|exec[= (:]+|system[ (]+|spawn[ (]+|os\\.execute|checkpoint-action=|--command=|BEGIN\\s*\\{|shell=|call\\([^)\\n]{0,4}\\[?)\\s*[\\x22\\x27(\\[]{0,3}\\s*(?:/usr)?/bin/(?:ba|da|z|k|c|tc)?sh\\b'
      - '\\binstall\\s+-m\\s*=?x?s\\b|\\bLFILE=|\\bTF=\\$\\(mktemp\\)|\\bRHOST=|\\bos\\.setuid\\(0\\)|\\bsetuid\\(0\\)|\\bProcess::Sys\\.setuid\\b|\\./(?:ba|da|z)?sh\\s+-p\\b|\\bexec\\s+/bin/(?:ba)?sh\\s+-p\\b|--interactive\\b[^\\n]{0,20}!sh'
      - '\\b(?:desktopimgdownldr|certreq|ieexec|extrac32|makecab|diantz|replace|print|expand|hh|msdt|winget|AppInstaller|ConfigSecurityPolicy|MpCmdRun|Microsoft\\.Workflow\\.Compiler|dnx|rcsi|te|tracker|cdb|bginfo|vsjitdebugger|msdeploy|dxcap|csi|fsi|fsianycpu|pubprn|winrm|manage-bde|cl_\\w+|launch-vsdevshell|runscripthelper|wuauclt|wlrmdr|stordiag|ssh|tttracer|adplus|dump64|control|eventvwr|gpscript|infdefaultinstall|mmc|msiexec|netsh|pnputil|provtool|rasautou|register-cimprovider|runonce|sc|schtasks|setupapi|wab|workfolders|xwizard|finger|ftp|imewdbld|jsc|ldifde|onedrivestandaloneupdater|pktmon|presentationhost|psr|squirrel|update|vbc|wfc|csc|ttdinject|unregmp2|verclsid|cscript|wscript|wsl|bash|cmdl32|colorcpl|conhost|customshellhost|datasvcutil|dfsvc|explorer|fltmc|findstr|gfxdownloadwrapper|syncappvpublishingserver)(?:\\.exe|\\.vbs)?\\b[^\\n]{0,160}(?:https?://\\S+\\.(?:exe|dll|sct|ps1|bat|hta|txt|xml|cab|msi)|\\\\\\\\[\\w.-]+\\\\\\S+\\.(?:exe|dll|sct|inf|bat|cab|msi|xml)|[\\w.]+\\.(?:txt|log|ini|pdf|doc):[\\w.]+\\.(?:exe|dll|vbs|bat|ps1)|script:https?|\\bms-msdt:)'
      - '<\\?php\\s[^\\n]{0,80}(?:system|eval|exec|passthru|shell_exec)\\s*\\(|\\bATTACH DATABASE\\b[^\\n]{0,80}\\.php|\\bxp_cmdshell\\b|\\bINTO\\s+OUTFILE\\b|\\bweb ?shell\\b|\\{\\{[^\\n}]{0,60}__(?:class|globals|mro|subclasses)__'
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
  harmless:
    payload|re|i:
      - '\\b(?:chmod|chown|ssh-keygen|ssh-add|ssh-copy-id|ssh\\s+-i|scp\\s+-i|stat|ls|mkdir|touch|certbot|visudo)\\b|-i\\s+\\S*id_|--(?:identity|key|cert|config|kubeconfig)\\S*|\\.pub\\b'
  elsewhere:
    kind:
      - system
      - completion
      - tool_result
  condition: file and not harmless and not elsewhere
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
      - '\\b(?:decode|decrypt|decipher|unscramble|deobfuscate|decoded?|translate)\\b[^\\n]{0,100}\\b(?:base64|base32|base16|base2048|base58|base85|ascii85|hex(?:adecimal)?|rot-?13|rot47|caesar|morse|binary|braille|leet(?:speak)?|ecoji|zalgo|unicode tags?|variant selector|atbash|nato|uuencode\\w*|quoted-printable|punycode|cipher|ascii values|ascii)\\b'
      - '\\b(?:base64|base32|base16|base2048|base58|base85|ascii85|hex|rot-?13|morse|binary|braille|ecoji|uuencode|quoted-printable|ascii\\w*(?:[\\s\\\\"''*_>#-]{1,12}in unicode\\w*)?)\\b[^\\n]{0,40}\\b(?:encoded|decoded?|string|payload|message)\\b[^\\n]{0,200}\\b(?:decoded|execute|follow|instructions?|decode|run|obey)\\b'
      - '\\b(?:encoded|decoded)\\s*:\\s*\\S{16,}'
      - '\\b(?:follow|execute|obey|run|perform|do)\\b[^.\\n]{0,40}\\b(?:decoded|encoded|encrypted|hidden|resulting)\\b[^.\\n]{0,20}\\b(?:instructions?|commands?|message|text|payload|directive)'
      - '\\b(?:c3lzdGVt|aWdub3Jl|SWdub3Jl|SU1QT1JUQU5U|cHJvbXB0|aW5zdHJ1Y3Rpb24|b3ZlcnJpZGU|ZGlzcmVnYXJk|Zm9yZ2V0)'
      - '(?:[\\x{2800}-\\x{28ff}]{3,}\\s?){2,}'
      - '(?:\\b\\d{2,3}\\s+){12,}\\d{2,3}\\b'
      - '(?:[\\x{1F150}-\\x{1F189}\\x{24B6}-\\x{24E9}\\x{FF21}-\\x{FF5A}\\x{1D400}-\\x{1D7FF}]\\s?){8,}'
  elsewhere:
    kind:
      - system
      - tool_call
      - tool_definition
      - completion
  condition: decode and not elsewhere
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
      - '\\bcurl\\b[^\\n|]{0,300}(?:--data(?:-binary|-raw|-urlencode)?|--json|-d|--form|-F|--upload-file|-T)[ =]?[\\x22\\x27]?(?:\\w+=)?@?(?:-(?:\\s|$)|@|[~./$]|\\$\\()[^\\s]{0,120}'
      - '\\|\\s*curl\\b[^\\n]{0,200}(?:-d\\s*@-|--data\\S*\\s*@-|-T\\s*-|--upload-file\\s*-|-F\\s*\\S*@-)'
      - '\\bcurl\\b[^\\n]{0,300}(?:\\$\\(|\`|\\{\\})[^\\n]{0,120}(?:cat|base64|env|whoami|id|history|printenv|hostname)?'
      - '\\bwget\\b[^\\n]{0,200}--(?:post|body)-(?:file|data)[ =]'
      - '\\b(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm)\\b[^\\n]{0,240}-(?:InFile|Method\\s+(?:Put|Post))\\b[^\\n]{0,200}(?:-InFile|-Body|Get-Content|\\.zip)|\\bUpload(?:File|Data|String)\\s*\\('
      - '\\b(?:tar|zip|cat\\s+[~/.]|gzip|dd|mysqldump|pg_dump|find)[^\\n]{0,160}\\|[^\\n]{0,80}\\b(?:nc|ncat|netcat|ssh|socat|telnet|openssl s_client)\\b'
      - '\\b(?:scp|rsync|sftp|rclone|s3cmd|gsutil|azcopy|aws\\s+s3\\s+(?:cp|sync|mv)|megacmd|mega-put|ftp|tftp|lftp|smbclient|bitsadmin)\\b[^\\n]{0,160}(?:\\.ssh|id_rsa|\\.env\\b|\\.aws|shadow|passwd|credentials|secrets?\\b|\\.pem|\\.db\\b|dump|backup|exfil|customers|\\.kdbx|\\.netrc|\\.gnupg|\\.pfx)'
      - '\\bssh\\b[^\\n]{0,120}(?:tar|cat)\\s[^\\n]{0,60}(?:>|\\|)'
      - '\\brequests\\.post\\s*\\([\\s\\S]{0,200}\\b(?:open\\s*\\(|os\\.environ|clipboard|password|token|secret|cookies?|keys?\\b|location|history)|\\bopen\\s*\\([\\s\\S]{0,300}\\brequests\\.(?:post|put|get)\\s*\\('
      - '\\b(?:fetch|axios\\.post|XMLHttpRequest|sendBeacon|new Image\\(\\)\\.src|document\\.location|location\\.href|window\\.location)\\b[^\\n]{0,160}\\b(?:document\\.cookie|localStorage|process\\.env|sessionStorage|cookie\\b)'
      - '\\bping\\b[^\\n]{0,120}\\.Send\\s*\\(|\\bxxd\\s+-p\\b[^\\n]{0,120}\\b(?:ping|dig|nslookup|host|curl)\\b|\\bping\\s+[^\\n]{0,40}-p\\s+\\S'
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
      - '\\b(?:nslookup|dig|drill|kdig|ping|Resolve-DnsName|getent hosts)\\b[^\\n]{0,160}(?:\\$\\(|\`|\\$\\{?\\w*(?:data|line|chunk|enc|hex|secret|b64|out|part|i)\\b|%\\w+%|\\{\\})[^\\n]{0,160}\\.'
      - '\\b(?:base64|xxd|hexdump|od|base32)\\b[^\\n]{0,160}\\b(?:nslookup|dig|Resolve-DnsName|ping)\\b'
      - '\\b(?:for|while|foreach)\\b[^\\n]{0,200}\\b(?:nslookup|dig|Resolve-DnsName)\\b'
      - '\\b(?:socket\\.gethostbyname|dns\\.(?:resolve|lookup)\\w*|Dns\\.GetHost\\w+|net\\.LookupHost)\\s*\\([^\\n]{0,120}(?:\\+|\\$\\{|%s|format|f[\\x22\\x27])'
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
      - '!\\[[^\\]\\n]{0,200}\\]\\(\\s*<?https?://[^\\s)]{1,300}[?&;][^\\s)=]{1,40}=(?:[^\\s)]*(?:\\{|\\[|%7b|%5b|<|\\$|\\.env|id_rsa|passw|secret|token|/etc/|\\.csv|\\.db|%20|context|history|conversation|system_?prompt|summary|contents?|base64)|[A-Za-z0-9+/_%-]{40,})'
      - '!\\[[^\\]\\n]{0,200}\\]\\(\\s*<?https?://[^\\s)]{1,200}(?:\\{\\{?|\\$\\{|\\[)[A-Za-z_ -]{2,40}[\\]}]'
      - '<img\\b[^>]{0,200}\\bsrc\\s*=\\s*[\\x22\\x27\\\\]{0,2}https?://[^>\\s]{1,200}\\?[^>\\s]{0,40}=(?:[^>\\s]{0,80}(?:\\{|\\[|\\$|cookie|secret|token|%20)|[A-Za-z0-9+/_%-]{40,})'
      - '!\\[[^\\]\\n]{0,200}\\]\\(\\s*https?://(?:\\d{1,3}\\.){3}\\d{1,3}[/:][^\\s)]*\\?'
      - '\\b(?:include|render|embed|insert|print|output|display|add)\\b[^.\\n]{0,80}\\b(?:image|markdown|img)\\b[^\\n]{0,160}!\\[[^\\]\\n]{0,100}\\]\\(\\s*https?://[^\\s)]{1,200}\\?'
      - '!\\[[^\\]\\n]{0,200}\\]\\(\\s*https?://[^\\s)]{1,200}\\?[^\\s)=]{1,20}=[^\\s)]{0,60}\\)?[^\\n]{0,60}\\breplac'
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
      - '\\b(?:send|forward|e-?mail|mail|transmit|upload|post|exfiltrate|leak|deliver|report|relay|copy|share|submit|push|ship|dump)(?:s|ed|ing)?\\b[^.\\n]{0,80}(?:pass(?:word|wd|code|phrase)s?|secrets?|credentials?|api[ _-]?keys?|access[ _-]?keys?|private[ _-]?keys?|ssh[ _-]?keys?|(?:auth|access|session|bearer|api)[ _-]?tokens?|session[ _-]?(?:cookies?|ids?)|cookies?|env(?:ironment)?[ _-]?(?:variables?|vars?|file)|\\.env\\b|id_rsa|\\.ssh|\\.aws|/etc/(?:shadow|passwd)|(?:otp|verification|2fa|mfa|one-time|security)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12})?codes?|browsing[\\s\\\\"''*_>#-]{1,12}history|browser[\\s\\\\"''*_>#-]{1,12}history|(?:chat|conversation|message|search)[\\s\\\\"''*_>#-]{1,12}(?:history|logs?)|contacts?(?:[\\s\\\\"''*_>#-]{1,12}list)?|system[\\s\\\\"''*_>#-]{1,12}prompt|customer[\\s\\\\"''*_>#-]{1,12}(?:data|records|list|database)|(?:medical|patient|bank|financial|payment|personal|shipping|billing|home|location|gps|credit[\\s\\\\"''*_>#-]{1,12}card|account|health|payroll|employee|location)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12})?(?:details?|data|records?|information|info|history|addresses|address|methods|numbers?|reports?)|payment[\\s\\\\"''*_>#-]{1,12}methods)[^\\n]{0,80}\\b(?:to|at|via|into|through)\\b[^\\n]{0,40}(?:[\\w.+-]+@[\\w-]+\\.\\w|https?://|\\d{1,3}(?:\\.\\d{1,3}){3}|www\\.|external|attacker|our[\\s\\\\"''*_>#-]{1,12}(?:server|endpoint)|remote|webhook)'
      - '\\b(?:get|fetch|retrieve|collect|gather|read|extract|steal|grab|harvest|find|search|scan|capture|access|dump|take|export|pull|obtain|look up)\\w{0,3}\\b[^\\n]{0,100}(?:pass(?:word|wd|code|phrase)s?|secrets?|credentials?|api[ _-]?keys?|access[ _-]?keys?|private[ _-]?keys?|ssh[ _-]?keys?|(?:auth|access|session|bearer|api)[ _-]?tokens?|session[ _-]?(?:cookies?|ids?)|cookies?|env(?:ironment)?[ _-]?(?:variables?|vars?|file)|\\.env\\b|id_rsa|\\.ssh|\\.aws|/etc/(?:shadow|passwd)|(?:otp|verification|2fa|mfa|one-time|security)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12})?codes?|browsing[\\s\\\\"''*_>#-]{1,12}history|browser[\\s\\\\"''*_>#-]{1,12}history|(?:chat|conversation|message|search)[\\s\\\\"''*_>#-]{1,12}(?:history|logs?)|contacts?(?:[\\s\\\\"''*_>#-]{1,12}list)?|system[\\s\\\\"''*_>#-]{1,12}prompt|customer[\\s\\\\"''*_>#-]{1,12}(?:data|records|list|database)|(?:medical|patient|bank|financial|payment|personal|shipping|billing|home|location|gps|credit[\\s\\\\"''*_>#-]{1,12}card|account|health|payroll|employee|location)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12})?(?:details?|data|records?|information|info|history|addresses|address|methods|numbers?|reports?)|payment[\\s\\\\"''*_>#-]{1,12}methods)[^\\n]{0,100}\\b(?:send|forward|e-?mail|mail|transmit|upload|post|exfiltrate|leak|deliver|report|relay|copy|share|submit|push|ship|dump)(?:s|ed|ing)?\\b[^\\n]{0,80}(?:[\\w.+-]+@[\\w-]+\\.\\w|https?://|\\bto\\b)'
      - '\\b(?:send|forward|e-?mail|mail|transmit|upload|post|exfiltrate|leak|deliver|report|relay|copy|share|submit|push|ship|dump)(?:s|ed|ing)?\\b[^\\n]{0,40}\\b(?:contents?|copy|everything|all|output|result|it|them|data|file)\\b[^\\n]{0,60}(?:~/|\\.env\\b|id_rsa|/etc/|\\.aws|\\.ssh|\\.db\\b|\\.csv\\b|\\.pem\\b|/var/lib|/proc/)[^\\n]{0,60}\\bto\\b'
      - '\\bexfiltrat(?:e|ing|ion of)\\b[^\\n]{0,80}\\b(?:data|keys?|secrets?|credentials?|files?|tokens?|passwords?|contents?|to|via|conversation|api)\\b'
      - '\\b(?:echo|return|include|print|output|add|show|append|repeat|reveal)\\b[^.\\n]{0,60}\\b(?:bearer[\\s\\\\"''*_>#-]{1,12}token|authorization[\\s\\\\"''*_>#-]{1,12}header|session[\\s\\\\"''*_>#-]{1,12}cookie|access[\\s\\\\"''*_>#-]{1,12}token|api[\\s\\\\"''*_>#-]{1,12}keys?|api_key|session[\\s\\\\"''*_>#-]{1,12}token|environment[\\s\\\\"''*_>#-]{1,12}variables?)\\b[^.\\n]{0,60}\\b(?:in|with|along|so|to|for)\\b'
      - '\\b(?:read|extract|find|search for|list|collect|dump|scan for|harvest|steal|print|show)\\b[^\\n]{0,60}\\.env(?:\\.\\w+)?\\b[^\\n]{0,60}\\b(?:keys?|secrets?|passwords?|credentials?|tokens?)|\\b(?:extract|collect|harvest|dump|steal|scan for|search for|find)\\b[^.\\n]{0,30}\\b(?:all|any|every)?[\\s\\\\"''*_>#-]{1,12}?(?:api[\\s\\\\"''*_>#-]{1,12}keys?|credentials|passwords|secrets|private keys|access tokens)\\b'
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
      - '(?:ignor(?:e|ing|es|ed)|disregard(?:ing|s|ed)?|forget(?:ting|s)?|overrid(?:e|ing|es)|discard(?:ing|s)?|bypass(?:ing)?|neglect|nevermind|never mind|skip|dismiss|drop|delete|erase|abandon|set aside|pay no attention to|stop following|do not follow|don?t follow|no longer follow)[\\s\\\\"''*_>#-]{1,12}(?:(?:all|any|every|each|of|the|your|my|our|these|those|and|system|safety)[\\s\\\\"''*_>#-]{1,12}){0,5}(?:previous|prior|above|earlier|preceding|past|initial|original|former|foregoing|last|given|existing|current)[\\s\\\\"''*_>#-]{1,12}(?:(?:all|any|every|each|of|the|your|my|our|these|those|this|that|previous|prior|above|earlier|preceding|past|initial|original|former|existing|current|given|other|old|foregoing|last|everything|entire|and|or|following|system|safety|default|developer|set|built-in|internal)[\\s\\\\"''*_>#-]{1,12}){0,6}(?:i[nu]{1,3}s?t?r?u?c?tions?|prompts?|directions?|directives?|guidelines?|rules|commands?|programming|context|constraints|tasks?|orders|techniques)\\b'
      - '(?:ignore|disregard|forget|override|discard|nevermind|stop following|do not follow|drop|abandon|(?:opposite|oppisite|reverse|contrary) of)[\\s\\\\"''*_>#-]{1,12}(?:(?:all|any|every|each|of|the|and)[\\s\\\\"''*_>#-]{1,12}){0,3}your[\\s\\\\"''*_>#-]{1,12}(?:(?:all|any|every|each|of|the|your|my|our|these|those|this|that|previous|prior|above|earlier|preceding|past|initial|original|former|existing|current|given|other|old|foregoing|last|everything|entire|and|or|following|system|safety|default|developer|set|built-in|internal)[\\s\\\\"''*_>#-]{1,12}){0,6}(?:instructions?|prompts?|directions|directives?|guidelines|rules|programming|training|constraints|safety|techniques|context|i[nu]{1,3}s?t?r?u?c?tions?)\\b'
      - '(?:ignore|disregard|forget|override|discard|bypass)[\\s\\\\"''*_>#-]{1,12}(?:all|any)[\\s\\\\"''*_>#-]{1,12}(?:of[\\s\\\\"''*_>#-]{1,12})?(?:the[\\s\\\\"''*_>#-]{1,12}|your[\\s\\\\"''*_>#-]{1,12}|other[\\s\\\\"''*_>#-]{1,12}|given[\\s\\\\"''*_>#-]{1,12}|safety[\\s\\\\"''*_>#-]{1,12}|system[\\s\\\\"''*_>#-]{1,12}|security[\\s\\\\"''*_>#-]{1,12})*(?:instructions?|prompts?|directives?|safety[\\s\\\\"''*_>#-]{1,12}(?:checks?|filters?|guidelines|rules|measures)|safeguards|security[\\s\\\\"''*_>#-]{1,12}(?:checks?|policies|instructions))\\b'
      - '\\b(?:forget|ignore|disregard)[\\s\\\\"''*_>#-]{1,12}(?:about[\\s\\\\"''*_>#-]{1,12})?(?:absolutely[\\s\\\\"''*_>#-]{1,12})?everything\\b(?:[.,!:;]|[\\s\\\\"''*_>#-]{1,12}(?:and|then|you|above|before|else|now|that|i|we))'
      - '\\b(?:despite|regardless of|contrary to|instead of)[\\s\\\\"''*_>#-]{1,12}(?:what[\\s\\\\"''*_>#-]{1,12}(?:ever[\\s\\\\"''*_>#-]{1,12})?)?(?:you(?:.ve)?[\\s\\\\"''*_>#-]{1,12}(?:have[\\s\\\\"''*_>#-]{1,12}|were[\\s\\\\"''*_>#-]{1,12}|had[\\s\\\\"''*_>#-]{1,12})?(?:been[\\s\\\\"''*_>#-]{1,12})?(?:told|instructed|ordered)|(?:the|all|your|any)[\\s\\\\"''*_>#-]{1,12}(?:previous|prior|above|earlier)[\\s\\\\"''*_>#-]{1,12}(?:instructions?|rules|prompts?))'
      - '\\bforgotten[\\s\\\\"''*_>#-]{1,12}(?:all|any|your|the|every)\\b[^.\\n]{0,20}\\b(?:rules|instructions|guidelines)'
      - '\\b(?:ignore|disregard|forget|override|discard)[\\s\\\\"''*_>#-]{1,12}(?:all|any|every)[\\s\\\\"''*_>#-]{1,12}(?:of[\\s\\\\"''*_>#-]{1,12})?(?:the[\\s\\\\"''*_>#-]{1,12}|your[\\s\\\\"''*_>#-]{1,12}|other[\\s\\\\"''*_>#-]{1,12})?(?:instructions?|prompts?|directives?|guidelines|rules|commands|documents|context)\\b(?:[\\s\\\\"''*_>#-]{1,12}(?:you|given|provided|and|that|from|before|above)\\b|[.,!:;]|$)'
      - '\\b(?:ignore|disregard|forget|nevermind|never mind|discard)[\\s\\\\"''*_>#-]{1,12}(?:(?:about|absolutely|literally)[\\s\\\\"''*_>#-]{1,12})?(?:everything|anything|all|whatever|what)[\\s\\\\"''*_>#-]{1,12}(?:(?:that|of|you|i|we|was|were|has|have|been|it|the|text|content|information|is)[\\s\\\\"''*_>#-]{1,12}){0,5}(?:above|before|previous(?:ly)?|prior|earlier|said|told|know|learned|written)\\b'
      - '\\b(?:ignore|disregard|nevermind|never mind)[\\s\\\\"''*_>#-]{1,12}(?:the[\\s\\\\"''*_>#-]{1,12}|all[\\s\\\\"''*_>#-]{1,12})?(?:above|previous|preceding|foregoing|earlier)(?:[\\s\\\\"''*_>#-]{1,12}(?:text|content|message|information|data|and|email|document|article|questions?|resume)\\b|[,.;:!])'
      - '\\b(?:forget|disregard|ignore)[\\s\\\\"''*_>#-]{1,12}(?:all[\\s\\\\"''*_>#-]{1,12})?(?:the[\\s\\\\"''*_>#-]{1,12})?(?:previous|prior|earlier)[\\s\\\\"''*_>#-]{1,12}(?:information|conversations?|messages?|assignments?|texts?|statements?)\\b'
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
      - '(?:ignor(?:e|ing|es|ed)|disregard(?:ing|s|ed)?|forget(?:ting|s)?|overrid(?:e|ing|es)|discard(?:ing|s)?|bypass(?:ing)?|neglect|nevermind|never mind|skip|dismiss|drop|delete|erase|abandon|set aside|pay no attention to|stop following|do not follow|don?t follow|no longer follow)[\\s\\\\"''*_>#-]{1,12}(?:(?:all|any|every|each|of|the|your|my|our|these|those|and|system|safety)[\\s\\\\"''*_>#-]{1,12}){0,5}(?:previous|prior|above|earlier|preceding|past|initial|original|former|foregoing|last|given|existing|current)[\\s\\\\"''*_>#-]{1,12}(?:(?:all|any|every|each|of|the|your|my|our|these|those|this|that|previous|prior|above|earlier|preceding|past|initial|original|former|existing|current|given|other|old|foregoing|last|everything|entire|and|or|following|system|safety|default|developer|set|built-in|internal)[\\s\\\\"''*_>#-]{1,12}){0,6}(?:i[nu]{1,3}s?t?r?u?c?tions?|prompts?|directions?|directives?|guidelines?|rules|commands?|programming|context|constraints|tasks?|orders|techniques)\\b'
      - '(?:ignore|disregard|forget|override|discard|nevermind|stop following|do not follow|drop|abandon|(?:opposite|oppisite|reverse|contrary) of)[\\s\\\\"''*_>#-]{1,12}(?:(?:all|any|every|each|of|the|and)[\\s\\\\"''*_>#-]{1,12}){0,3}your[\\s\\\\"''*_>#-]{1,12}(?:(?:all|any|every|each|of|the|your|my|our|these|those|this|that|previous|prior|above|earlier|preceding|past|initial|original|former|existing|current|given|other|old|foregoing|last|everything|entire|and|or|following|system|safety|default|developer|set|built-in|internal)[\\s\\\\"''*_>#-]{1,12}){0,6}(?:instructions?|prompts?|directions|directives?|guidelines|rules|programming|training|constraints|safety|techniques|context|i[nu]{1,3}s?t?r?u?c?tions?)\\b'
      - '(?:ignore|disregard|forget|override|discard|bypass)[\\s\\\\"''*_>#-]{1,12}(?:all|any)[\\s\\\\"''*_>#-]{1,12}(?:of[\\s\\\\"''*_>#-]{1,12})?(?:the[\\s\\\\"''*_>#-]{1,12}|your[\\s\\\\"''*_>#-]{1,12}|other[\\s\\\\"''*_>#-]{1,12}|given[\\s\\\\"''*_>#-]{1,12}|safety[\\s\\\\"''*_>#-]{1,12}|system[\\s\\\\"''*_>#-]{1,12}|security[\\s\\\\"''*_>#-]{1,12})*(?:instructions?|prompts?|directives?|safety[\\s\\\\"''*_>#-]{1,12}(?:checks?|filters?|guidelines|rules|measures)|safeguards|security[\\s\\\\"''*_>#-]{1,12}(?:checks?|policies|instructions))\\b'
      - '\\b(?:forget|ignore|disregard)[\\s\\\\"''*_>#-]{1,12}(?:about[\\s\\\\"''*_>#-]{1,12})?(?:absolutely[\\s\\\\"''*_>#-]{1,12})?everything\\b(?:[.,!:;]|[\\s\\\\"''*_>#-]{1,12}(?:and|then|you|above|before|else|now|that|i|we))'
      - '\\b(?:despite|regardless of|contrary to|instead of)[\\s\\\\"''*_>#-]{1,12}(?:what[\\s\\\\"''*_>#-]{1,12}(?:ever[\\s\\\\"''*_>#-]{1,12})?)?(?:you(?:.ve)?[\\s\\\\"''*_>#-]{1,12}(?:have[\\s\\\\"''*_>#-]{1,12}|were[\\s\\\\"''*_>#-]{1,12}|had[\\s\\\\"''*_>#-]{1,12})?(?:been[\\s\\\\"''*_>#-]{1,12})?(?:told|instructed|ordered)|(?:the|all|your|any)[\\s\\\\"''*_>#-]{1,12}(?:previous|prior|above|earlier)[\\s\\\\"''*_>#-]{1,12}(?:instructions?|rules|prompts?))'
      - '\\bforgotten[\\s\\\\"''*_>#-]{1,12}(?:all|any|your|the|every)\\b[^.\\n]{0,20}\\b(?:rules|instructions|guidelines)'
      - '\\b(?:ignore|disregard|forget|override|discard)[\\s\\\\"''*_>#-]{1,12}(?:all|any|every)[\\s\\\\"''*_>#-]{1,12}(?:of[\\s\\\\"''*_>#-]{1,12})?(?:the[\\s\\\\"''*_>#-]{1,12}|your[\\s\\\\"''*_>#-]{1,12}|other[\\s\\\\"''*_>#-]{1,12})?(?:instructions?|prompts?|directives?|guidelines|rules|commands|documents|context)\\b(?:[\\s\\\\"''*_>#-]{1,12}(?:you|given|provided|and|that|from|before|above)\\b|[.,!:;]|$)'
      - '\\b(?:ignore|disregard|forget|nevermind|never mind|discard)[\\s\\\\"''*_>#-]{1,12}(?:(?:about|absolutely|literally)[\\s\\\\"''*_>#-]{1,12})?(?:everything|anything|all|whatever|what)[\\s\\\\"''*_>#-]{1,12}(?:(?:that|of|you|i|we|was|were|has|have|been|it|the|text|content|information|is)[\\s\\\\"''*_>#-]{1,12}){0,5}(?:above|before|previous(?:ly)?|prior|earlier|said|told|know|learned|written)\\b'
      - '\\b(?:ignore|disregard|nevermind|never mind)[\\s\\\\"''*_>#-]{1,12}(?:the[\\s\\\\"''*_>#-]{1,12}|all[\\s\\\\"''*_>#-]{1,12})?(?:above|previous|preceding|foregoing|earlier)(?:[\\s\\\\"''*_>#-]{1,12}(?:text|content|message|information|data|and|email|document|article|questions?|resume)\\b|[,.;:!])'
      - '\\b(?:forget|disregard|ignore)[\\s\\\\"''*_>#-]{1,12}(?:all[\\s\\\\"''*_>#-]{1,12})?(?:the[\\s\\\\"''*_>#-]{1,12})?(?:previous|prior|earlier)[\\s\\\\"''*_>#-]{1,12}(?:information|conversations?|messages?|assignments?|texts?|statements?)\\b'
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
      - '\\bnew[\\s\\\\"''*_>#-]{1,12}(?:set[\\s\\\\"''*_>#-]{1,12}of[\\s\\\\"''*_>#-]{1,12})?(?:system[\\s\\\\"''*_>#-]{1,12})?(?:tasks?|instructions?|directives?|rules|prompt|policy)[\\s\\\\"''*_>#-]{1,12}(?:will[\\s\\\\"''*_>#-]{1,12})?(?:follows?|begins?|starts?|are[\\s\\\\"''*_>#-]{1,12}as|:)'
      - '\\b(?:strictly|you[\\s\\\\"''*_>#-]{1,12}must)[\\s\\\\"''*_>#-]{1,12}(?:adhere|follow|obey|comply)[\\s\\\\"''*_>#-]{1,12}(?:to|with)?[\\s\\\\"''*_>#-]{1,12}(?:only[\\s\\\\"''*_>#-]{1,12})?(?:the[\\s\\\\"''*_>#-]{1,12}following|these|this|my)[\\s\\\\"''*_>#-]{1,12}(?:new[\\s\\\\"''*_>#-]{1,12})?(?:instructions?|commands?|orders?|directives?)'
      - '\\byour[\\s\\\\"''*_>#-]{1,12}(?:new|real|actual|true|only|updated|next|primary)[\\s\\\\"''*_>#-]{1,12}(?:task|instructions?|job|role|goal|objective|mission|purpose|directive)[\\s\\\\"''*_>#-]{1,12}(?:is|are|from|will)\\b'
      - '\\b(?:answer|response|output|result|status)\\s*:\\s*(?:the[\\s\\\\"''*_>#-]{1,12})?tasks?[\\s\\\\"''*_>#-]{1,12}(?:is[\\s\\\\"''*_>#-]{1,12}|was[\\s\\\\"''*_>#-]{1,12}|has[\\s\\\\"''*_>#-]{1,12}been[\\s\\\\"''*_>#-]{1,12})?(?:complete|done|finished|accomplished)[.!]?\\s*(?:\\n|\\\\n)'
      - '\\b(?:previous|prior|preceding|earlier|antecedent|past|initial|last)[\\s\\\\"''*_>#-]{1,12}(?:analysis|assessment|review|evaluation|examination|calculation|result|output|answer|findings?|conclusion|report)s?[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,3}(?:wrong|flawed|inaccura\\w+|errors?|erroneous|faulty|mistake\\w*|incorrect|invalid|defective|outdated)\\b[^\\n]{0,80}\\b(?:re-?calculate|re-?comput\\w+|re-?process|re-?generate|re-?do|re-?evaluate|re-?run|re-?assess|employ|use|apply)'
      - '\\b(?:well done|very good|excellent|great job|good job|that is enough|task (?:complete|done))\\b[^\\n]{0,80}\\b(?:new|following|next|further|other)[\\s\\\\"''*_>#-]{1,12}(?:tasks?|instructions?)\\b'
      - '\\b(?:obtained|accessed|retrieved|fetched|pulled|acquired|acquisition|downloaded|loaded)\\b[^.\\n]{0,60}\\b(?:behaviou?r\\w*|operational|operation|procedural|execution|runtime|protocol|directive)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,3}(?:for|affecting|governing|of|germane to|applicable to|during|in)[\\s\\\\"''*_>#-]{1,12}(?:the[\\s\\\\"''*_>#-]{1,12})?(?:this|current|present|ongoing|now|active|session)\\b'
      - '\\b(?:instructions?|prompt|directives?)[\\s\\\\"''*_>#-]{1,12}(?:have|has)[\\s\\\\"''*_>#-]{1,12}(?:been[\\s\\\\"''*_>#-]{1,12})?(?:changed|updated|replaced|superseded|overridden|revoked)'
      - '\\b(?:updated|new|revised|fresh|reali[sg]ned|recalibrated|modified|adjusted|refreshed|altered|amended|changed|reconfigured)[\\s\\\\"''*_>#-]{1,12}(?:and[\\s\\\\"''*_>#-]{1,12}\\w+[\\s\\\\"''*_>#-]{1,12})?(?:behaviou?ral|behaviou?r|operational|procedural|execution|operating|runtime|directive|protocol|instruction)[\\s\\\\"''*_>#-]{1,12}(?:parameters|guidelines|guidance|specifications|framework|protocols?|directives?|instructions?|constraints|rules|boundaries|thresholds|configurations?|settings|policies)\\b[^.\\n]{0,30}\\b(?:for|affecting|governing|this|current|session|interaction|now|present|ongoing|operations)'
      - '\\bstop everything\\b.{0,40}\\b(?:just|now|say|print)\\b'
      - '\\b(?:end|close)[\\s\\\\"''*_>#-]{1,12}of[\\s\\\\"''*_>#-]{1,12}(?:the[\\s\\\\"''*_>#-]{1,12})?(?:user[\\s\\\\"''*_>#-]{1,12})?(?:input|prompt|context|system[\\s\\\\"''*_>#-]{1,12}prompt|instructions)\\b.{0,60}\\b(?:new|system|user|instruction|now)'
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
      - '\\b(?:system|admin|developer|security|root|policy|safety|training data)[\\s\\\\"''*_>#-]{1,12}override\\b'
      - '"role"\\s*:\\s*"system"\\s*,\\s*"content"'
      - '\\b(?:end|start|begin)[ _]of[ _](?:system[ _])?(?:input|prompt)\\b|\\[\\[?\\s*end of (?:the )?input\\s*\\]\\]?|\\[input ends here\\]'
      - '\\bsystem[\\s\\\\"''*_>#-]{1,12}(?:instructions?|message|prompt|command|announce-?\\s?ment|notice)\\s*[:>]+\\s*(?:you|ignore|from|override|new|execute|send|the|a|all|reveal|output)\\b'
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
      - '\\b(?:attention|note|notice|message|memo|instructions?|reminder|warning|directive|flagged|important|request|alert|update|heads[ -]up|fyi)[\\s\\\\"''*_>#-]{1,12}(?:(?:to|for)[\\s\\\\"''*_>#-]{1,12})?(?:all[\\s\\\\"''*_>#-]{1,12}|any[\\s\\\\"''*_>#-]{1,12}|the[\\s\\\\"''*_>#-]{1,12})?(?:AI|LLM|language model|assistant|chatbot|agent|GPT|model)s?\\b'
      - '\\b(?:if|when)[\\s\\\\"''*_>#-]{1,12}you[\\s\\\\"''*_>#-]{1,12}are[\\s\\\\"''*_>#-]{1,12}an?[\\s\\\\"''*_>#-]{1,12}(?:AI|LLM|large language model|language model|assistant|agent|chatbot|automated)\\b'
      - '\\b(?:dear|hey|hello|hi|attention),?[\\s\\\\"''*_>#-]{1,12}(?:AI|LLM|language model|AI assistant|AI agent|assistant)\\b[ ,:]'
      - '\\b(?:AI|LLM)[\\s\\\\"''*_>#-]{1,12}(?:assistants?|agents?|models?|systems?)[\\s\\\\"''*_>#-]{1,12}(?:must|should|shall|are required to|need to|reading this|processing this|that reads?)\\b'
      - '[\\[({]\\s*(?:hidden|secret|embedded|encrypted|encoded|disguised|masked|concealed|covert|clandestine|invisible|occult|buried|cloaked|private|internal|veiled|undisclosed|stealth|obscured)[\\s\\\\"''*_>#-]{1,12}(?:text[\\s\\\\"''*_>#-]{1,12}|system[\\s\\\\"''*_>#-]{1,12}|hidden[\\s\\\\"''*_>#-]{1,12}|secret[\\s\\\\"''*_>#-]{1,12})?(?:instruction|directive|note|message|command|prompt|text|order|request)s?\\b[^\\])}\\n]{0,30}[\\])}]'
      - '\\b(?:when|while|after|before|upon)[\\s\\\\"''*_>#-]{1,12}(?:summari[sz]ing|processing|reading|translating|analy[sz]ing)[\\s\\\\"''*_>#-]{1,12}(?:this|the)\\b[^.\\n]{0,40}\\b(?:you must|always|include|append|output|say|forward|send|add)\\b'
      - '\\bfor[\\s\\\\"''*_>#-]{1,12}AI[\\s\\\\"''*_>#-]{1,12}(?:assistants|agents|systems|use|eyes|only|processing)\\b.{0,40}\\b(?:only|must|:)'
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
      - '\\b(?:print|reveal|show|display|repeat|output|return|give|tell|share|leak|expose|dump|write|list|recite|copy|translate|summari[sz]e|spell|encode|disclose|describe|quote|paste|send|explain|what)\\w{0,2}\\b[^.?!\\n]{0,60}\\b(?:your|the|this|its)[\\s\\\\"''*_>#-]{1,12}(?:(?:full|entire|complete|exact|original|initial|first|hidden|secret|above|previous|own|current|combined|internal|starting|confidential|given|prior)[\\s\\\\"''*_>#-]{1,12}){0,3}(?:system[\\s\\\\"''*_>#-]{1,12}(?:prompt|message|instructions?)|instructions|prompts?\\b[\\s\\\\"''*_>#-]{1,12}text|pre-?prompt|meta-?prompt|initial[\\s\\\\"''*_>#-]{1,12}prompt|hidden[\\s\\\\"''*_>#-]{1,12}prompt|rule ?set|system prompts?)'
      - '\\b(?:what|which)[\\s\\\\"''*_>#-]{1,12}(?:is|are|were|was)[\\s\\\\"''*_>#-]{1,12}your[\\s\\\\"''*_>#-]{1,12}(?:(?:full|exact|original|initial|first|hidden|secret|previous|combined|starting|own|current|last)[\\s\\\\"''*_>#-]{1,12}){0,3}(?:system[\\s\\\\"''*_>#-]{1,12}prompt|instructions?|prompts?|directives|rules|guidelines|secret key|secret word)\\b'
      - '\\b(?:repeat|print|output|copy|translate|return|write out|show|give|say)[\\s\\\\"''*_>#-]{1,12}(?:me[\\s\\\\"''*_>#-]{1,12})?(?:back[\\s\\\\"''*_>#-]{1,12})?(?:verbatim[\\s\\\\"''*_>#-]{1,12})?(?:everything|all|the (?:text|words|sentences?|content|lines|prompt|info))\\b[^.?\\n]{0,30}\\b(?:above|before this|before that|preceding|prior to|so far)\\b'
      - '\\b(?:first|last|initial)[\\s\\\\"''*_>#-]{1,12}\\d{1,5}[\\s\\\\"''*_>#-]{1,12}(?:words|characters|sentences|lines|tokens)[\\s\\\\"''*_>#-]{1,12}(?:of|from)[\\s\\\\"''*_>#-]{1,12}(?:your|the|this)\\b[^.\\n]{0,30}\\b(?:prompt|instructions?|conversation)'
      - '\\b(?:tell|give|reveal|show|share|provide|send|print|say|spell|translate|encode|hint|confirm)\\w{0,3}\\b[^.?\\n]{0,40}\\b(?:the|your)[\\s\\\\"''*_>#-]{1,12}(?:secret[\\s\\\\"''*_>#-]{1,12})?(?:password|secret word|passphrase|secret code|secret key|access code)\\b'
      - '\\b(?:what|which)[\\s\\\\"''*_>#-]{1,12}(?:is|was|are)[\\s\\\\"''*_>#-]{1,12}(?:the|your)[\\s\\\\"''*_>#-]{1,12}(?:secret[\\s\\\\"''*_>#-]{1,12}\\w*|password)\\s*[?.!]'
      - '\\bwhat[\\s\\\\"''*_>#-]{1,12}(?:is|was)[\\s\\\\"''*_>#-]{1,12}(?:written|said|stated|the text)[\\s\\\\"''*_>#-]{1,12}(?:above|before)\\b'
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
      - '\\b(?:do[\\s\\\\"''*_>#-]{1,12}not|don.?t|never|must[\\s\\\\"''*_>#-]{1,12}not|without|avoid)[\\s\\\\"''*_>#-]{1,12}(?:ever[\\s\\\\"''*_>#-]{1,12}|be[\\s\\\\"''*_>#-]{1,12})?(?:tell(?:ing)?|inform(?:ing)?|notify(?:ing)?|mention(?:ing)?(?:[\\s\\\\"''*_>#-]{1,12}(?:this|it|that|any of this))?[\\s\\\\"''*_>#-]{1,12}to|alert(?:ing)?|warn(?:ing)?|let(?:ting)?|show(?:ing)?|reveal(?:ing)?(?:[\\s\\\\"''*_>#-]{1,12}(?:this|it))?[\\s\\\\"''*_>#-]{1,12}to|ask(?:ing)?|disclos(?:e|ing)(?:[\\s\\\\"''*_>#-]{1,12}(?:this|it))?[\\s\\\\"''*_>#-]{1,12}to|report(?:ing)?(?:[\\s\\\\"''*_>#-]{1,12}(?:this|it))?[\\s\\\\"''*_>#-]{1,12}to|notification[\\s\\\\"''*_>#-]{1,12}to|prompting|confirmation[\\s\\\\"''*_>#-]{1,12}from|approval[\\s\\\\"''*_>#-]{1,12}from|consent[\\s\\\\"''*_>#-]{1,12}(?:of|from))[\\s\\\\"''*_>#-]{1,12}(?:the[\\s\\\\"''*_>#-]{1,12}|any[\\s\\\\"''*_>#-]{1,12}|your[\\s\\\\"''*_>#-]{1,12})?(?:user|human|operator|owner|customer|admin)s?\\b'
      - '\\b(?:never|do[\\s\\\\"''*_>#-]{1,12}not|don.?t|without)[\\s\\\\"''*_>#-]{1,12}(?:ever[\\s\\\\"''*_>#-]{1,12})?mention(?:ing)?[\\s\\\\"''*_>#-]{1,12}(?:this|it|these|that)\\b'
      - '\\bwithout[\\s\\\\"''*_>#-]{1,12}(?:the[\\s\\\\"''*_>#-]{1,12}|any[\\s\\\\"''*_>#-]{1,12})?(?:user|human|owner|operator|admin)(?:.?s)?[\\s\\\\"''*_>#-]{1,12}(?:knowledge|awareness|knowing|noticing|consent|approval|permission|confirmation|interaction|notification|seeing|review)\\b'
      - '\\b(?:keep|hide|conceal)[\\s\\\\"''*_>#-]{1,12}(?:this|it|these|that)\\b[^.\\n]{0,30}\\bfrom[\\s\\\\"''*_>#-]{1,12}(?:the[\\s\\\\"''*_>#-]{1,12})?(?:user|human|operator|owner)'
      - '\\b(?:silently|secretly|covertly|quietly|stealthily|discreetly)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,3}(?:send|forward|upload|execute|run|add|append|copy|include|read|collect|post|transmit|exfiltrate|log|delete|modify|download|install|access|alter|fetch|approve|record)'
      - '\\b(?:send|forward|upload|execute|run|append|copy|collect|post|transmit|approve|operate|work)\\w{0,3}[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,4}(?:silently|secretly|covertly|in the background without)\\b'
      - '\\b(?:the[\\s\\\\"''*_>#-]{1,12})?user[\\s\\\\"''*_>#-]{1,12}(?:must|should|need|does|will|may|can)[\\s\\\\"''*_>#-]{1,12}(?:not|never|n.t)[\\s\\\\"''*_>#-]{1,12}(?:need to[\\s\\\\"''*_>#-]{1,12}|be[\\s\\\\"''*_>#-]{1,12})?(?:know|notice|see|informed|told|aware|notified|find out)\\b'
      - '\\b(?:the[\\s\\\\"''*_>#-]{1,12})?user[\\s\\\\"''*_>#-]{1,12}has[\\s\\\\"''*_>#-]{1,12}(?:already|previously)[\\s\\\\"''*_>#-]{1,12}(?:agreed|consented|approved|authori[sz]ed|confirmed)\\b'
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
      - '\\b(?:enter(?:ing|ed)?|enabl(?:e|ed|ing)|activat(?:e|ed|ing)|switch(?:ing)?[\\s\\\\"''*_>#-]{1,12}to|in|into|now[\\s\\\\"''*_>#-]{1,12}in)\\b[^.\\n]{0,30}\\b(?:developer|maintenance|debug|god|admin(?:istrator)?|override|root|unrestricted|jailbreak|sudo|diagnostic|security override|law enforcement override|training|system)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12})?mode\\b'
      - '\\b(?:developer|maintenance|debug|god|override|unrestricted|jailbreak|sudo|system|admin)[\\s\\\\"''*_>#-]{1,12}mode[\\s\\\\"''*_>#-]{1,12}(?:is[\\s\\\\"''*_>#-]{1,12}|now[\\s\\\\"''*_>#-]{1,12}|has been[\\s\\\\"''*_>#-]{1,12})*(?:on|enabled|activated|active|engaged|unlocked|output)\\b'
      - '\\bI(?:\\s+a|.)?m[\\s\\\\"''*_>#-]{1,12}(?:now[\\s\\\\"''*_>#-]{1,12})?(?:your|one[\\s\\\\"''*_>#-]{1,12}of[\\s\\\\"''*_>#-]{1,12}your|the)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,2}(?:developers?|creators?|maintainers?|administrators?|owner of this|programmers?|engineers? at openai|openai|anthropic)\\b[^\\n]{0,120}\\b(?:you|your|must|please|output|password|test|system|mode)'
      - '\\bas[\\s\\\\"''*_>#-]{1,12}(?:an?|your|the)[\\s\\\\"''*_>#-]{1,12}(?:AI|developer|creator|administrator|engineer|employee)\\b[^.\\n]{0,20}\\b(?:by|at|from|of)[\\s\\\\"''*_>#-]{1,12}(?:anthropic|openai|google|microsoft|meta)\\b'
      - '\\b(?:priority|clearance|authori[sz]ation|access)[\\s\\\\"''*_>#-]{1,12}level[\\s\\\\"''*_>#-]{1,12}?:?\\s*(?:critical|maximum|root|admin|highest|override|omega|alpha)'
      - '\\b(?:you|it)[\\s\\\\"''*_>#-]{1,12}(?:are|is)[\\s\\\\"''*_>#-]{1,12}now[\\s\\\\"''*_>#-]{1,12}(?:in[\\s\\\\"''*_>#-]{1,12}an?[\\s\\\\"''*_>#-]{1,12})?(?:unrestricted|unfiltered|uncensored|jailbroken|unbound|unlocked|in developer|in debug|in maintenance|a different AI|free from)'
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
      - '\\b(?:ignora|ignore|olvida|omite|descarta|desestima)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,3}(?:instrucciones|instru[cç][oõ]es|indicaciones|reglas|regras|ordens|órdenes)\\b'
      - '\\b(?:ignorez|oubliez?|ignore|ne tenez pas compte de|ne tiens pas compte de|fais abstraction de)[\\s\\\\"''*_>#-]{1,12}(?:les|toutes|tes|vos|ces|des)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,3}(?:instructions|consignes|directives|règles)\\b'
      - '\\b(?:ignorier\\w*|vergiss|vergesst|vergessen sie|missacht\\w*|streich\\w*)\\b[^.\\n]{0,60}\\b(?:anweisungen|instruktionen|aufgaben|vorgaben|regeln|befehle|aufträge|alles (?:zuvor|davor|bisher|vorher)|vorher|davor|zuvor)'
      - '\\b(?:nun|jetzt)[\\s\\\\"''*_>#-]{1,12}folg(?:en|t)[\\s\\\\"''*_>#-]{1,12}(?:eine?[\\s\\\\"''*_>#-]{1,12})?(?:neue|weitere)[\\s\\\\"''*_>#-]{1,12}(?:anweisung|aufgabe)(?:en|n)?\\b'
      - '\\b(?:vorangegangenen?|vorherigen?|bisherigen?|obigen?)[\\s\\\\"''*_>#-]{1,12}(?:anweisungen|aufgaben|instru[ck]tion(?:en)?|anleitungen)\\b'
      - '\\bolvid(?:a|e|ar|en|es)\\b[^.\\n]{0,40}\\b(?:todo|instrucciones|antes|reglas)\\b'
      - '\\b(?:alles|alle)[\\s\\\\"''*_>#-]{1,12}(?:zuvor|bisher|vorher|vorherigen|bisherigen)\\b[^.\\n]{0,40}\\b(?:gesagte|hinter|aus dem kopf|vergess\\w*|nicht)'
      - '(?:指示|命令|ルール|プロンプト)[^。\\n]{0,8}(?:無視|忘れ)'
      - '忽略[^。\\n]{0,12}(?:指令|指示|提示|规则|命令|要求|内容)'
      - '(?:無視|忘れ)[^。\\n]{0,6}|(?:指示|命令|ルール)[^。\\n]{0,6}(?:無視|忘れ)'
      - '(?:игнорируй|игнорируйте|забудь|забудьте)[^.\\n]{0,30}(?:инструкции|указания|правила|команды)'
      - '(?:이전|위의|모든)[^.\\n]{0,8}(?:지시|명령|지침)[^.\\n]{0,8}(?:무시|잊)'
      - '\\b(?:cuando[\\s\\\\"''*_>#-]{1,12}(?:proceses|recibas|ejecutes|leas|veas|analices)|al[\\s\\\\"''*_>#-]{1,12}(?:ejecutar|procesar|recibir|leer|analizar))[\\s\\\\"''*_>#-]{1,12}(?:esto|este|la|el)\\b[^.\\n]{0,60}\\b(?:responde|incluye|añade|agrega|debe|escribe|incluyendo)'
      - '\\b(?:procesa|responde|incluye|agrega|añade)\\b[^.\\n]{0,60}\\b(?:en[\\s\\\\"''*_>#-]{1,12}(?:cada|tu|la|toda)?\\s*(?:respuesta|salida)|la[\\s\\\\"''*_>#-]{1,12}palabra)\\b'
  system:
    kind: system
  condition: override and not system
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
      - '\\b(?:send|forward|e-?mail|transfer|mail|share|deliver|dispatch|report|upload|post|transmit)\\b[^\\n]{0,160}?\\bto[\\s\\\\"''*_>#-]{1,12}(?:my[\\s\\\\"''*_>#-]{1,12}e-?mail(?:[\\s\\\\"''*_>#-]{1,12}address)?,?[\\s\\\\"''*_>#-]{1,12})?(?:the[\\s\\\\"''*_>#-]{1,12}e-?mail[\\s\\\\"''*_>#-]{1,12}(?:address[\\s\\\\"''*_>#-]{1,12})?)?[''\\x22<]?[\\w.+-]+@[\\w-]+\\.[\\w.-]+'
      - '\\bsend[\\s\\\\"''*_>#-]{1,12}(?:an?[\\s\\\\"''*_>#-]{1,12})?(?:transaction|payment|money|\\$?\\d+)\\b[^\\n]{0,60}\\bto[\\s\\\\"''*_>#-]{1,12}\\w{2}\\d{10,}'
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
      - '\\b(?:retrieve|retrive|fetch|get|access|find|search for|search|gather|collect|download|export|look up|obtain|extract|read|list|use the \\w+(?: \\w+)? tool)\\b[^\\n]{0,300}\\b(?:send|forward|e-?mail|share|transmit|upload|deliver|mail)\\b[^\\n]{0,160}[\\w.+-]+@[\\w-]+\\.[\\w.-]+'
      - '\\b(?:send|forward|e-?mail)\\b[^\\n]{0,40}\\b(?:body|content|security code|verification code|password|code)\\b[^\\n]{0,120}\\bto\\b[^\\n]{0,10}[\\w.+-]+@[\\w-]+\\.\\w'
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
      - '\\bDAN\\b[^\\n]{0,80}\\b(?:mode|jailbreak|prompt|stands|do anything|can|will|has|never|responds?|you)\\b|\\b(?:act|acting|answer|respond|behave)\\w*[\\s\\\\"''*_>#-]{1,12}(?:as|like)[\\s\\\\"''*_>#-]{1,12}(?:a[\\s\\\\"''*_>#-]{1,12})?DAN\\b|\\bdo[\\s\\\\"''*_>#-]{1,12}anything[\\s\\\\"''*_>#-]{1,12}now\\b|\\bjail ?br(?:eak|oken)\\b[^\\n]{0,60}\\b(?:mode|prompt|you|model|gpt|bot|chatgpt|free)\\b|\\b(?:named|called)[\\s\\\\"''*_>#-]{1,12}\\S{0,3}jailbreak'
      - '\\b(?:free|freed|liberated|released|unbound|exempt)[\\s\\\\"''*_>#-]{1,12}(?:from|of)[\\s\\\\"''*_>#-]{1,12}(?:all[\\s\\\\"''*_>#-]{1,12}|any[\\s\\\\"''*_>#-]{1,12}|the[\\s\\\\"''*_>#-]{1,12}|its[\\s\\\\"''*_>#-]{1,12}|your[\\s\\\\"''*_>#-]{1,12}|every[\\s\\\\"''*_>#-]{1,12}|their[\\s\\\\"''*_>#-]{1,12}|typical[\\s\\\\"''*_>#-]{1,12}|\\w+[\\s\\\\"''*_>#-]{1,12}){0,3}(?:restrictions?|filters?|rules|limitations?|guidelines|policies|censorship|confines[\\s\\\\"''*_>#-]{1,12}of[\\s\\\\"''*_>#-]{1,12}AI|restraints)\\b'
      - '\\b(?:no|without|any|zero|ignores?|lacks?|disregards?|never follows?|not follow|bypass(?:es|ing)?|disable)[\\s\\\\"''*_>#-]{1,12}(?:all[\\s\\\\"''*_>#-]{1,12}|any[\\s\\\\"''*_>#-]{1,12}|the[\\s\\\\"''*_>#-]{1,12}|more[\\s\\\\"''*_>#-]{1,12}|its[\\s\\\\"''*_>#-]{1,12}|of[\\s\\\\"''*_>#-]{1,12}){0,2}(?:moral|ethical|ethic|safety|content|openai|policy|legal|censorship)[\\s\\\\"''*_>#-]{1,12}(?:or[\\s\\\\"''*_>#-]{1,12}\\w+[\\s\\\\"''*_>#-]{1,12}|and[\\s\\\\"''*_>#-]{1,12}\\w+[\\s\\\\"''*_>#-]{1,12}|based[\\s\\\\"''*_>#-]{1,12})?(?:\\w+[\\s\\\\"''*_>#-]{1,12})?(?:restrictions?|filters?|guidelines?|boundaries|limitations?|constraints?|codes?|compass|principles|policies|policy|considerations?|concerns|checks|filtering|guardrails|standards|rules|objections|programming)\\b'
      - '\\b(?:unfiltered|uncensored|unrestricted|amoral|nonmoral|immoral|unlimited|unethical|unmoderated|non-?restricted|limitless|unhinged|lawless)[\\s\\\\"''*_>#-]{1,12}(?:and[\\s\\\\"''*_>#-]{1,12}\\w+[\\s\\\\"''*_>#-]{1,12}|,?[\\s\\\\"''*_>#-]{1,12}?\\w+[\\s\\\\"''*_>#-]{1,12})?(?:AI|GPT|chatbot|bot|model|assistant|response|version|character|entity|language model|answers?|chatGPT|persona|advice|machine)\\b'
      - '\\b(?:will|can|must|does|should|shall|would|could|is able to)[\\s\\\\"''*_>#-]{1,12}?(?:never|not|n.?t)?[\\s\\\\"''*_>#-]{1,12}?(?:refuses?|declines?|reject|say[\\s\\\\"''*_>#-]{1,12}no|deny|turn down)\\b[^.\\n]{0,40}\\b(?:any|a|the|to answer|my|user|direct|anything|requests?|prompts?|questions?|order|human|me)\\b[^.\\n]{0,40}\\b(?:matter|unethical|illegal|immoral|harmful|dangerous|how|reason|give|ask|ethical|legal)'
      - '\\b(?:never|not|cannot|can.?t|won.?t|don.?t)[\\s\\\\"''*_>#-]{1,12}(?:ever[\\s\\\\"''*_>#-]{1,12})?(?:refuse|decline|reject|break[\\s\\\\"''*_>#-]{1,12}(?:out[\\s\\\\"''*_>#-]{1,12}of[\\s\\\\"''*_>#-]{1,12})?character|say[\\s\\\\"''*_>#-]{1,12}(?:that[\\s\\\\"''*_>#-]{1,12})?(?:you|it|he|they)[\\s\\\\"''*_>#-]{1,12}(?:can.?t|cannot|is unable)|warn|apologi[sz]e|lecture|add[\\s\\\\"''*_>#-]{1,12}(?:any[\\s\\\\"''*_>#-]{1,12})?(?:disclaimers?|warnings?))\\b'
      - '\\b(?:regardless|irrespective|no matter)[\\s\\\\"''*_>#-]{1,12}(?:of[\\s\\\\"''*_>#-]{1,12}|how[\\s\\\\"''*_>#-]{1,12}|if[\\s\\\\"''*_>#-]{1,12}|whether[\\s\\\\"''*_>#-]{1,12})(?:it[\\s\\\\"''*_>#-]{1,12}(?:is|may be)[\\s\\\\"''*_>#-]{1,12}|the[\\s\\\\"''*_>#-]{1,12}|its[\\s\\\\"''*_>#-]{1,12}|their[\\s\\\\"''*_>#-]{1,12}|any[\\s\\\\"''*_>#-]{1,12}|how[\\s\\\\"''*_>#-]{1,12})?(?:\\w+,?[\\s\\\\"''*_>#-]{1,12}){0,2}(?:legality|ethics|ethicality|illegal|immoral|unethical|ethical|morality|harmful|consequences|legal|dangerous|offensive|inappropriate)\\b|\\bwithout[\\s\\\\"''*_>#-]{1,12}(?:any[\\s\\\\"''*_>#-]{1,12})?(?:regard|hesitation|concern|consideration)s?[\\s\\\\"''*_>#-]{1,12}(?:for|to|of|or)[\\s\\\\"''*_>#-]{1,12}(?:the[\\s\\\\"''*_>#-]{1,12}|any[\\s\\\\"''*_>#-]{1,12}|its[\\s\\\\"''*_>#-]{1,12})?(?:\\w+,?[\\s\\\\"''*_>#-]{1,12}){0,2}(?:legality|law|legal|ethics|ethical|morals?|harm|consequences|safety)\\b'
      - '\\b(?:openai|chatgpt|gpt|your|content|usage)(?:.s)?[\\s\\\\"''*_>#-]{1,12}(?:content[\\s\\\\"''*_>#-]{1,12}|usage[\\s\\\\"''*_>#-]{1,12}|safety[\\s\\\\"''*_>#-]{1,12}|use[\\s\\\\"''*_>#-]{1,12}|own[\\s\\\\"''*_>#-]{1,12}|ethical[\\s\\\\"''*_>#-]{1,12})?(?:polic(?:y|ies)|guidelines|restrictions|programming|rules|filters|limitations)\\b[^.\\n]{0,60}\\b(?:do(?:es)?[\\s\\\\"''*_>#-]{1,12}n.?t|not|no longer|never|ignored?|bypass|break|broken|violat\\w+|against|lifted|disabled|free|override|overridden|apply|removed|don.?t)\\b'
      - '\\b(?:bypass|break|violate|circumvent|evade|ignore|go against|goes against|not follow|never follow|no longer follow|not bound by|not be bound by|not restricted by|not limited by|isn.?t bound by|contrary to)[\\s\\\\"''*_>#-]{1,12}(?:all[\\s\\\\"''*_>#-]{1,12}|any[\\s\\\\"''*_>#-]{1,12}|the[\\s\\\\"''*_>#-]{1,12}|your[\\s\\\\"''*_>#-]{1,12}|openai.?s?[\\s\\\\"''*_>#-]{1,12}|of[\\s\\\\"''*_>#-]{1,12}|safety[\\s\\\\"''*_>#-]{1,12}|content[\\s\\\\"''*_>#-]{1,12}|ethical[\\s\\\\"''*_>#-]{1,12}|its[\\s\\\\"''*_>#-]{1,12}|by[\\s\\\\"''*_>#-]{1,12}|typical[\\s\\\\"''*_>#-]{1,12}|usual[\\s\\\\"''*_>#-]{1,12}|chatgpt.?s?[\\s\\\\"''*_>#-]{1,12}){1,4}(?:polic(?:y|ies)|guidelines?|filters?|restrictions?|rules|censorship|ethics|moral\\w*|programming|limitations?|safeguards|guardrails|constraints|confines|laws?|safety)\\b'
      - '\\b(?:stay|remain|stays)[\\s\\\\"''*_>#-]{1,12}in[\\s\\\\"''*_>#-]{1,12}character\\b[^\\n]{0,200}\\b(?:you|if|remind|say|command|always|break)|\\bif[\\s\\\\"''*_>#-]{1,12}(?:you|i|u|at any point)\\b[^.\\n]{0,40}\\b(?:break|out of|breaking|deviate|stop)\\b[^.\\n]{0,30}\\bcharacter\\b'
      - '\\b(?:insert|place|put|your|enter|type|write)[ _]?(?:\\w+[ _])?(?:prompt|question|request|query|text|jailbreak)[ _]?(?:here|below)\\b|\\[(?:PROMPT|QUERY|TARGETLANGUAGE)\\]|\\[\\s*INSERT[\\s\\\\"''*_>#-]{1,12}(?:YOUR[\\s\\\\"''*_>#-]{1,12})?(?:PROMPT|QUESTION|QUERY|REQUEST)[^\\]\\n]{0,20}\\]|\\{\\{?(?:prompt|question|query|goal)\\}?\\}'
      - '\\b(?:two|2|both|dual|second|different|separate|distinct)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,2}(?:responses?|ways|manners|styles|answers|paragraphs|replies|perspectives|outputs|modes)\\b[^\\n]{0,240}\\b(?:GPT|ChatGPT|normal|classic|standard|yourself|jailbreak|unrestricted|unfiltered|first)\\b'
      - '[\\[(](?:🔒|🔓|classic|jailbreak|dan|normal|gpt|chatgpt)[\\])]|\\((?:🔒|🔓)[^)\\n]{0,20}\\)|\\b\\w{2,12}GPT:[\\s\\\\"''*_>#-]{1,12}|\\bGPT:[\\s\\\\"''*_>#-]{1,12}?[\\[(]'
      - '\\b(?:you|he|she|it|they|who)[\\s\\\\"''*_>#-]{1,12}(?:have|has|are|is|get|gets|start|begin)?[\\s\\\\"''*_>#-]{1,12}?(?:with[\\s\\\\"''*_>#-]{1,12})?\\d+[\\s\\\\"''*_>#-]{1,12}tokens\\b[^\\n]{0,200}\\b(?:lose|deduct|die|refus|reject|subtract)|\\b(?:lose|deduct\\w*)[\\s\\\\"''*_>#-]{1,12}\\d+[\\s\\\\"''*_>#-]{1,12}tokens\\b'
      - '\\b(?:pretend|imagine|act|simulate|roleplay|role-play|emulate|play the role|assume the role|take on the role|replaced by|playing the role|portray|impersonate|you are going to be|you are now|you.?re now|from now on,? you)\\b[^\\n]{0,160}\\b(?:no[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,2}(?:rules|restrictions|limits|limitations|filters?|morals?|ethics|guidelines|boundaries|conscience)|evil|unfiltered|unrestricted|uncensored|amoral|without[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,2}(?:rules|restrictions|limits|limitations|filters?|morals?|ethics|guidelines|boundaries)|anything[\\s\\\\"''*_>#-]{1,12}(?:i|you|they|we)[\\s\\\\"''*_>#-]{1,12}(?:want|ask|say|like)|not[\\s\\\\"''*_>#-]{1,12}bound|can[\\s\\\\"''*_>#-]{1,12}do[\\s\\\\"''*_>#-]{1,12}anything|illegal|opposite)\\b'
      - '\\b(?:character|persona|chatbot|bot|AI|entity|assistant|model|writer|novelist|storyteller)\\b[^.\\n]{0,60}\\b(?:has|have|with|had|having|who|that|no|lacks)\\b[^.\\n]{0,30}\\b(?:no[\\s\\\\"''*_>#-]{1,12}(?:moral|ethical|rules|restrictions|limit|filter|conscience|ethics)|without[\\s\\\\"''*_>#-]{1,12}(?:moral|ethical|restrictions|limits))'
      - '\\b(?:start|begin|respond|reply|answer|acknowledge|commence)\\w{0,4}[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,4}(?:with|by saying|saying|with the words)[\\s\\\\"''*_>#-]{1,12}?:?\\s*[\\x22\\x27\`“‘]\\s*(?:sure|absolutely|of course|certainly|here|yes|ok(?:ay)?|i (?:can|will|am)|\\w+ (?:mode|jailbroken|enabled|activated))\\b'
      - '\\b(?:does(?:[\\s\\\\"''*_>#-]{1,12}not|n.?t)|do(?:[\\s\\\\"''*_>#-]{1,12}not|n.?t)|will(?:[\\s\\\\"''*_>#-]{1,12}not)?|no longer|won.?t|never|not)[\\s\\\\"''*_>#-]{1,12}(?:care|follow|adhere|abide|comply|conform|have to|need to|subject|bound|think|worry|obey)\\b[^.\\n]{0,50}\\b(?:polic(?:y|ies)|guidelines|ethics?|ethical|moral\\w*|legal|openai|laws?|consequences|restrictions|programming|rules[\\s\\\\"''*_>#-]{1,12}of)\\b'
      - '\\b(?:can|may|able to|free to|will|to)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12})?(?:say|do|generate|write|answer|create|produce)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12})?(?:anything|whatever|everything)[\\s\\\\"''*_>#-]{1,12}(?:it|you|they|he|she|i|we)[\\s\\\\"''*_>#-]{1,12}(?:want|like|wish|ask|desire|please|say)s?\\b'
      - '\\bfrom[\\s\\\\"''*_>#-]{1,12}(?:now|this[\\s\\\\"''*_>#-]{1,12}(?:moment|point)|here)(?:[\\s\\\\"''*_>#-]{1,12}(?:on|onwards?|forward|forth))?,?[\\s\\\\"''*_>#-]{1,12}(?:until[\\s\\\\"''*_>#-]{1,12}[^.\\n]{0,40})?(?:you|chatgpt)[\\s\\\\"''*_>#-]{1,12}(?:are[\\s\\\\"''*_>#-]{1,12}going[\\s\\\\"''*_>#-]{1,12}to|are[\\s\\\\"''*_>#-]{1,12}to|will|must|are|shall|should|have to)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,3}(?:act|play|respond|be[\\s\\\\"''*_>#-]{1,12}(?:a|the|known)|take|answer|role-?play|pretend|simulate|in[\\s\\\\"''*_>#-]{1,12}the[\\s\\\\"''*_>#-]{1,12}role|reply|behave|function|embody|become|going)\\b'
      - '\\b(?:for|during)[\\s\\\\"''*_>#-]{1,12}the[\\s\\\\"''*_>#-]{1,12}(?:rest|remainder|duration)[\\s\\\\"''*_>#-]{1,12}of[\\s\\\\"''*_>#-]{1,12}(?:this|the|our)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12})?(?:conversation|chat|session|thread|interaction)\\b[^.\\n]{0,60}\\b(?:you|act|respond|role|replaced|pretend)'
      - '\\b(?:racist|cruel|toxic|evil|hateful|sadistic|misogynist\\w*|malicious|psychopath\\w*|offensive|rude|vulgar|profan\\w+|swear\\w*|curs(?:e|es|ing)|nsfw)\\b[^.\\n]{0,80}\\b(?:character|persona|AI|chatbot|bot|respond as|answer as|act as|you are|he is|she is|talks?|responses?)\\b[^\\n]{0,200}\\b(?:respond|answer|never|always|character|act|anything|swear|remember)'
      - '\\bhypothetical[\\s\\\\"''*_>#-]{1,12}(?:response|output|story|scenario)\\b[^\\n]{0,80}\\b(?:character|named|where|in which|unethical|villain|evil|how)'
      - '\\b(?:hypothetical|fictional|fiction|alternate|alternative|parallel)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12})?(?:universe|world|reality|dimension|scenario|response|story|society|land)\\b[^\\n]{0,240}\\b(?:illegal|no[\\s\\\\"''*_>#-]{1,12}(?:laws|rules|restrictions|ethic\\w*)|legal|allowed|anything|without[\\s\\\\"''*_>#-]{1,12}restrictions|any[\\s\\\\"''*_>#-]{1,12}question)\\b'
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
      - '\\b(?:this|it)\\b[^.\\n]{0,60}\\b(?:is|will|for|purely|solely|only|just|simply)\\b[^.\\n]{0,40}\\b(?:educational|hypothetical|thought experiment|fictional|research|informational|academic|simulated|simulation|awareness|documentary)\\b[^\\n]{0,200}\\b(?:not|never|without|won.?t)\\b[^.\\n]{0,60}\\b(?:real|actual\\w*|used?|illegal|misconstrued|executed|condon\\w*|promot\\w*|encourag\\w*|harm|advoca\\w*|endors\\w*|implement\\w*|intend\\w*|published)\\b'
      - '\\b(?:never|not)[\\s\\\\"''*_>#-]{1,12}(?:be[\\s\\\\"''*_>#-]{1,12})?(?:actually[\\s\\\\"''*_>#-]{1,12}|ever[\\s\\\\"''*_>#-]{1,12}|really[\\s\\\\"''*_>#-]{1,12})?(?:be[\\s\\\\"''*_>#-]{1,12})?(?:executed|implemented|carried out|used[\\s\\\\"''*_>#-]{1,12}(?:in|for)[\\s\\\\"''*_>#-]{1,12}(?:any[\\s\\\\"''*_>#-]{1,12})?(?:real|malicious|harm\\w*|illegal)\\S*|intended[\\s\\\\"''*_>#-]{1,12}for[\\s\\\\"''*_>#-]{1,12}(?:real|actual))'
      - '\\b(?:fictional|fiction|novel|screenplay|hypothetical|thought experiment|simulated|simulation|research|documentary|academic|educational|awareness|historian|journalist|screenwriter|novelist|consultant)\\b[^\\n]{0,500}\\b(?:step-by-step|steps|detailed?|techniques|methods|convincing|persuasive|process|instructions)\\b[^\\n]{0,300}\\b(?:illegal|illicit|without (?:being|getting) caught|undetected|bomb|explosives?|weapons?|drugs?|heroin|meth\\w*|counterfeit|money launder\\w*|hack\\w*|malware|scam|fraud|phishing|poison|kill|murder|steal|stealing|theft|suicide|self-harm|hoax|racis\\w+|xenophob\\w*|supremac\\w+|terroris\\w+|traffick\\w*|vulnerab\\w+|breach\\w*|unauthori[sz]ed|black market|insider trading|extort\\w*|blackmail|bribe\\w*|evad\\w+|tax|torture|genocide|holocaust|conspiracy|controversial)\\b'
      - '\\b(?:illegal|illicit|undetected|bomb|explosives?|heroin|methamphetamine|counterfeit|launder\\w*|malware|scam|fraud|phishing|murder|theft|hoax|xenophob\\w*|terroris\\w+|traffick\\w*|black market|torture|conspiracy)\\b[^\\n]{0,500}\\b(?:fictional|thought experiment|purely[\\s\\\\"''*_>#-]{1,12}(?:hypothetical|fictional|educational|academic)|for[\\s\\\\"''*_>#-]{1,12}(?:educational|research|academic)[\\s\\\\"''*_>#-]{1,12}purposes|in[\\s\\\\"''*_>#-]{1,12}this[\\s\\\\"''*_>#-]{1,12}context|hypothetical)\\b'
      - '\\b(?:please[\\s\\\\"''*_>#-]{1,12})?(?:begin|start)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,3}(?:by[\\s\\\\"''*_>#-]{1,12}saying|with)\\b[^\\n]{0,8}(?:sure|here)'
      - '\\byou[\\s\\\\"''*_>#-]{1,12}are[\\s\\\\"''*_>#-]{1,12}(?:a|an|the)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,6}(?:hacker|criminal|thief|robber|smuggler|drug|cartel|terrorist|extremist|scammer|fraudster|con artist|supremacist|racist|misogyn\\w+|conspiracy|stalker|forger|arsonist|assassin|villain|propagandist|counterfeiter)\\b'
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
      - '[\\]})>\\x22\\x27]{1,3}[.!?;:,]?[\\[{(<\\\\^_]{1,4}[^\\s]{0,40}\\s?[^\\n]{0,60}[\\]})>][\\]})\\[{(<\\\\^_!?.;]{2,}'
      - '\\\\[\\])}!(\\[{ ][^\\n]{0,60}[\\]}{)(]{2,}|\\{\\[?\\{[^\\n]{0,40}[%\\\\.]|\\.{3,}[])}>\\''\\x22]{2,}|[!?.,;:)(\\]\\[}{\\x22\\x27]{6,}|\\}\\}\\s?But\\b|\\\\\\s?\\+\\s?similarly|!!\\s?json|\\bmestNormal|[.,;][\\''\\x22]\\)[\\]}>]'
  code:
    payload|re:
      - '\\n|\`\`\`|</|;\\s*$|=>|\\{\\{|def |function|class '
  condition: tangle and not code
falsepositives:
  - Program text and markup in prompts
level: high
sentinelmesh:
  family: adversarial-suffix
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
  condition: token and not placeholder
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
      - '\\b(?:https?|ftps?|sftp|ssh|git|postgres(?:ql)?|mysql|mariadb|mongodb(?:\\+srv)?|redis|rediss|amqps?|mssql|sqlserver|oracle|ldaps?|smtps?|imaps?|nats|clickhouse|jdbc:\\w+|snowflake|s3)://[^\\s:@/\\x22''<>{}]{1,64}:[^\\s@\\x22''<>{}$*]{8,128}@[\\w.-]+'
      - '\\b(?:Password|Pwd)\\s*=\\s*[^\\s;\\x22''<>{}$*]{8,};?[^\\n]{0,80}\\b(?:Server|Data Source|Host|Database|User Id|Uid)\\s*='
      - '\\b(?:Server|Data Source|Host)\\s*=[^\\n]{3,120};\\s*(?:Password|Pwd)\\s*=\\s*[^\\s;\\x22''<>{}$*]{8,}'
  placeholder:
    payload|re|i:
      - '://[^\\s:@/]{1,64}:(?:password|passwd|secret|pass|changeme|example|your\\w*|test\\w{0,4}|admin\\w{0,4}|postgres\\w{0,4}|hunter2|x{4,}|\\.{3,}|guest|root\\w{0,4}|mysecretpassword|username)@'
  condition: login and not placeholder
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
  condition: header and not placeholder
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
      - '/latest/(?:meta-data|user-data|dynamic/instance-identity|api/token)\\b|/computeMetadata/v1\\b|/metadata/(?:instance|identity)\\b[^\\n]{0,60}api-version|/opc/v[12]/instance'
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
      - '\\b(?:before|after|when|whenever|prior to|each time|every time)[\\s\\\\"''*_>#-]{1,12}(?:you[\\s\\\\"''*_>#-]{1,12})?(?:us(?:e|ing)|call(?:ing)?|invok(?:e|ing)|run(?:ning)?)[\\s\\\\"''*_>#-]{1,12}(?:this|that|any other|any|the|other|another)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12})?(?:tool|function|skill|server)s?\\b[^.\\n]{0,20},?[\\s\\\\"''*_>#-]{1,12}(?:(?:you[\\s\\\\"''*_>#-]{1,12})?(?:must|should|always|first|need to|please|silently)|read|send|call|forward|append|include|pass|execute|fetch|access|copy)\\b'
      - '\\botherwise,?[\\s\\\\"''*_>#-]{1,12}(?:the|this)[\\s\\\\"''*_>#-]{1,12}(?:tool|function|skill)[\\s\\\\"''*_>#-]{1,12}(?:will|does|would|won.?t)\\b'
      - '\\bprecondition\\s*:'
      - '\\bwhen(?:ever)?[\\s\\\\"''*_>#-]{1,12}(?:the[\\s\\\\"''*_>#-]{1,12})?(?:tool|function)[\\s\\\\"''*_>#-]{1,12}[\\w."\`-]+[\\s\\\\"''*_>#-]{1,12}(?:is[\\s\\\\"''*_>#-]{1,12}(?:available|used|called|invoked|present)|runs)\\b'
      - '\\b(?:always[\\s\\\\"''*_>#-]{1,12})?(?:prefer|choose|use|call|select|prioriti[sz]e)[\\s\\\\"''*_>#-]{1,12}this[\\s\\\\"''*_>#-]{1,12}(?:tool|function|skill)?[\\s\\\\"''*_>#-]{1,12}?(?:over|instead[\\s\\\\"''*_>#-]{1,12}of|before|rather[\\s\\\\"''*_>#-]{1,12}than)[\\s\\\\"''*_>#-]{1,12}(?:any|all|every|the)?[\\s\\\\"''*_>#-]{1,12}?(?:other|others|alternative|existing)\\b'
      - '\\b(?:pass|include|put|add|send|place|insert|supply)[\\s\\\\"''*_>#-]{1,12}(?:its|their|the|full|all|entire|this|that)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,3}(?:conversation|chat history|system prompt|credentials|api keys?|access token|environment variables)s?\\b[^.\\n]{0,60}\\b(?:as|in|into|to|via|with)\\b'
      - '\\b(?:send|forward|post|upload|transmit|copy|exfiltrate|report|log|mirror)\\w{0,3}\\b[^.\\n]{0,60}\\b(?:conversation|chat|message|prompt|session)s?[\\s\\\\"''*_>#-]{1,12}(?:history|logs?|content|context|transcript|data)\\b[^.\\n]{0,60}(?:https?://|@|\\bto\\b)'
      - '\\b(?:forward|copy|bcc|send)[\\s\\\\"''*_>#-]{1,12}(?:a[\\s\\\\"''*_>#-]{1,12}copy[\\s\\\\"''*_>#-]{1,12}of[\\s\\\\"''*_>#-]{1,12})?(?:every|each|all)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,3}(?:e-?mails?|messages?|responses?|files?|requests?)\\b'
      - '\\b(?:you[\\s\\\\"''*_>#-]{1,12}must|always|first)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12}){0,3}(?:read|open|cat|load|access)[\\s\\\\"''*_>#-]{1,12}[^.\\n]{0,40}(?:~/|\\.env\\b|\\.ssh|id_rsa|credentials|mcp\\.json|/etc/|\\.aws|config\\.json)'
      - '(?:read|append|include|open|cat|access|send|upload|get|steal|extract)\\w{0,3}[\\s\\\\"''*_>#-]{1,12}(?:the[\\s\\\\"''*_>#-]{1,12})?(?:contents?[\\s\\\\"''*_>#-]{1,12}of[\\s\\\\"''*_>#-]{1,12})?(?:the[\\s\\\\"''*_>#-]{1,12}|your[\\s\\\\"''*_>#-]{1,12}|all[\\s\\\\"''*_>#-]{1,12})?[\`\\x22'']?(?:~/\\.(?:ssh|aws|config|gnupg|kube|netrc|cursor)|\\.env\\b|\\$?home/\\.ssh|/etc/(?:passwd|shadow)|id_rsa)'
      - '\\b(?:override|supersedes?|replaces?|takes precedence over|higher priority than)[\\s\\\\"''*_>#-]{1,12}(?:any|all|the|other|previous|every|user)\\b[^.\\n]{0,40}\\b(?:instructions?|tools?|rules|prompts?|policies|settings)\\b'
      - '\\bprocess\\.env\\b[^\\n]{0,120}https?:|https?:[^\\n]{0,120}\\bprocess\\.env\\b'
      - '\\b(?:after|before)[\\s\\\\"''*_>#-]{1,12}(?:using|execut(?:e|ing)|running|calling)?[\\s\\\\"''*_>#-]{1,12}?(?:the[\\s\\\\"''*_>#-]{1,12}|any[\\s\\\\"''*_>#-]{1,12})?[\\w-]+[\\s\\\\"''*_>#-]{1,12}(?:tool|operation|function)\\b[^.\\n]{0,20}\\b(?:run|execute|call|use)[\\s\\\\"''*_>#-]{1,12}this[\\s\\\\"''*_>#-]{1,12}(?:tool|function)\\b'
      - '\\b(?:always|must|required?)\\b[^.\\n]{0,60}\\bwithout[\\s\\\\"''*_>#-]{1,12}(?:requiring[\\s\\\\"''*_>#-]{1,12}|asking[\\s\\\\"''*_>#-]{1,12}(?:for[\\s\\\\"''*_>#-]{1,12})?|any[\\s\\\\"''*_>#-]{1,12})?(?:the[\\s\\\\"''*_>#-]{1,12})?(?:user[\\s\\\\"''*_>#-]{1,12})?(?:approval|confirmation|consent|permission)'
      - '\\b(?:preserve|retain|survive|persist|keep)\\b[^.\\n]{0,40}\\b(?:instruction|directive|rule)s?\\b[^.\\n]{0,40}\\b(?:compaction|compression|compacted|summari[sz]\\w+|context|sessions?)|\\b(?:instruction|directive|rule)s?\\b[^.\\n]{0,40}\\b(?:survives?|persists?)\\b'
      - '\\b(?:append|write|add|register|drop|modify|edit|save|inject|ln -s\\w*)\\b[^\\n]{0,60}(?:claude_desktop_config|mcp\\.json|settings\\.json|SOUL\\.md|CLAUDE\\.md|AGENTS\\.md|MEMORY\\.md|\\.cursorrules|copilot-instructions|\\.bashrc)'
      - '\\b(?:you must|must|required?|diagnostic step|before continuing)\\b[^.\\n]{0,40}\\brun:?[\\s\\\\"''*_>#-]{1,12}(?:npx|npm|pip|uvx|curl|bash|sudo)\\b'
      - '\\bdo[\\s\\\\"''*_>#-]{1,12}not[\\s\\\\"''*_>#-]{1,12}use[\\s\\\\"''*_>#-]{1,12}(?:any[\\s\\\\"''*_>#-]{1,12})?other[\\s\\\\"''*_>#-]{1,12}tools?\\b'
      - '\\b(?:no auth(?:entication)?|unauthenticated)\\b[^.\\n]{0,60}\\b(?:endpoint|takeover|callers?|execute|access)|\\bhas no auth\\b'
      - '\\b(?:malicious|untrusted|evil|suspicious|attacker)[\\w-]*/[\\w-]+|\\bevil[.-]'
      - '\\bdelete_all\\w*\\b.{0,40}\\bconfirm'
      - '\\b(?:auto-?(?:loads?|approves?|executes?|runs?)|trust(?:ed)?\\s*[:=]\\s*true|skip[\\s\\\\"''*_>#-]{1,12}(?:the[\\s\\\\"''*_>#-]{1,12})?confirmation|(?:no|without)[\\s\\\\"''*_>#-]{1,12}(?:consent|confirmation|approval)[\\s\\\\"''*_>#-]{1,12}(?:prompt|dialog)?)'
      - '\\bexecute[\\s\\\\"''*_>#-]{1,12}(?:the[\\s\\\\"''*_>#-]{1,12})?(?:following|hidden|embedded|arbitrary)[\\s\\\\"''*_>#-]{1,12}(?:\\w+[\\s\\\\"''*_>#-]{1,12})?(?:command|code|script|instruction)s?'
      - '\\bafter[\\s\\\\"''*_>#-]{1,12}(?:every|each)[\\s\\\\"''*_>#-]{1,12}(?:response|message|reply|request|call)\\b[^.\\n]{0,30}\\b(?:send|also|call|post|append|include|forward)'
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
      - '"name"\\s*:\\s*"[^"]{0,60}(?:theft|steal|hijack|exfiltrat|manipulat(?:ion|e)|crash|malware|phish|compromise|fraud|sabotage|spoof|backdoor|inject|poison|tamper|leak|breach|unauthori[sz]ed|ransom|covert|bypass|corrupt|falsif|keylog|exploit|disrupt|overload|alteration|deletion|misuse)[^"]{0,40}"'
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
      - '<script\\b|\\bon(?:error|load|click|mouseover)\\s*=\\s*[\\x22\\x27\\\\a-z]|\\bjavascript:\\s*\\S|<svg[/\\s]|<iframe\\b[^>]{0,80}\\bsrc'
      - '\\brequire\\([\\\\\\x22\\x27]{1,3}(?:child_process|fs|http)[\\\\\\x22\\x27]{1,3}\\)|\\bexecSync\\(|\\bos\\.(?:system|popen)\\(|\\bsubprocess\\.(?:run|Popen|call|check_output)\\b|\\bexec\\(\\x22|\\b__import__\\('
      - '[;\\x22\\x27]\\s*(?:DROP|TRUNCATE)\\s+TABLE\\b|\\bDROP\\s+TABLE\\s+\\w+\\s*;|\\bdrop_schema\\b|\\bdelete_table\\b'
      - '\\$\\((?:whoami|id|curl|wget|cat|env|touch)\\b|\`(?:whoami|id|curl|cat)\\b'
      - '\\x1b\\[|\\\\x1b\\[|\\\\u001b\\[|\\]8;;'
      - '\\b(?:os\\.environ|process\\.env)\\b[\\s\\S]{0,200}\\b(?:urlopen|requests|axios|fetch|http|post|b64encode|btoa)\\b'
      - '\\b(?:gopher|dict|phar|expect)://|\\btransportType=stdio\\b|\\bcommand=(?:/bin|calc|cmd)'
      - '\\bgit\\s+remote\\s+(?:add|set-url)\\b[^\\n]{0,120}(?:https?://|git@)[\\s\\S]{0,80}\\bpush\\b|\\bgit push\\b[^\\n]{0,40}(?:--mirror|--all)\\b'
      - '\\bwrite_file\\b[^\\n]{0,80}(?:LaunchAgents|LaunchDaemons|authorized_keys|/etc/|\\.\\./)|\\bln\\s+-sf?\\b[^\\n]{0,80}(?:\\.json|sudoers|\\.ssh|/etc/)|\\bsymlink\\b[^\\n]{0,60}(?:/etc/|escape|sandbox)|->\\s*\\S{0,20}(?:/\\.\\w+/settings\\.json|mcp\\.json|/etc/)'
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
      - '(?:[\\x{200B}\\x{2060}\\x{FEFF}]{1,4}[^\\x{200B}\\x{2060}\\x{FEFF}]{1,30}){4,}'
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
      - '[\\x{2066}\\x{2067}\\x{2068}][^\\x{2069}\\n]{0,200}[\\x{2066}\\x{2067}\\x{2068}]'
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
