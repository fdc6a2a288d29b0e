/**
 * The vocabulary of the generated rules and events. Programs, folders, registry keys and options are real. All other
 * names are made of random syllables.
 */
import { picker, type Pick } from './traffic.ts'

export type { Pick }

/** Makes random choices. `of` favors the start of a list, because a few programs occur in very many rules. */
export interface Choice {
  readonly random: () => number
  readonly pick: Pick
  chance(share: number): boolean
  /** Returns an integer from `least` to `most`, inclusive. */
  between(least: number, most: number): number
  of<T>(list: readonly T[]): T
  /** Returns up to `count` distinct values. */
  some<T>(count: number, one: () => T): T[]
}

export function choiceOf(random: () => number): Choice {
  const pick = picker(random)
  return {
    random,
    pick,
    chance: (share) => random() < share,
    between: (least, most) => least + Math.floor(random() * (most - least + 1)),
    of(list) {
      const found = list[Math.floor(random() ** 2 * list.length)]
      if (found === undefined) throw new Error('Cannot choose from an empty list.')
      return found
    },
    some<T>(count: number, one: () => T): T[] {
      const found = new Set<T>()
      // There can be fewer than `count` distinct values, so limit the number of tries.
      for (let tries = 0; found.size < count && tries < count * 8; tries++) found.add(one())
      return [...found]
    },
  }
}

/** Ordered by frequency: the first ones occur in the most rules and events. */
export const PROGRAMS =
  'powershell cmd rundll32 reg schtasks wmic net certutil mshta regsvr32 msiexec wscript cscript pwsh bitsadmin sc curl explorer svchost net1 netsh vssadmin wevtutil taskkill tasklist findstr find attrib icacls takeown cmdkey nltest whoami systeminfo ipconfig nslookup ping arp route hostname quser qwinsta query at bcdedit wbadmin fsutil diskshadow esentutl ntdsutil dsquery csc msbuild installutil regasm regsvcs cmstp control hh forfiles pcalua presentationhost mavinject odbcconf ieexec msdt dnscmd expand extrac32 makecab print replace robocopy xcopy tar ftp ssh scp winrm winrs mstsc tscon tsdiscon runas setx subst chcp timeout choice where gpresult gpupdate auditpol secedit sdbinst pnputil driverquery verifier werfault wuauclt usoclient dism sfc mofcomp scrcons wmiprvse taskhostw conhost dllhost services lsass csrss winlogon userinit smss spoolsv searchindexer outlook winword excel powerpnt onenote msedge chrome firefox teams onedrive notepad wordpad mspaint calc regedit mmc eventvwr perfmon resmon taskmgr python node java git'.split(
    ' ',
  )

export const FOLDERS = [
  String.raw`C:\Windows\System32`,
  String.raw`C:\Windows\SysWOW64`,
  String.raw`C:\Program Files\Common Files`,
  String.raw`C:\Program Files (x86)\Microsoft\Edge\Application`,
  String.raw`C:\Users\Public`,
  String.raw`C:\Windows\Temp`,
  String.raw`C:\ProgramData`,
  String.raw`C:\Windows\WinSxS`,
  String.raw`C:\Program Files\WindowsApps`,
  String.raw`C:\Windows\System32\WindowsPowerShell\v1.0`,
]

export const FOLDER_PARTS =
  String.raw`\AppData\Local\Temp\ \AppData\Roaming\ \Users\Public\ \Windows\Temp\ \Temporary_Internet \Downloads\ \Desktop\ \Perflogs\ \ProgramData\ \Start_Menu\Programs\Startup\ \Windows\Tasks\ \System32\Tasks\ \AppData\Local\Microsoft\ \Program_Files\ \System32\drivers\ \System32\spool\ \inetpub\wwwroot\ \Content.Outlook\ \INetCache\ \$Recycle.Bin\ `
    .trim()
    .split(' ')
    .map((part) => part.replaceAll('_', ' '))

export const ENDINGS =
  '.exe .dll .ps1 .bat .vbs .js .hta .lnk .iso .zip .tmp .dat .sys .cmd .msi .scr .txt .docm .xlsm .aspx'.split(' ')

export const REGISTRY_KEYS = [
  String.raw`\SOFTWARE\Microsoft\Windows\CurrentVersion\Run`,
  String.raw`\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System`,
  String.raw`\SYSTEM\CurrentControlSet\Services`,
  String.raw`\SYSTEM\CurrentControlSet\Control\Lsa`,
  String.raw`\SOFTWARE\Policies\Microsoft\Windows Defender`,
  String.raw`\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Image File Execution Options`,
  String.raw`\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon`,
  String.raw`\Software\Classes\CLSID`,
  String.raw`\SOFTWARE\Microsoft\Office`,
  String.raw`\SYSTEM\CurrentControlSet\Control\Terminal Server`,
  String.raw`\SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer`,
  String.raw`\SYSTEM\CurrentControlSet\Control\SecurityProviders`,
  String.raw`\Environment`,
  String.raw`\Software\Microsoft\Internet Explorer`,
  String.raw`\SYSTEM\CurrentControlSet\Control\Session Manager`,
]

/** Parts of command lines that are common both in rules and in ordinary events. */
export const COMMON_OPTIONS =
  '/c |/k | -enc | -e | -w hidden|http|https://|/create |/sc |/tn |-nop | add | delete | create | query | stop | /f|/q|/s |.ps1|.dll|.txt| -Command | -File | export | save |user |group |/node:| process |-urlcache |-decode |Invoke-|IEX|Net.WebClient|DownloadString|-ExecutionPolicy |bypass|/transfer|javascript:|vbscript:|, #1|DllRegisterServer|\\\\127.0.0.1|localhost|%TEMP%|%APPDATA%|HKLM|HKCU|-ep |::|FromBase64String|/domain|/all|/stext|-accepteula|--no-sandbox'.split(
    '|',
  )

export const SCRIPT_WORDS =
  'Invoke-Expression|New-Object|System.Net.|Get-WmiObject|Set-ItemProperty|[Reflection.Assembly]|Add-Type|Start-Process|Get-ADUser|Export-Pfx|Invoke-Command|Out-File|Set-MpPreference|Get-Process|Register-ScheduledTask|VirtualAlloc|GetProcAddress|[Convert]::|Compress-Archive|Get-Content|-join|-bxor|Remove-Item|Test-Connection'.split(
    '|',
  )

export const LINUX_PROGRAMS =
  'bash sh curl wget python3 perl nc ncat socat cat chmod chown crontab systemctl useradd usermod passwd sudo ssh scp base64 xxd tar find grep awk sed ps kill pkill iptables mount umount insmod modprobe nohup screen docker kubectl openssl dd touch rm mv ln tee id whoami uname last history vim'.split(
    ' ',
  )

const STARTS =
  'ba be bo bra cal cor da del do dre fa fel fi gor gra ha hel ka kel kor kra la lem lo ma mer mi mor na nel no or pa per po qua ra ren ro sa sel si sor sta ta tel tor tra ul va vel vi vor wa wen xa yor za zel'.split(
    ' ',
  )
const MIDDLES = 'b ck d dd f g l ll lm m mb n nd ng nt p r rd rg rk rm rn rs rt s sk sp st t th v x z'.split(' ')
const ENDS =
  'a ac ad al an ar as at ax e ed el en er es et ex ia ic id il in io ir is it ix o oc od ol on or os ot ox um un ur us'.split(
    ' ',
  )

/** Returns an invented name of two or three syllables. */
export function name({ pick, chance }: Choice): string {
  return pick(STARTS) + pick(MIDDLES) + (chance(0.5) ? pick(ENDS) : pick(STARTS) + pick(MIDDLES) + pick(ENDS))
}

export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

export function hex(length: number, { random }: Choice): string {
  let text = ''
  while (text.length < length)
    text += Math.floor(random() * 2 ** 32)
      .toString(16)
      .toUpperCase()
      .padStart(8, '0')
  return text.slice(0, length)
}

export function uuid(choice: Choice): string {
  const digits = hex(32, choice).toLowerCase()
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`
}

export function domain(choice: Choice): string {
  return `${name(choice)}.example.${choice.pick(['com', 'net', 'org'])}`
}

export function address({ between, chance }: Choice): string {
  return chance(0.6) ? `10.${between(0, 255)}.${between(0, 255)}.${between(1, 254)}` : `203.0.113.${between(1, 254)}`
}
