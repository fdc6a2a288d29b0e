import type { Span } from '../../../otlp/telemetry.ts'
import { adk } from './adk.ts'
import type { Framework } from './framework.ts'
import { langSmith } from './langsmith.ts'
import { mastra } from './mastra.ts'
import { pydanticAi } from './pydantic-ai.ts'
import { strands } from './strands.ts'

const FRAMEWORKS: readonly Framework[] = [langSmith, pydanticAi, strands, adk, mastra]

/** Undefined for a span that follows the conventions. */
export const frameworkOf = (span: Span) => FRAMEWORKS.find(({ claims }) => claims(span))
