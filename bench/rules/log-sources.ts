/**
 * The log sources of the generated rules, grouped by the shape of their events. There are 138 of them, as in
 * SigmaHQ's rules. Only the share of Windows process_creation is measured. The other shares are estimated weights.
 */

/** In SigmaHQ's repository, `rules` out of `of` rules are for Windows process_creation. */
export const PROCESS_CREATION = { rules: 1_416, of: 3_780 }

export interface Source {
  readonly product?: string
  readonly category?: string
  readonly service?: string
}

export type Family =
  | 'process'
  | 'registry'
  | 'file'
  | 'image'
  | 'network'
  | 'pipe'
  | 'script'
  | 'eventlog'
  | 'linux'
  | 'web'
  | 'cloud'

export interface SourceShare {
  readonly source: Source
  readonly family: Family
  readonly share: number
}

const windows = (family: Family, shares: Readonly<Record<string, number>>): SourceShare[] =>
  Object.entries(shares).map(([category, share]) => ({ source: { product: 'windows', category }, family, share }))
/** Gives each source the same share. */
const each = (family: Family, share: number, sources: readonly Source[]): SourceShare[] =>
  sources.map((source) => ({ source, family, share }))
const services = (product: string, names: string): Source[] => names.split(' ').map((service) => ({ product, service }))

export const SOURCES: readonly SourceShare[] = [
  ...windows('process', { process_creation: PROCESS_CREATION.rules }),
  ...windows('registry', { registry_set: 230, registry_event: 40, registry_add: 12, registry_delete: 14 }),
  ...windows('file', {
    file_event: 210,
    file_delete: 16,
    file_access: 14,
    file_rename: 4,
    file_change: 2,
    file_executable_detected: 4,
    create_stream_hash: 16,
  }),
  ...windows('image', {
    image_load: 120,
    driver_load: 12,
    process_access: 30,
    create_remote_thread: 16,
    process_tampering: 2,
  }),
  ...windows('network', { network_connection: 60, dns_query: 30 }),
  ...windows('pipe', { pipe_created: 20, wmi_event: 4, sysmon_status: 2, sysmon_error: 2, raw_access_thread: 2 }),
  ...windows('script', { ps_script: 180, ps_module: 34, ps_classic_start: 16, ps_classic_provider_start: 4 }),
  ...each('eventlog', 160, services('windows', 'security')),
  ...each('eventlog', 70, services('windows', 'system')),
  ...each('eventlog', 24, services('windows', 'application windefend')),
  ...each(
    'eventlog',
    5,
    services(
      'windows',
      'sysmon powershell powershell-classic taskscheduler wmi dns-server dns-server-analytic driver-framework firewall-as applocker bits-client codeintegrity-operational ntlm terminalservices-localsessionmanager printservice-admin printservice-operational msexchange-management ldap openssh smbclient-security smbclient-connectivity smbserver-connectivity appxdeployment-server appxpackaging-om appmodel-runtime lsa-server dhcp diagnosis-scripted shell-core vhdmp certificateservicesclient-lifecycle-system capi2 security-mitigations iis-configuration hyper-v-worker kernel-shimengine kernel-event-tracing bitlocker sense servicebus-client audit-cve',
    ),
  ),
  ...each('linux', 130, [{ product: 'linux', category: 'process_creation' }]),
  ...each('linux', 70, [{ product: 'macos', category: 'process_creation' }]),
  ...each('linux', 56, services('linux', 'auditd')),
  ...each('linux', 8, [
    { product: 'linux' },
    { product: 'linux', category: 'file_event' },
    { product: 'linux', category: 'network_connection' },
    { product: 'macos', category: 'file_event' },
    ...services('linux', 'auth syslog sshd sudo cron clamav guacamole vsftpd'),
  ]),
  ...each('web', 90, [{ category: 'webserver' }, { category: 'proxy' }]),
  ...each('web', 12, [
    { category: 'firewall' },
    { category: 'dns' },
    { category: 'antivirus' },
    { category: 'database' },
    ...services('zeek', 'smb_files dce_rpc http kerberos rdp dns x509'),
  ]),
  ...each('cloud', 60, [...services('aws', 'cloudtrail'), ...services('azure', 'activitylogs auditlogs signinlogs')]),
  ...each('cloud', 10, [
    ...services('azure', 'riskdetection pim'),
    ...services('gcp', 'gcp.audit google_workspace.admin'),
    ...services('m365', 'threat_management audit exchange threat_detection'),
    ...services('okta', 'okta'),
    ...services('onelogin', 'onelogin.events'),
    ...services('github', 'audit'),
    ...services('bitbucket', 'audit'),
    ...services('kubernetes', 'audit'),
    ...services('cisco', 'aaa bgp ldp duo syslog'),
    ...services('juniper', 'bgp'),
    ...services('huawei', 'bgp'),
    ...services('fortinet', 'event'),
    { category: 'application', product: 'opencanary' },
    { category: 'application', product: 'rpc_firewall' },
    { category: 'application', product: 'spring' },
    { category: 'application', product: 'django' },
    { category: 'application', product: 'python' },
    { category: 'application', product: 'ruby_on_rails' },
    { category: 'application', product: 'jvm' },
    { category: 'application', product: 'nodejs' },
    { category: 'application', product: 'velocity' },
    { category: 'application', product: 'sql' },
    { category: 'application', product: 'kubernetes' },
    { category: 'application', product: 'bitbucket' },
  ]),
]
