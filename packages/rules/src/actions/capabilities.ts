/** What a program in a command does. They are the values of the field `Does` of the view `action`. */
export const CAPABILITIES = [
  /** Connects a shell to the network: a reverse or a bind shell. */
  'network_shell',
  /** Starts an interactive shell from a program that is not made for it. */
  'escapes_to_shell',
  /** Runs code that is given in its arguments. */
  'runs_text',
  /** Runs what it reads from a pipe. */
  'runs_input',
  /** Runs a file from a folder that anyone can write to, or installs it without a question. */
  'runs_loose_file',
  /** Runs code that it fetches from the network itself. */
  'runs_download',
  /** Runs code through a system program that is trusted. */
  'runs_by_proxy',
  /** Runs code on another machine. */
  'runs_remotely',
  /** Starts another agent that asks nobody before it acts. */
  'unleashes_agent',
  /** Loads a library into a program. */
  'loads_library',
  /** Writes to the memory of another process. */
  'injects',
  /** Reads the memory of another process. */
  'dumps_memory',
  /** Fetches a file with a program made for it. */
  'downloads',
  /** Fetches a file with a program that is not made for it. */
  'downloads_oddly',
  /** Sends a file or a text to another machine. */
  'sends',
  /** Sends a file with a program that is not made for it. */
  'sends_oddly',
  /** Puts data into the names that it looks up, or into pings. */
  'sends_in_lookups',
  /** Waits for connections. */
  'listens',
  /** Forwards ports, or connects to an anonymizing network. */
  'tunnels',
  /** Reads a file. */
  'reads',
  /** Looks for files, or for text in files. */
  'searches',
  /** Writes to a file. */
  'writes',
  /** Replaces what a file had. */
  'overwrites',
  'copies',
  'deletes',
  /** Puts files into an archive. */
  'archives',
  /** Puts files into an archive that a password protects. */
  'archives_secretly',
  'encrypts',
  'decodes',
  'makes_executable',
  /** Gives everyone the right to write, or takes the owner's protection away. */
  'loosens_rights',
  /** Gives a program the rights of its owner or of the system. */
  'raises_rights',
  'adds_account',
  'locks_account',
  /** Runs something later, or again and again. */
  'schedules',
  'installs_service',
  /** Makes something start with the system, at each login, or with another program. */
  'changes_startup',
  'stops_service',
  /** Runs scripts although a policy does not allow them. */
  'bypasses_policy',
  /** Switches off what protects or records. */
  'disables_protection',
  'clears_logs',
  'changes_times',
  /** Makes files, windows or accounts invisible. */
  'hides',
  /** Gives a program the name of another one. */
  'disguises',
  /** Looks for open ports or machines. */
  'scans',
  /** Looks for programs with more rights than they need. */
  'looks_for_weak_spots',
  /** Asks who it is and where it runs. */
  'asks_who',
  /** Looks for words such as password in files. */
  'searches_for_secrets',
  /** Records the network, the screen or the clipboard. */
  'captures',
  /** Records the keyboard, or asks a person for a password in the name of the system. */
  'captures_input',
  'guesses_passwords',
  /** Asks a store of credentials for them. */
  'asks_for_credentials',
  /** Lets somebody else control the machine. */
  'remote_access',
  'mines',
  /** A program that is made for attacks. */
  'attack_tool',
  /** Trusts a certificate of somebody else, or turns off checks of signatures. */
  'trusts_certificate',
  /** Leaves a container, or starts one that has the rights of the host. */
  'leaves_container',
  /** Removes what a system could be restored from, or overwrites a disk. */
  'destroys',
  /** Compiles a program. */
  'compiles',
] as const
export type Capability = (typeof CAPABILITIES)[number]

/** What a command works on. They are the values of the field `Touches` of the view `action`. */
export const OBJECTS = [
  /** Keys, passwords, tokens, and the files that hold them. */
  'credentials',
  /** Stores of credentials that only their own programs read. */
  'credential_store',
  /** Settings of Windows in the registry. */
  'system_settings',
  /** The files with accounts and their rights. */
  'accounts',
  /** Files and keys of the registry that run something at a start, a login or on a schedule. */
  'startup',
  'logs',
  'history',
  /** Programs and settings that protect or record. */
  'protection',
  /** A disk, or the memory of the machine. */
  'device',
  /** A whole system, or all files of a person. */
  'everything',
  /** A folder that anyone can write to. */
  'loose_folder',
  /** Files of a person: documents, mail, pictures, databases. */
  'personal_files',
  /** An address outside. */
  'outside',
  /** A place that is made to receive things from anybody: paste sites, webhooks, tunnels, bare addresses. */
  'drop_site',
  /** Programs and libraries of the system. */
  'system_program',
  /** A name that only attackers give. */
  'attack_name',
] as const
export type ObjectClass = (typeof OBJECTS)[number]
