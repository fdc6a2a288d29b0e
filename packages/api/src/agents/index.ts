import { CODING_AGENTS } from './coding-agents.ts'
import { FRAMEWORKS } from './frameworks.ts'

export type { Address, AgentSetup, Block, Unseen } from './agent-setup.ts'

/** Every agent and framework that can be plugged in, in the order in which pages list them. */
export const AGENTS = [...CODING_AGENTS, ...FRAMEWORKS]
