import { type Address, type AgentSetup, inShell, OTLP_ENVIRONMENT } from './agent-setup.ts'

const PROTOBUF = 'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf'

/** The SDKs of some languages default to gRPC, which the server does not support. */
const APPLICATION_ENVIRONMENT = (address: Address) => `${OTLP_ENVIRONMENT(address)}
${PROTOBUF}`
/** For libraries that only create spans. An SDK in the application sends them. */
const SDK_OF_APPLICATION = inShell(
  'Environment of the application, which sets up an OpenTelemetry SDK',
  APPLICATION_ENVIRONMENT,
)
/** The first two lines are required. Without the third, Python also sends to LangSmith. */
const LANGSMITH_ENVIRONMENT = (address: Address) => `export LANGSMITH_TRACING=true
export LANGSMITH_OTEL_ENABLED=true
export LANGSMITH_OTEL_ONLY=true
${OTLP_ENVIRONMENT(address)}`
/** The JavaScript version that the lines were tested with. */
const ran = (library: string) => `${library}, run on 2026-11-27`

const ADK_CONTENT = { what: 'Content, where ADK_CAPTURE_MESSAGE_CONTENT_IN_SPANS is false', shownBy: 'Leaving it out' }

/** Libraries to build agents with. The application configures the exporter. */
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
        title: `Once, where the application starts (${ran('ai 7.0.173')})`,
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
        title: `With each call (${ran('ai 4.3.19, 5.0.277 and 6.0.326')})`,
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
    blocks: [
      inShell(
        `Environment of the application, which sets up an OpenTelemetry SDK (${ran('instrumentation-openai 4.2.7')})`,
        APPLICATION_ENVIRONMENT,
      ),
    ],
    unseen: [
      { what: 'What OPENINFERENCE_HIDE_… variables hide', shownBy: 'Leaving them out' },
      { what: 'In JavaScript, a call of a model that fails', shownBy: null },
      { what: 'In JavaScript, parallel tool calls of a streamed answer: they are joined into one', shownBy: null },
    ],
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
        `Environment of the application (${ran('@traceloop/node-server-sdk 0.27.0')})`,
        ({ url, key }) => `export TRACELOOP_BASE_URL=${url}
export TRACELOOP_HEADERS="Authorization=Bearer ${key}"`,
      ),
    ],
    unseen: [
      { what: 'Content, where TRACELOOP_TRACE_CONTENT is false', shownBy: 'Leaving it out' },
      { what: 'In JavaScript, a call of a model that fails', shownBy: null },
      { what: 'In JavaScript, tool calls that the Responses API answers with', shownBy: null },
    ],
  },
  {
    id: 'langsmith',
    name: 'LangChain and LangSmith in Python',
    source: 'gen_ai',
    experimental: true,
    hook: null,
    docs: 'agents/langsmith.md',
    blocks: [inShell('Environment of the application', LANGSMITH_ENVIRONMENT)],
    unseen: [],
  },
  {
    id: 'langsmith-js',
    name: 'LangSmith in JavaScript',
    source: 'gen_ai',
    experimental: false,
    hook: null,
    docs: 'agents/langsmith.md',
    blocks: [
      {
        title: `Once, where the application starts (${ran('langsmith 0.12.0')})`,
        language: 'typescript',
        text: () => `import { initializeOTEL } from 'langsmith/experimental/otel/setup'

initializeOTEL()`,
      },
      inShell('Environment of the application', LANGSMITH_ENVIRONMENT),
    ],
    unseen: [{ what: 'Runs of LangChain and LangGraph', shownBy: 'OpenInference for LangChain.js' }],
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
    name: 'Strands Agents in Python',
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
    id: 'strands-js',
    name: 'Strands Agents in JavaScript',
    source: 'gen_ai',
    experimental: false,
    hook: null,
    docs: 'agents/strands.md',
    blocks: [
      {
        title: `Once, where the application starts (${ran('@strands-agents/sdk 1.19.0')})`,
        language: 'typescript',
        text: () => `import { setupTracer } from '@strands-agents/sdk/telemetry'

setupTracer({ exporters: { otlp: true } })`,
      },
      inShell('Environment of the application', OTLP_ENVIRONMENT),
    ],
    unseen: [
      { what: 'Which session it was', shownBy: "traceAttributes: { 'session.id': … } of the agent" },
      { what: 'Descriptions and parameters of tools', shownBy: null },
    ],
  },
  {
    id: 'google-adk',
    name: 'Google ADK in Python',
    source: 'gen_ai',
    experimental: true,
    hook: null,
    docs: 'agents/google-adk.md',
    blocks: [SDK_OF_APPLICATION],
    unseen: [ADK_CONTENT],
  },
  {
    id: 'google-adk-js',
    name: 'Google ADK in JavaScript',
    source: 'gen_ai',
    experimental: false,
    hook: null,
    docs: 'agents/google-adk.md',
    blocks: [
      {
        title: `Once, where the application starts (${ran('@google/adk 2.0.0')})`,
        language: 'typescript',
        text: () => `import { maybeSetOtelProviders } from '@google/adk'

maybeSetOtelProviders()`,
      },
      inShell('Environment of the application', OTLP_ENVIRONMENT),
    ],
    unseen: [ADK_CONTENT, { what: 'A call of a model that fails', shownBy: null }],
  },
  {
    id: 'mastra',
    name: 'Mastra',
    source: 'gen_ai',
    experimental: false,
    hook: null,
    docs: 'agents/mastra.md',
    blocks: [
      {
        title: `Where the application makes its Mastra (${ran('@mastra/core 1.71.0')})`,
        language: 'typescript',
        text: () => `import { Mastra } from '@mastra/core'
import { Observability } from '@mastra/observability'
import { OtelExporter } from '@mastra/otel-exporter'

const exporter = new OtelExporter({
  provider: {
    custom: {
      endpoint: process.env.SENTINELMESH_URL,
      protocol: 'http/protobuf',
      headers: { Authorization: \`Bearer \${process.env.SENTINELMESH_API_KEY}\` },
    },
  },
})
export const mastra = new Mastra({
  agents,
  observability: new Observability({
    configs: {
      sentinelmesh: {
        serviceName: 'my-app',
        exporters: [exporter],
        serializationOptions: { maxArrayLength: 10_000 },
      },
    },
  }),
})`,
      },
      inShell(
        'Environment of the application',
        ({ url, key }) => `export SENTINELMESH_URL=${url}
export SENTINELMESH_API_KEY=${key}`,
      ),
    ],
    unseen: [
      { what: 'Messages after the 50th of a conversation', shownBy: 'maxArrayLength, in the block above' },
      {
        what: 'Values called password, token, key and the like',
        shownBy: 'sensitiveDataFilter: false of Observability',
      },
      { what: 'Which model was asked', shownBy: 'ArizeExporter in place of OtelExporter' },
      { what: 'Descriptions and parameters of tools', shownBy: null },
    ],
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
