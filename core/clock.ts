/** Where the platform reads the time. Tests move it; nothing else does. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

export class MovableClock implements Clock {
  #offset: number

  constructor(start?: Date) {
    this.#offset = start ? start.getTime() - Date.now() : 0
  }

  now(): Date {
    return new Date(Date.now() + this.#offset)
  }

  advance(ms: number): void {
    this.#offset += ms
  }
}
