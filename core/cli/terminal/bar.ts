import type { Output } from './output.ts'

/** How far a long piece of work is: a bar where somebody watches, silence elsewhere. */
export interface Bar {
  readonly step: (done: number, total: number) => void
  end(message: string): void
}

export async function bar(output: Output, message: string): Promise<Bar> {
  if (!output.interactive) return { step: () => {}, end: (text) => output.note(text) }
  const { progress } = await import('@clack/prompts')
  const width = 1000
  const shown = progress({ max: width, output: process.stderr })
  shown.start(message)
  let at = 0
  return {
    step: (done, total) => {
      const next = total > 0 ? Math.floor((done / total) * width) : 0
      if (next > at) shown.advance(next - at, `${message}: ${done} of ${total}`)
      at = Math.max(at, next)
    },
    end: (text) => shown.stop(text),
  }
}

/** Asks yes or no; only where somebody sits there. */
export async function agreed(message: string): Promise<boolean> {
  const { confirm } = await import('@clack/prompts')
  return (await confirm({ message, initialValue: false, output: process.stderr })) === true
}
