import { CODING_AGENTS } from './coding-agents.ts'
import { FRAMEWORKS } from './frameworks.ts'

export type { Address, AgentSetup, Block, Unseen } from './agent-setup.ts'

/** Every supported agent and framework, in display order. */
export const AGENTS = [...CODING_AGENTS, ...FRAMEWORKS]
