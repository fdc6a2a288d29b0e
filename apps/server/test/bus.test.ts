import { memoryBus } from '../src/bus.ts'
import { busConformance } from './bus.conformance.ts'

busConformance('memoryBus', async (clock) => {
  const bus = memoryBus(clock)
  return { announcing: bus, following: bus, async [Symbol.asyncDispose]() {} }
})
