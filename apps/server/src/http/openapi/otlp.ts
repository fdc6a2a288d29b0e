import { z } from 'zod'
import type { DocumentedRoute } from './documented-route.ts'

const OTLP_REPLY = z.object({
  partialSuccess: z
    .looseObject({ errorMessage: z.string() })
    .optional()
    .meta({ description: 'Where records were refused: how many, and why the first of them was.' }),
})
const OTLP_BODY = (members: string) => ({
  'application/json': z.looseObject({ [members]: z.array(z.unknown()).optional() }),
  'application/x-protobuf': z.string().meta({ description: 'The same message in protobuf.' }),
})
const OTLP_DESCRIPTION =
  'OTLP over HTTP, also compressed with gzip, deflate or br. The reply has the format of the request; errors are google.rpc.Status.'

export const OTLP_ROUTES: readonly DocumentedRoute[] = [
  {
    method: 'post',
    path: '/v1/logs',
    isThrottled: true,
    summary: 'Log records of OpenTelemetry',
    description: `${OTLP_DESCRIPTION} What they become, and from which agents they are understood: docs/otlp.md.`,
    body: OTLP_BODY('resourceLogs'),
    reply: OTLP_REPLY,
  },
  {
    method: 'post',
    path: '/v1/traces',
    isThrottled: true,
    summary: 'Spans of OpenTelemetry',
    description: OTLP_DESCRIPTION,
    body: OTLP_BODY('resourceSpans'),
    reply: OTLP_REPLY,
  },
  {
    method: 'post',
    path: '/v1/metrics',
    summary: 'Metrics of OpenTelemetry: taken and dropped',
    description: 'Agents send them to the address of their logs and spans.',
    body: OTLP_BODY('resourceMetrics'),
    reply: OTLP_REPLY,
  },
]
