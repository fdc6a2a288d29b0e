import type { Random } from './random.ts'

/** One session's choices. Within a scene a fact stands for the same thing all along. */
export interface Scene {
  readonly random: Random
  /**
   * Fills a template: `{service}` a fact, `{a|b}` one of several, `{?a|b}` the one whose place fits the other such choices of
   * the scene (a question and its answer), `{#1-9}` a number, `{hex}` seven digits. Other braces stay as they are.
   */
  text(template: string): string
}
