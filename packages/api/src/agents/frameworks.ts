import { type Address, type AgentSetup, inShell, OTLP_ENVIRONMENT } from './agent-setup.ts'

const PROTOBUF = 'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf'

/** SDKs of some languages send gRPC otherwise, which is not spoken here. */
const APPLICATION_ENVIRONMENT = (address: Address) => `${OTLP_ENVIRONMENT(address)}
${PROTOBUF}`
/** Where the library only makes spans, and an SDK in the application sends them. */
const SDK_OF_APPLICATION = inShell(
  'Environment of the application, which sets up an OpenTelemetry SDK',
  APPLICATION_ENVIRONMENT,
)

/** Agents built with a library: the exporter is that of the application. */
export const FRAMEWORKS: readonly AgentSetup[] = [
  {
    id: 'opentelemetry-genai',
    name: 'OpenTelemetry GenAI instrumentations',
    source: 'gen_ai',
    experimental: false,
    hook: null,
    docs: 'agents/opentelemetry-genai.md',
    blocks: [
      inShell(
        'Environment of the application',
        (address) => `${APPLICATION_ENVIRONMENT(address)}
export OTEL_SEMCONV_STABILITY_OPT_IN=gen_ai_latest_experimental
export OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=SPAN_AND_EVENT`,
      ),
    ],
    unseen: [
      {
        what: 'Messages, arguments and results',
        shownBy:
          'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: SPAN_AND_EVENT as above, true in older instrumentations',
      },
    ],
  },
  {
    id: 'vercel-ai-sdk-7',
    name: 'Vercel AI SDK 7',
    source: 'ai_sdk',
    experimental: false,
    hook: null,
    docs: 'agents/vercel-ai-sdk.md',
    blocks: [
      {
        title: 'Once, where the application starts',
        language: 'typescript',
        text: () => `import { registerTelemetry } from 'ai'
import { OpenTelemetry } from '@ai-sdk/otel'

registerTelemetry(new OpenTelemetry())`,
      },
      SDK_OF_APPLICATION,
    ],
    unseen: [{ what: 'Content, where recordInputs or recordOutputs is false', shownBy: 'Leaving them out' }],
  },
  {
    id: 'vercel-ai-sdk',
    name: 'Vercel AI SDK 4 to 6',
    source: 'ai_sdk',
    experimental: false,
    hook: null,
    docs: 'agents/vercel-ai-sdk.md',
    blocks: [
      {
        title: 'With each call',
        language: 'typescript',
        text: () => `experimental_telemetry: { isEnabled: true }`,
      },
      SDK_OF_APPLICATION,
    ],
    unseen: [{ what: 'Calls without experimental_telemetry', shownBy: 'experimental_telemetry: { isEnabled: true }' }],
  },
  {
    id: 'openinference',
    name: 'OpenInference',
    source: 'openinference',
    experimental: false,
    hook: null,
    docs: 'agents/openinference.md',
    blocks: [SDK_OF_APPLICATION],
    unseen: [{ what: 'What OPENINFERENCE_HIDE_… variables hide', shownBy: 'Leaving them out' }],
  },
  {
    id: 'openllmetry',
    name: 'OpenLLMetry (Traceloop)',
    source: 'traceloop',
    experimental: false,
    hook: null,
    docs: 'agents/openllmetry.md',
    blocks: [
      inShell(
        'Environment of the application',
        ({ url, key }) => `export TRACELOOP_BASE_URL=${url}
export TRACELOOP_HEADERS="Authorization=Bearer ${key}"`,
      ),
    ],
    unseen: [{ what: 'Content, where TRACELOOP_TRACE_CONTENT is false', shownBy: 'Leaving it out' }],
  },
  {
    id: 'langsmith',
    name: 'LangChain and LangSmith',
    source: 'gen_ai',
    experimental: true,
    hook: null,
    docs: 'agents/langsmith.md',
    blocks: [
      inShell(
        'Environment of the application',
        (address) => `export LANGSMITH_OTEL_ENABLED=true
${OTLP_ENVIRONMENT(address)}`,
      ),
    ],
    unseen: [],
  },
  {
    id: 'pydantic-ai',
    name: 'Pydantic AI',
    source: 'gen_ai',
    experimental: true,
    hook: null,
    docs: 'agents/pydantic-ai.md',
    blocks: [
      {
        title: 'Once, where the application starts',
        language: 'python',
        text: () => `from pydantic_ai import Agent

Agent.instrument_all()`,
      },
      SDK_OF_APPLICATION,
    ],
    unseen: [{ what: 'Content, where include_content is False', shownBy: 'Leaving it out' }],
  },
  {
    id: 'strands',
    name: 'Strands Agents',
    source: 'gen_ai',
    experimental: true,
    hook: null,
    docs: 'agents/strands.md',
    blocks: [
      {
        title: 'Once, where the application starts',
        language: 'python',
        text: () => `from strands.telemetry import StrandsTelemetry

StrandsTelemetry().setup_otlp_exporter()`,
      },
      inShell('Environment of the application', OTLP_ENVIRONMENT),
    ],
    unseen: [{ what: 'Which session it was', shownBy: 'trace_attributes={"session.id": …} of the agent' }],
  },
  {
    id: 'google-adk',
    name: 'Google ADK',
    source: 'gen_ai',
    experimental: true,
    hook: null,
    docs: 'agents/google-adk.md',
    blocks: [SDK_OF_APPLICATION],
    unseen: [{ what: 'Content, where ADK_CAPTURE_MESSAGE_CONTENT_IN_SPANS is false', shownBy: 'Leaving it out' }],
  },
  {
    id: 'agent-framework',
    name: 'Microsoft Agent Framework',
    source: 'gen_ai',
    experimental: true,
    hook: null,
    docs: 'agents/agent-framework.md',
    blocks: [
      inShell(
        'Environment of the application',
        (address) => `${APPLICATION_ENVIRONMENT(address)}
export ENABLE_SENSITIVE_DATA=true`,
      ),
    ],
    unseen: [{ what: 'Messages, arguments and results', shownBy: 'ENABLE_SENSITIVE_DATA=true, in the block above' }],
  },
]
