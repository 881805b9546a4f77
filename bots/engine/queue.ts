/** Who is next: organisations take turns, and each has its own line. One that brings a thousand jobs waits behind itself. */
export class FairQueue<T> {
  /** Insertion order is the order of turns: whoever was served goes to the end. */
  readonly #lines = new Map<string, T[]>()
  #size = 0

  get size(): number {
    return this.#size
  }
  /** The first of each line: who has waited longest is among them. */
  get firsts(): readonly T[] {
    return [...this.#lines.values()].flatMap((line) => line.slice(0, 1))
  }
  /** Organisations that wait, the next first. */
  get waiting(): readonly string[] {
    return [...this.#lines.keys()]
  }

  push(tenant: string, item: T): void {
    const line = this.#lines.get(tenant)
    if (line) line.push(item)
    else this.#lines.set(tenant, [item])
    this.#size++
  }

  /** The first in the line of this organisation, whose next turn then comes after everybody else's. */
  take(tenant: string): T | undefined {
    const line = this.#lines.get(tenant)
    const item = line?.shift()
    if (!line || item === undefined) return undefined
    this.#size--
    this.#lines.delete(tenant)
    if (line.length > 0) this.#lines.set(tenant, line)
    return item
  }

  remove(tenant: string, item: T): boolean {
    const line = this.#lines.get(tenant)
    const at = line?.indexOf(item) ?? -1
    if (!line || at < 0) return false
    line.splice(at, 1)
    this.#size--
    if (line.length === 0) this.#lines.delete(tenant)
    return true
  }

  clear(): readonly T[] {
    const all = [...this.#lines.values()].flat()
    this.#lines.clear()
    this.#size = 0
    return all
  }
}
