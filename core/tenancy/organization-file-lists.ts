import type { GenderGroup, Stage } from '@guildhall/sdk'
import type { Faults, Part } from './organization-file-document.ts'

const mostEntries = 200
const oldest = 150

/** `GenderGroups`: a code and its label a line. */
export function readGenderGroups(part: Part | undefined, faults: Faults): GenderGroup[] | undefined {
  if (!part || part.kind === 'empty') return undefined
  if (part.kind !== 'map') {
    faults.add(part, 'codes with labels are needed, indented, such as "M: Männlich"')
    return undefined
  }
  if (part.entries.size > mostEntries) faults.add(part, `at most ${mostEntries} gender groups are possible`)
  return [...part.entries].flatMap(([code, entry]) => {
    if (code.length < 1 || code.length > 20) faults.add(entry, 'a code has 1 to 20 characters')
    const label = faults.text(entry, { max: 100 })
    return label === undefined ? [] : [{ code, label }]
  })
}

/** `Stage`: in their order; a label, or an object with label, minAge and maxAge. */
export function readStages(part: Part | undefined, faults: Faults): Stage[] | undefined {
  if (!part || part.kind === 'empty') return undefined
  const items = faults.list(part, 'stages')
  if (items.length > mostEntries) faults.add(part, `at most ${mostEntries} stages are possible`)
  const stages: Stage[] = []
  for (const item of items) {
    const stage = readStage(item, faults)
    if (!stage) continue
    if (stages.some(({ label }) => label === stage.label)) faults.add(item, `the stage "${stage.label}" is there twice`)
    stages.push(stage)
  }
  return stages
}

function readStage(item: Part, faults: Faults): Stage | undefined {
  if (item.kind !== 'map') {
    const label = faults.text(item, { max: 100 })
    return label === undefined ? undefined : { label, minAge: null, maxAge: null }
  }
  faults.onlyKeys(item, ['label', 'minAge', 'maxAge'])
  const label = item.entries.get('label')
  if (!label) faults.add(item, 'the stage needs a label')
  const age = (key: string): number | null => {
    const part = item.entries.get(key)
    return !part || part.kind === 'empty' ? null : (faults.integer(part, { min: 0, max: oldest }) ?? null)
  }
  const [minAge, maxAge] = [age('minAge'), age('maxAge')]
  if (minAge !== null && maxAge !== null && minAge > maxAge) faults.add(item, 'minAge is above maxAge')
  const text = label && faults.text(label, { max: 100 })
  return text === undefined ? undefined : { label: text, minAge, maxAge }
}
