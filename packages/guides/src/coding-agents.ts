import { type AgentSetup, inShell, OTLP_ENVIRONMENT } from './agent-setup.ts'

/** The shortest configuration that makes each agent report. For most agents the endpoint alone is not enough. */
export const CODING_AGENTS: readonly AgentSetup[] = [
  {
    id: 'claude-code',
    name: 'Claude Code',
    source: 'claude_code',
    experimental: false,
    hook: 'claude',
    docs: 'agents/claude-code.md',
    blocks: [
      inShell(
        'Environment of claude',
        (address) => `export CLAUDE_CODE_ENABLE_TELEMETRY=1
export OTEL_LOGS_EXPORTER=otlp
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
${OTLP_ENVIRONMENT(address)}`,
      ),
      inShell(
        'Prompts, commands and answers',
        () => `export OTEL_LOG_USER_PROMPTS=1
export OTEL_LOG_TOOL_DETAILS=1
export OTEL_LOG_ASSISTANT_RESPONSES=1`,
      ),
      inShell(
        'Output of tools (traces, beta)',
        () => `export CLAUDE_CODE_ENHANCED_TELEMETRY_BETA=1
export OTEL_TRACES_EXPORTER=otlp
export OTEL_LOG_TOOL_CONTENT=1`,
      ),
    ],
    unseen: [
      { what: 'What people write', shownBy: 'OTEL_LOG_USER_PROMPTS=1' },
      { what: 'Commands, paths, addresses and names of MCP tools', shownBy: 'OTEL_LOG_TOOL_DETAILS=1' },
      { what: 'What the model answers', shownBy: 'OTEL_LOG_ASSISTANT_RESPONSES=1' },
      { what: 'What tools give back', shownBy: 'OTEL_LOG_TOOL_CONTENT=1 with traces' },
      { what: 'Commands that a skill runs by itself', shownBy: null },
    ],
  },
  {
    id: 'codex',
    name: 'Codex CLI',
    source: 'codex',
    experimental: false,
    hook: 'codex',
    docs: 'agents/codex.md',
    blocks: [
      {
        title: '~/.codex/config.toml',
        language: 'toml',
        text: ({ url, key }) => `[otel]
log_user_prompt = true
exporter = { otlp-http = { endpoint = "${url}/v1/logs", protocol = "binary", headers = { "Authorization" = "Bearer ${key}" } } }`,
      },
    ],
    unseen: [
      { what: 'What people write', shownBy: 'log_user_prompt = true, in the block above' },
      { what: 'What the model answers', shownBy: 'The hook Stop' },
      { what: 'A command before it has run', shownBy: 'The hook PreToolUse' },
      { what: 'What is typed into an open terminal, before it runs', shownBy: null },
    ],
  },
  {
    id: 'gemini-cli',
    name: 'Gemini CLI',
    source: 'gemini_cli',
    experimental: false,
    hook: 'gemini',
    docs: 'agents/gemini-cli.md',
    blocks: [
      inShell(
        'Environment of gemini',
        (address) => `export GEMINI_TELEMETRY_ENABLED=true
export GEMINI_TELEMETRY_OTLP_PROTOCOL=http
${OTLP_ENVIRONMENT(address)}`,
      ),
    ],
    unseen: [
      { what: 'A call that equals one that is sent with it: its calls have no id', shownBy: 'The hook BeforeTool' },
    ],
  },
  {
    id: 'copilot-cli',
    name: 'GitHub Copilot CLI',
    source: 'copilot',
    experimental: false,
    hook: 'copilot',
    docs: 'agents/copilot.md',
    blocks: [
      inShell(
        'Environment of copilot',
        (address) => `${OTLP_ENVIRONMENT(address)}
export OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true`,
      ),
    ],
    unseen: [
      {
        what: 'Prompts, answers, arguments and results',
        shownBy: 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true, in the block above',
      },
    ],
  },
  {
    id: 'vscode-copilot',
    name: 'VS Code and JetBrains Copilot Chat',
    source: 'copilot',
    experimental: true,
    hook: 'vscode',
    docs: 'agents/copilot.md',
    blocks: [
      inShell(
        'Environment of the editor',
        (address) => `${OTLP_ENVIRONMENT(address)}
export COPILOT_OTEL_CAPTURE_CONTENT=true`,
      ),
    ],
    unseen: [
      {
        what: 'Prompts, answers, arguments and results',
        shownBy: 'COPILOT_OTEL_CAPTURE_CONTENT=true, in the block above, or the setting captureContent',
      },
    ],
  },
  {
    id: 'cursor',
    name: 'Cursor',
    source: 'cursor',
    experimental: true,
    hook: 'cursor',
    docs: 'agents/cursor.md',
    blocks: [],
    unseen: [
      { what: 'A change of a file before it is made', shownBy: null },
      { what: 'Tools that are no command, file or MCP server', shownBy: 'The hooks preToolUse and postToolUse' },
    ],
  },
  {
    id: 'windsurf',
    name: 'Windsurf',
    source: 'windsurf',
    experimental: true,
    hook: 'windsurf',
    docs: 'agents/windsurf.md',
    blocks: [],
    unseen: [
      { what: 'What a command or a file gave', shownBy: null },
      { what: 'Tools that are no command, file or MCP server', shownBy: null },
    ],
  },
]
