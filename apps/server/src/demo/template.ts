import type { Random } from './random.ts'

/** The choices of one session. Within a scene, a fact always has the same value. */
export interface Scene {
  readonly random: Random
  /**
   * Fills a template: `{service}` is a fact, `{a|b}` is one of several choices, `{?a|b}` picks the same position as
   * other such choices of the scene (a question and its answer), `{#1-9}` is a number, `{hex}` is seven digits. Other
   * braces stay as they are.
   */
  text(template: string): string
}
