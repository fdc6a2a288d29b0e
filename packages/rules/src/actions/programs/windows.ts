import type { ProgramRow } from '../program-row.ts'

/** An address, a share of another machine, or a script of a component. */
const ELSEWHERE = String.raw`(?:https?:|ftp:|\\\\[\w.-]{2,60}\\|script:|javascript:|vbscript:|about:)`
const LIBRARY = String.raw`\.(?:dll|cpl|ocx|sct|inf|xsl|xml|csproj|wsf|vbs|vbe|js|jse|hta|ps1|bat|cmd|exe|msi|rsp|chm|tmp|dat|txt|log|jpg|png)\b`

/**
 * What programs of Windows and commands of PowerShell can do beyond what they are made for.
 *
 * From the documentation of Microsoft, from LOLBAS (https://lolbas-project.github.io: Execute, Download, Upload, AWL
 * bypass, ADS, Dump, UAC bypass) and from MITRE ATT&CK (https://attack.mitre.org).
 */
export const WINDOWS_PROGRAMS: readonly ProgramRow[] = [
  // Running code through programs that are trusted: T1218, T1127, T1216, T1220.
  { programs: 'mshta', does: 'runs_by_proxy', given: new RegExp(String.raw`${ELSEWHERE}|\.(?:hta|sct)\b`, 'i') },
  {
    programs: 'regsvr32',
    does: 'runs_by_proxy',
    given:
      /\/i:|scrobj|\/(?:s|u|n)\b[^\n]{0,40}\.(?!dll\b|ocx\b)\w{2,4}\b|\\(?:Temp|AppData|Public|ProgramData)\\|%(?:temp|appdata|public)%|\$env:(?:temp|appdata|public)|\\\\\w/i,
  },
  {
    programs: 'rundll32',
    does: 'runs_by_proxy',
    given: new RegExp(
      String.raw`${ELSEWHERE}|\b(?:comsvcs|advpack|ieadvpack|ieframe|zipfldr|pcwutl|url|shdocvw|syssetup|setupapi|mshtml|desk\.cpl|dfshim|scrobj|shell32)(?:\.dll)?,|,\s?#\d|\\(?:Temp|AppData|Public|ProgramData|PerfLogs)\\|%(?:temp|appdata|public)%|\$env:(?:temp|appdata|public)|\.(?:dat|tmp|txt|log|jpg|png|cpl)\b|,\s?(?:StartW|DllRegisterServer|Control_RunDLL)`,
      'i',
    ),
  },
  { programs: 'control', does: 'runs_by_proxy', given: /\.cpl\b|\.dll\b/i },
  { programs: 'msiexec', does: 'runs_by_proxy', given: /https?:|\\\\[\w.]|\/(?:z|y)\s|\.(?:png|jpg|txt|dat)\b/i },
  { programs: 'msiexec', does: 'runs_loose_file', given: /\/q[nb]?\b/i },
  { programs: 'InstallUtil RegAsm RegSvcs', does: 'runs_by_proxy', given: /\S/ },
  {
    programs: 'MSBuild',
    does: 'runs_by_proxy',
    given:
      /\.(?:xml|txt|tmp|rsp)\b|\\(?:Temp|AppData|Public|ProgramData)\\|%(?:temp|appdata|public)%|\$env:(?:temp|appdata|public)|\\\\\w/i,
  },
  { programs: 'cmstp', does: 'runs_by_proxy', given: /\.inf\b|\/s\b/i },
  { programs: 'odbcconf', does: 'runs_by_proxy', given: /regsvr|\.rsp|\/[af]\b/i },
  {
    programs: 'wmic',
    does: 'runs_by_proxy',
    given: /process\s{1,9}call\s{1,9}create|\/format:|\bos\s{1,9}get\s[^\n]{0,40}\/format/i,
  },
  { programs: 'wmic', does: 'runs_remotely', given: /\/node:/i },
  {
    programs:
      'msxsl presentationhost ieexec infdefaultinstall mavinject Microsoft.Workflow.Compiler rcsi cdb bginfo dotnet-dump dfsvc msdt tttracer te fsi fsianycpu csi dnx vsjitdebugger rasautou runonce squirrel update wsl wfc winword excel powerpnt msaccess mspub vsls-agent xwizard provlaunch stordiag ttdinject visualuiaverifynative devtoolslauncher dxcap sqlps sqltoolsps adplus agentexecutor appvlp coregen createdump defaultpack manage-bde.wsf pubprn.vbs syncappvpublishingserver syncappvpublishingserver.vbs cl_invocation.ps1 cl_loadassembly.ps1 cl_mutexverifiers.ps1 utilityfunctions.ps1 winrm.vbs pester.bat launch-vsdevshell.ps1',
    does: 'runs_by_proxy',
    given: new RegExp(String.raw`${ELSEWHERE}|${LIBRARY}|\bcmd\b|\bcalc\b|powershell|\s/(?:e|c|s|a)\b`, 'i'),
  },
  {
    programs:
      'forfiles pcalua scriptrunner conhost bash explorer ftp hh verclsid wlrmdr ssh workfolders fondue register-cimprovider extexport diskshadow at dnscmd openconsole vboxdrvinst gpscript cmdl32 scrcons',
    does: 'runs_by_proxy',
    given:
      /\/c\s{1,9}["']?\S{0,60}(?:cmd|powershell|calc|mshta|wscript|cscript|rundll32|\.exe)|\s-a\s{1,9}\S|-appvscript|-s:\S|\.dll\b|ms-its:|https?:|\/s\s{1,9}\S{1,80}\.txt|serverlevelplugindll|ProxyCommand|--headless/i,
  },
  {
    programs: 'cscript wscript',
    does: 'runs_by_proxy',
    given:
      /https?:|\\\\\w|\/\/?e:|\\(?:Temp|AppData|Public|ProgramData)\\|%(?:temp|appdata|public)%|\$env:(?:temp|appdata|public)|\.(?:txt|jpg|png|log|vbe|jse|wsf)\b|script:/i,
  },
  { programs: 'wuauclt', does: 'runs_by_proxy', given: /UpdateDeploymentProvider/i },
  { programs: 'hh', does: 'runs_by_proxy', given: /\.chm\b|https?:/i },
  {
    programs: '*',
    does: 'runs_by_proxy',
    given:
      /\bms-(?:msdt|appinstaller|settings\\)|\bsearch-ms:|\bShell\.Application\b|\bMMC20\.Application\b|\bShellWindows\b|\bShellBrowserWindow\b|\bGetTypeFromCLSID\b|\bGetTypeFromProgID\b|\bExecuteShellCommand\b|\bWin32_Process\b[^\n]{0,60}\bCreate\b|\bCreate\b[^\n]{0,40}\bWin32_Process\b/i,
  },
  // Encoded and generated code: T1027, T1059.001, T1140.
  {
    programs: 'powershell pwsh',
    does: 'decodes',
    given: /(?:^|\s)[-/–—]e(?:c|n|nc\w{0,40})?\s{1,9}["']?[A-Za-z0-9+/=]{16}/i,
  },
  {
    programs: 'powershell pwsh',
    does: 'hides',
    given: /(?:^|\s)[-/](?:w\w{0,40}\s{1,9}(?:hidden|1\b)|nop\w{0,40}\s[^\n]{0,60}-w\w{0,40}\s{1,9}(?:hidden|1\b))/i,
  },
  {
    programs: '*',
    does: 'decodes',
    given:
      /\bFromBase64String\b|\bDeflateStream\b|\bGzipStream\b|-bxor\b|(?:\[char\]\s?\(?\s?(?:0x[\da-f]{1,4}|\d{2,3})\)?\s?\+?\s?){3}|\bToInt\w{0,40}\([^)\n]{1,40},\s?(?:16|2|8)\)|-join\s?["'(][^\n]{0,80}\[char|\[-1\s?\.\.\s?-\S|\[array\]::Reverse/i,
  },
  {
    programs: '*',
    does: 'runs_text',
    given:
      /(?:^|[\s;|&({=])(?:iex|invoke-expression)\b|\bInvokeScript\b|\[scriptblock\]::Create|\.Invoke\(\)|&\s?\(\s?["'$]|\bAdd-Type\b|\bReflection\.Assembly\]?::Load|\b\[?(?:System\.)?Reflection\.Assembly\b/i,
  },
  { programs: 'certutil', does: 'decodes', given: /[-/](?:decode|decodehex|encodehex|encode)\b/i },
  { programs: 'cmd', does: 'decodes', given: /(?:\^\w){4}|%\w{1,20}:~-?\d{1,3},\d{1,3}%[^\n]{0,40}%\w{1,20}:~/i },
  { programs: '*', does: 'decodes', given: /(?:\^[a-z]){5}|(?:%\w{1,20}:~-?\d{1,3},\d{1,3}%){3}/i },
  { programs: 'csc vbc jsc ilasm', does: 'compiles', given: /\S/ },
  // Fetching: T1105, T1197.
  {
    programs: '*',
    does: 'downloads',
    given:
      /\b(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm|Net\.WebClient|HttpClient|DownloadFile|DownloadString|DownloadData|OpenRead|XMLHTTP|WinHttpRequest)\b/i,
  },
  {
    programs: '*',
    does: 'runs_download',
    given:
      /(?:^|[\s;|&({=])(?:iex|invoke-expression)\b[^\n]{0,200}(?:DownloadString|iwr|irm|Invoke-WebRequest|Invoke-RestMethod|WebClient|https?:)|(?:DownloadString|DownloadData|iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b[^\n]{0,200}(?:\|\s?(?:iex|invoke-expression)|\biex\b)|\bDownload(?:String|Data)\s?\(/i,
  },
  { programs: '*', does: 'downloads_oddly', given: /\bStart-BitsTransfer\b|\bMsxml2\.(?:Server)?XMLHTTP\b/i },
  { programs: 'certutil', does: 'downloads_oddly', given: /[-/](?:urlcache|verifyctl|URL)\b/i },
  { programs: 'bitsadmin', does: 'downloads_oddly', given: /\/(?:transfer|addfile|create|SetNotifyCmdLine|Resume)\b/i },
  {
    programs:
      'desktopimgdownldr certreq extrac32 makecab diantz esentutl expand findstr hh imewdbld ieexec installutil mpcmdrun msoxmled msohtmed print replace update wsl xwizard appinstaller configsecuritypolicy datasvcutil finger ftp getscriptcode protocolhandler teams tftp winget cmdl32 squirrel ldifde onedrivestandaloneupdater powerpnt excel winword mspub visio',
    does: 'downloads_oddly',
    given:
      /https?:|\\\\(?!localhost|127)[\w.-]{2,60}\\|lockscreenurl|-DownloadFile|(?:^|\s)-i\s{1,9}\S{1,80}\s{1,9}get\b/i,
  },
  {
    programs: '*',
    does: 'sends',
    given:
      /\bUpload(?:File|Data|String|Values)\b|-Method\s{1,9}["']?(?:Put|Post)\b|-InFile\b|\bSend-MailMessage\b|\bSmtpClient\b|\bFtpWebRequest\b/i,
  },
  {
    programs: 'certreq configsecuritypolicy datasvcutil tftp ftp',
    does: 'sends_oddly',
    given: /https?:|-Post\b|\bput\b/i,
  },
  {
    programs: '*',
    does: 'sends_in_lookups',
    given:
      /\bResolve-DnsName\b[^\n]{0,80}\$|\bnslookup\b[^\n]{0,60}[$%]|\[System\.Net\.Dns\]::\w{1,40}\([^)\n]{0,60}\$|\bPing\b[^\n]{0,20}\.Send\(/i,
  },
  {
    programs: '*',
    does: 'network_shell',
    given: /\bNet\.Sockets\.T[Cc][Pp]Client\b|\bpowercat\b|\bNet\.Sockets\.UdpClient\b[^\n]{0,300}iex/i,
  },
  { programs: '*', does: 'listens', given: /\bTcpListener\b|\bHttpListener\b/i },
  { programs: 'netsh', does: 'tunnels', given: /portproxy\s{1,9}add/i },
  { programs: 'plink chisel ngrok iodine ligolo', does: 'tunnels' },
  // Alternate data streams and names: T1564.004, T1036.
  {
    programs: '*',
    does: 'hides',
    given:
      /\b[\w-]{1,60}\.(?:txt|log|ini|pdf|doc|exe|dll|bat|cmd|cab|dat|jpg|png):[\w-]{1,40}(?:\.\w{2,4})?\b|\bDecoyFile\b|-Stream\s{1,9}(?!Zone)/i,
  },
  { programs: 'attrib', does: 'hides', given: /\+[sh]\b/i },
  {
    programs: '*',
    does: 'hides',
    given:
      /\.Attributes\s?[-=+|b]{1,4}[^\n]{0,30}Hidden|-WindowStyle\s{1,9}["']?Hidden|SpecialAccounts\\{1,2}UserList/i,
  },
  {
    programs: '*',
    does: 'disguises',
    given:
      /\.(?:pdf|docx?|xlsx?|pptx?|png|jpe?g|gif|txt|mp4|rtf|csv)\.(?:exe|scr|bat|vbs|cmd|lnk|js|ps1|sh|com|pif)\b|\u202e/i,
  },
  {
    programs: 'copy xcopy robocopy move ren rename copy-item cp move-item',
    does: 'disguises',
    given:
      /(?:%ComSpec%|\$env:ComSpec)[^\n]{0,120}\.(?:exe|com|scr)\b|\b(?:svchost|lsass|lsm|csrss|taskhostw?|services|spoolsv|winlogon)\.exe["')]{0,3}\s{0,9}$|\\(?:System32|SysWOW64)\\[^\s]{1,80}\.exe\b[^\n]{0,120}\.(?:exe|com|scr)\b|\b(?:cmd|powershell|cscript|wscript|rundll32|mshta|certutil)\.exe["']?\s[^\n]{0,80}(?:svchost|lsass|taskhost\w{0,40}|explorer|chrome|teams|update)\.exe/i,
  },
  // Memory of other processes: T1055, T1003.
  {
    programs: '*',
    does: 'injects',
    given:
      /\b(?:VirtualAlloc(?:Ex)?|CreateRemoteThread|WriteProcessMemory|QueueUserAPC|NtMapViewOfSection|SetWindowsHookEx|GetDelegateForFunctionPointer|Invoke-(?:ReflectivePE\w{0,40}|Shellcode|DllInjection|PSInject)|DllImport)\b|\/INJECTRUNNING\b/i,
  },
  {
    programs: '*',
    does: 'dumps_memory',
    given:
      /\blsass\b[^\n]{0,80}(?:dump|MiniDump|\.dmp|-ma\b|full)|\b(?:MiniDumpWriteDump|Out-Minidump|comsvcs(?:\.dll)?[,\s]{1,12}#?-?(?:24|MiniDump))\b|(?:procdump\w{0,40}|rdrleakdiag|sqldumper|createdump|dumpert|nanodump)(?:\.exe)?\b[^\n]{0,80}(?:lsass|-ma\b|fullmemdmp|\d)/i,
  },
  { programs: 'ntdsutil', does: 'asks_for_credentials', given: /ifm|snapshot|ntds/i },
  { programs: 'vssadmin', does: 'asks_for_credentials', given: /create\s{1,9}shadow/i },
  { programs: 'wmic', does: 'asks_for_credentials', given: /shadowcopy\s{1,9}call\s{1,9}create/i },
  { programs: 'esentutl', does: 'asks_for_credentials', given: /\/(?:y|vss)\b/i },
  {
    programs: 'reg',
    does: 'asks_for_credentials',
    given:
      /\b(?:save|export)\b[^\n]{0,20}\\(?:SAM|SECURITY|SYSTEM)\b|\bquery\b[^\n]{0,120}(?:\/f\s{1,9}["']?password|PuTTY|SimonTatham|Winlogon|WinVNC|SNMP)/i,
  },
  { programs: 'cmdkey vaultcmd', does: 'asks_for_credentials', given: /\/list/i },
  { programs: 'rundll32', does: 'asks_for_credentials', given: /keymgr/i },
  { programs: 'dpapimig psr', does: 'captures' },
  {
    programs: '*',
    does: 'asks_for_credentials',
    given:
      /\b(?:KerberosRequestorSecurityToken|Get-GPPPassword|PasswordVault|Get-CachedGPP\w{0,40}|Export-PfxCertificate|cert:\\{1,2}(?:LocalMachine|CurrentUser)\\{1,2}My|CredEnumerate|CryptUnprotectData|ProtectedData\]?::Unprotect|Get-AzAccessToken|Get-ADReplAccount|Get-LAPS\w{0,40}|ms-Mcs-AdmPwd)\b|\bsetspn\b[^\n]{0,40}-[QT]\b/i,
  },
  {
    programs: '*',
    does: 'attack_tool',
    given:
      /\b(?:mimikatz|sekurlsa|lsadump|kerberos::|dcsync|Invoke-(?:Kerberoast|Mimikatz|SMBExec|WMIExec|TheHash|Obfuscation|Phant0m|Rubeus|PowerShellTcp|BloodHound|DomainPasswordSpray|Inveigh|TokenManipulation|BypassUAC\w{0,40}|PrintDemon|WinPwn|Seatbelt|Shar\w{1,40}|AllChecks|AppPathBypass|ATHRemote\w{1,40}|CallbackShellcode\w{0,40})|Rubeus|SharpHound|SharpChrome\w{0,40}|SharpDPAPI|SharpUp|SharpView|Seatbelt|LaZagne|PowerSploit|PowerView|PowerUp|nishang|Empire|cobalt ?strike|BloodHound|AdFind|WinPwn|winpeas\w{0,40}|PrintSpoofer|(?:Juicy|Rogue|Sweet|God|Hot)Potato|SafetyKatz|AADInternals|ADRecon|GhostPack|evil-winrm|CrackMapExec|Inveigh|Covenant|Sliver|meterpreter|metasploit|impacket|psexec\w{0,40}|PAExec|WebBrowserPassView|nirsoft|gsecdump|pwdump\w{0,40}|fgdump|WCE\.exe|uacme|Akagi\d{0,9}|TDSSKiller|Terminator|EDRSandblast|Backstab|PCHunter\w{0,40}|ProcessHacker|GMER)\b/i,
  },
  {
    programs: '*',
    does: 'attack_tool',
    given:
      /\b(?:PetitPotam|\w{1,12}Potato|NSudo\w{0,40}|PPID-?Spoof|\w{0,20}UnderSpecificParent|Certify|Certipy|Whisker|SharpGPOAbuse|KrbRelay\w{0,40}|SpoolSample|DFSCoerce|Coercer|ntlmrelayx|mitm6|Snaffler|PingCastle|GetUserSPNs|GetNPUsers|ligolo\w{0,40}|PoshC2|Brute ?Ratel|koadic|hoaxshell|QuasarRAT|AsyncRAT|SILENTTRINITY|Donut\.exe|ScareCrow|SysWhispers\w{0,40}|PPLdump|PPLKiller|mimikittenz|HandleKatz|Internal-Monologue|MicroBurst|TokenTactics|GraphRunner|AzureHound|PowerZure|MFASweep|stratus-red-team|Psiphon\w{0,40})(?:\.exe|\.ps1|\.bat|\b)/i,
  },
  { programs: '*', does: 'bypasses_policy', given: /-e(?:p|x(?:ec\w{0,40})?)\s{1,9}["']?(?:bypass|unrestricted)/i },
  {
    programs: '*',
    does: 'captures_input',
    given:
      /\bGet-Keystrokes\b|\bGetAsyncKeyState\b|\bkeylog\w{0,40}\b|\bPromptForCredential\b|\bCredUIPromptForCredentials\b/i,
  },
  { programs: '*', does: 'asks_for_credentials', given: /--remote-debugging-port\b/i },
  {
    programs: 'findstr select-string sls',
    does: 'searches_for_secrets',
    given: /\b(?:passw(?:or)?d|cpassword|pass|secrets?|api_?key|credentials?)\b/i,
  },
  { programs: 'whoami hostname systeminfo', does: 'asks_who' },
  { programs: '*', does: 'mines', given: /\bxmrig\b|\bstratum\+tcp/i },
  // Destruction: T1485, T1486, T1489, T1490.
  { programs: 'vssadmin', does: 'destroys', given: /\b(?:delete|resize)\s{1,9}shadow/i },
  { programs: 'wmic', does: 'destroys', given: /shadowcopy[^\n]{0,30}delete/i },
  {
    programs: '*',
    does: 'destroys',
    given:
      /\bwin32_shadowcopy\b[^\n]{0,80}(?:delete|remove)|\bdelete shadows\b|\bDisable-ComputerRestore\b|\bClear-Disk\b|\bInitialize-Disk\b/i,
  },
  { programs: 'wbadmin', does: 'destroys', given: /\bdelete\b/i },
  {
    programs: 'bcdedit',
    does: 'destroys',
    given: /recoveryenabled|bootstatuspolicy|safeboot|testsigning|nointegritychecks/i,
  },
  { programs: 'reagentc', does: 'destroys', given: /\/disable/i },
  { programs: 'diskpart format', does: 'destroys', given: /\bclean\b|\b[c-z]:\s[^\n]{0,20}\/[yq]/i },
  { programs: 'cipher', does: 'destroys', given: /\/w:/i },
  { programs: 'del erase rd rmdir remove-item rm ri sdelete sdelete64', does: 'deletes' },
  { programs: 'copy xcopy robocopy copy-item cp cpi move move-item', does: 'copies' },
  {
    programs:
      'type more get-content gc cat copy xcopy copy-item cp robocopy compress-archive invoke-webrequest invoke-restmethod curl',
    does: 'reads',
  },
  {
    programs: '*',
    does: 'reads',
    given: /\b(?:Get-Content|gc|ReadAllText|ReadAllBytes|Copy-Item|Compress-Archive)\b/i,
  },
  { programs: 'findstr select-string sls get-childitem gci dir where reg', does: 'searches', given: /\S/ },
  { programs: '*', does: 'searches', given: /\b(?:Select-String|findstr|Get-ChildItem|gci)\b/i },
  { programs: '*', does: 'archives', given: /\bCompress-Archive\b|\bZipFile\]?::CreateFromDirectory\b/i },
  { programs: '7z 7za winrar rar makecab wzzip winzip', does: 'archives', given: /\S/ },
  { programs: '7z 7za winrar rar winzip wzzip', does: 'archives_secretly', given: /(?:^|\s)-(?:hp|p)\S/i },
  {
    programs: '*',
    does: 'encrypts',
    given:
      /\b(?:AesManaged|AesCryptoServiceProvider|RijndaelManaged|CreateEncryptor|Enable-BitLocker|Protect-CmsMessage)\b/i,
  },
  { programs: 'manage-bde', does: 'encrypts', given: /-on\b/i },
  {
    programs:
      'sc net net1 taskkill stop-service stop-process set-service remove-service get-service kill spps wmic tskill fltmc',
    does: 'stops_service',
    given:
      /\b(?:stop|delete|config|pause|disabled?|\/im|\/f|\/pid|unload|terminate|uninstall|call)\b|^\S{1,80}\s{1,9}-(?:Name|Force|Id)|Stop-Service|Remove-Service/i,
  },
  {
    programs:
      'stop-service stop-process set-service remove-service taskkill uninstall-windowsfeature disable-windowsoptionalfeature',
    does: 'stops_service',
  },
  {
    programs: '*',
    does: 'stops_service',
    given:
      /\b(?:Stop-Service|Set-Service\b[^\n]{0,60}Disabled|Remove-Service|Uninstall-WindowsFeature|Disable-WindowsOptionalFeature|Stop-Process)\b/i,
  },
  // Protection: T1562, T1112, T1553.
  {
    programs: '*',
    does: 'disables_protection',
    given:
      /\b(?:Set|Add|Remove)-MpPreference\b|\bMpCmdRun(?:\.exe)?["']?\s[^\n]{0,40}-(?:RemoveDefinitions|Restore)|\b(?:Set-NetFirewallProfile\b[^\n]{0,80}False|New-NetFirewallRule\b[^\n]{0,200}Allow|Disable-NetFirewallRule)\b|\bRemove-(?:EtwTraceProvider|EtwTraceSession|AzEventHub|AzDiagnosticSetting|AdminAuditLogConfig)\b|\bSet-EtwTraceProvider\b|\bSet-(?:AdminAuditLogConfig|OrganizationConfig)\b[^\n]{0,80}False|\bamsiInitFailed\b|\bAmsiUtils\b|\bAmsiScanBuffer\b|\bEtwEventWrite\b|\bCOMPlus_ETWEnabled\b|\bAdd-DnsClientNrptRule\b|\bNew-NetQosPolicy\b|\bDisable-Feature\b[^\n]{0,60}Defender|\bSet-PowerCLIConfiguration\b|\bset-WebConfigurationProperty\b[^\n]{0,120}dontLog/i,
  },
  {
    programs: 'netsh',
    does: 'disables_protection',
    given:
      /\b(?:advfirewall|firewall)\b[^\n]{0,100}(?:\boff\b|\bdisable\b|action\s?=\s?allow|\ballow\b|opmode|\bdelete\b)/i,
  },
  { programs: 'auditpol', does: 'disables_protection', given: /\/(?:clear|remove|restore|set[^\n]{0,80}disable)/i },
  { programs: 'logman', does: 'disables_protection', given: /\b(?:stop|update|delete)\b/i },
  { programs: 'Set-ExecutionPolicy', does: 'disables_protection', given: /\b(?:Bypass|Unrestricted)\b/i },
  { programs: 'wevtutil', does: 'clears_logs', given: /\b(?:cl|clear-log|sl)\b/i },
  {
    programs: '*',
    does: 'clears_logs',
    given:
      /\b(?:Clear|Remove|Limit)-EventLog\b|\bClearEventlog\b|\bEventLogSession\b[^\n]{0,40}ClearLog|\bClear-WinEvent\b|\bAddToHistoryHandler\b|\bdontLog\b|\bSet-PSReadlineOption\b[^\n]{0,60}SaveNothing/i,
  },
  { programs: 'fsutil', does: 'clears_logs', given: /\bdeletejournal\b/i },
  {
    programs: '*',
    does: 'changes_times',
    given: /\.(?:LastWriteTime|CreationTime|LastAccessTime)(?:Utc)?\s?=|\btimestomp/i,
  },
  { programs: 'reg', does: 'writes', given: /\b(?:add|import|delete|copy|restore)\b/i },
  { programs: 'regini regedit', does: 'writes' },
  {
    programs: '*',
    does: 'writes',
    given:
      /\b(?:New|Set|Remove)-Item(?:Property)?\b|\bSet-RegistryKey\b|\bAdd-Content\b|\bSet-Content\b|\bOut-File\b|\bWriteAllBytes\b|\bSetValue\s?\(/i,
  },
  {
    programs: 'copy move xcopy robocopy copy-item move-item echo cp mv new-item set-content add-content out-file',
    does: 'writes',
  },
  { programs: 'certutil', does: 'trusts_certificate', given: /[-/]addstore\b/i },
  { programs: 'certmgr', does: 'trusts_certificate', given: /[-/]add\b/i },
  {
    programs: '*',
    does: 'trusts_certificate',
    given: /\bImport-Certificate\b|ServerCertificateValidationCallback|\bX509Store\b[^\n]{0,80}Root/i,
  },
  // Starting again and services: T1053, T1543, T1546, T1547, T1569.
  { programs: 'schtasks', does: 'schedules', given: /\/(?:create|change)\b/i },
  {
    programs: '*',
    does: 'schedules',
    given: /\b(?:New|Register|Set)-ScheduledTask\w{0,40}\b|\bPS_ScheduledTask\b|\bRegister-ScheduledJob\b/i,
  },
  { programs: 'at', does: 'schedules', given: /\d{1,2}:\d{2}/ },
  {
    programs: 'sc',
    does: 'installs_service',
    given: /\b(?:create|config|failure)\b[^\n]{0,120}(?:bin[pP]ath|command)/i,
  },
  { programs: '*', does: 'installs_service', given: /\bNew-Service\b|\bSet-Service\b[^\n]{0,60}-BinaryPath/i },
  {
    programs: '*',
    does: 'changes_startup',
    given:
      /\b(?:__EventFilter|CommandLineEventConsumer|__FilterToConsumerBinding|ActiveScriptEventConsumer)\b|\bmofcomp\b|\bnetsh(?:\.exe)?\s{1,9}add\s{1,9}helper\b|\bCOR_PROFILER\b|\bAppInit_DLLs\b|\bSetEnvironmentVariable\b[^\n]{0,60}COR_|\bsdbinst(?:\.exe)?\b|\bNew-WebGlobalModule\b|\bappcmd(?:\.exe)?\b[^\n]{0,80}(?:install|add)\s{1,9}module|\bSet-ServiceBinaryPath\b|\bRegister-WmiEvent\b|\bSet-WmiInstance\b|\bdism\b[^\n]{0,80}\/add-package|\bassoc\s{1,9}\.\w{2,4}=|\bftype\s{1,9}\w/i,
  },
  { programs: 'bitsadmin', does: 'changes_startup', given: /\/SetNotifyCmdLine\b/i },
  // Accounts and rights: T1098, T1136, T1222, T1531, T1548.
  {
    programs: 'net net1',
    does: 'adds_account',
    given:
      /\b(?:user|localgroup|group)\b[^\n]{0,100}\/(?:add|active|domain\s{1,9}\/add)\b|\buser\s{1,9}\S{1,80}\s{1,9}\S{1,80}\s{0,9}$/i,
  },
  { programs: 'net net1', does: 'locks_account', given: /\buser\b[^\n]{0,80}\/(?:delete|active:no)\b/i },
  { programs: 'net net1', does: 'hides', given: /\b(?:use|share)\b[^\n]{0,80}\/delete\b/i },
  {
    programs: '*',
    does: 'adds_account',
    given:
      /\bAdd-LocalGroupMember\b|\bNew-LocalUser\b|\bAdd-(?:AD|AzureAD|Mg|AzAD)\w{0,40}(?:Member|Membership|Owner|RoleMember)\b|\bNew-(?:AzureAD|Mg|AzAD|AD)(?:Application|ServicePrincipal|User|Computer)\w{0,40}\b|\bNew-AzRoleAssignment\b|\bSet-ADAccountPassword\b|\bSet-LocalUser\b|\bDirectoryEntry\b[^\n]{0,80}Create/i,
  },
  {
    programs: '*',
    does: 'locks_account',
    given: /\b(?:Disable|Remove)-(?:ADAccount|LocalUser|AzureADUser|MgUser|AzADUser|ADUser)\b/i,
  },
  { programs: 'dsadd dsmod', does: 'adds_account', given: /\b(?:user|group|computer)\b/i },
  {
    programs: 'takeown icacls cacls xcacls',
    does: 'loosens_rights',
    given: /\/f\b|\/grant\b|\/setowner\b|\/g\s|\/inheritance/i,
  },
  {
    programs: '*',
    does: 'raises_rights',
    given:
      /\\{1,2}shell\\{1,2}(?:open|runas)\\{1,2}command\b|\b(?:fodhelper|eventvwr|computerdefaults|sdclt|slui|wsreset|silentcleanup)(?:\.exe)?["']?(?:\s{0,9}$|[\s;&|"'])|\bDelegateExecute\b|\bIsolatedCommand\b|\bbypass_?uac\b|\\\\\?\\[A-Z]:\\Windows \\|\bCMLUACreate\b|\bSe(?:Debug|Impersonate|TakeOwnership|LoadDriver|Backup|Restore)Privilege\b|\bImpersonateLoggedOnUser\b|\bDuplicateToken(?:Ex)?\b|\bCreateProcessWith(?:Token|Logon)W?\b|\bUpdateProcThreadAttribute\b|\bPROC_THREAD_ATTRIBUTE_PARENT_PROCESS\b/i,
  },
  // Other machines: T1021, T1047.
  {
    programs: '*',
    does: 'runs_remotely',
    given:
      /\bInvoke-(?:Command|WmiMethod|CimMethod)\b[^\n]{0,120}-(?:ComputerName|CimSession|Cn)\b|\b(?:Enter|New)-PSSession\b[^\n]{0,60}-(?:ComputerName|HostName|VMName)?|\bwinrs\b|\bpsexec\w{0,40}\b|\bPAExec\b/i,
  },
  { programs: 'winrs psexec psexec64 paexec', does: 'runs_remotely' },
  {
    programs: 'sc schtasks reg wmic',
    does: 'runs_remotely',
    given: /^\S{0,12}\s?(?:\S{1,80}\s)?(?:\\\\[\w.%$-]{1,60}|\/s\s{1,9}\S{1,80}|\/node:)/i,
  },
  { programs: 'tscon mstsc', does: 'runs_remotely', given: /\/(?:dest|shadow|control)/i },
  {
    programs: '*',
    does: 'remote_access',
    given:
      /\b(?:AnyDesk|TeamViewer\w{0,40}|RustDesk|ScreenConnect|ConnectWise\w{0,40}|LogMeIn|GoToAssist|GoToOpener|Splashtop\w{0,40}|UltraVNC|TightVNC|RealVNC|TigerVNC|AmmyyAdmin|AA_v3|NetSupport|RemotePC|DWAgent|MeshAgent|MeshCentral|Atera\w{0,40}|SimpleHelp|UltraViewer|SupRemo|RAdmin|RemoteUtilities|rutserv|ngrok|QuickAssist|ZohoAssist|Tactical ?RMM|NinjaRMM|Action1|Level\.io|pcvisit|Syncro|FleetDeck|Iperius)[\w-]{0,40}(?:\.exe|\.msi|\.zip|\b)/i,
  },
  // Recording: T1056, T1113, T1115, T1123, T1125.
  {
    programs: '*',
    does: 'captures',
    given:
      /\bCopyFromScreen\b|\bpsr(?:\.exe)?\s{1,9}\/start\b|\bGet-Clipboard\b|\bClipboard\]?::GetText\b|\bSoundRecorder\b|\bpktmon(?:\.exe)?\s{1,9}start\b|\bnetsh(?:\.exe)?\s{1,9}trace\s{1,9}start\b|\bWindowsAudioDevice\b|\bGet-MicrophoneAudio\b/i,
  },
  { programs: 'Test-NetConnection tnc portqry', does: 'scans', given: /-Port\b|\s-e\s/i },
  {
    programs: '*',
    does: 'scans',
    given:
      /\bConnect\w{0,40}\([^)\n]{0,60}\$(?:port|p|_)\b|\bTcpClient\b[^\n]{0,80}\$port|\bInvoke-Portscan\b|\bAdvanced_(?:IP|Port)_Scanner\b|\bnmap\b/i,
  },
  {
    programs: '*',
    does: 'guesses_passwords',
    given:
      /\bDomainPasswordSpray\b|\bMSOLSpray\b|\bPrincipalContext\b[^\n]{0,120}ValidateCredentials|\bkerbrute\b|\bfor\b[^\n]{0,80}\bnet\s{1,9}use\b[^\n]{0,80}\/user/i,
  },
]
