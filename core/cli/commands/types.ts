import { writeFile } from 'node:fs/promises'
import type { Output } from '../terminal/output.ts'
import { registryTypes } from '../typing/registry-types.ts'

export async function run(o: { out?: string }, output: Output): Promise<void> {
  const { text, actions, events } = await registryTypes()
  if (o.out === undefined) return output.result({ types: text }, text)
  await writeFile(o.out, `${text}\n`)
  output.result({ file: o.out, actions, events }, `Wrote ${actions} actions and ${events} events to ${o.out}.`)
}
