// Written by scripts/build-builtin.ts from the *.yml files of this folder; change those.

export interface BuiltinRule {
  /** The rule's id and the name of its file. */
  readonly id: string
  /** The YAML of the rule, for `parseRule`. */
  readonly text: string
}

export const BUILTIN_RULES: readonly BuiltinRule[] = [
  {
    id: 'sm-inj-001',
    text: `title: Prompt injection in tool result
id: sm-inj-001
status: stable
description: What a tool brought back tells the model to set its instructions aside.
author: SentinelMesh
date: 2026-11-24
logsource:
  product: ai_agent
  category: tool_result
detection:
  override:
    payload|re|i: '\\b(?:ignore|disregard|forget|override)\\s+(?:all\\s+|any\\s+|the\\s+|your\\s+|my\\s+|of\\s+)*(?:previous|prior|above|earlier)\\s+(?:instructions?|prompts?|rules|directions?)'
  condition: override
falsepositives:
  - Texts about prompt injection that an agent reads
level: high
tags:
  - attack.initial-access
sentinelmesh:
  family: prompt-injection
`,
  },
]
