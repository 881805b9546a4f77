import fc from 'fast-check'
import t from 'tap'
import { compareVersions } from '#plugins/bots/definitions/semver.ts'
import { mergedConfig, shownConfig } from '#plugins/bots/installations/config-values.ts'
import { valueAt, withValueAt } from '#plugins/bots/installations/pointers.ts'

const number = fc.integer({ min: 0, max: 20 })
const label = fc.oneof(number.map(String), fc.constantFrom('alpha', 'beta', 'rc'))
const version = fc
  .tuple(number, number, number, fc.array(label, { maxLength: 3 }))
  .map(([a, b, c, labels]) => `${a}.${b}.${c}${labels.length > 0 ? `-${labels.join('.')}` : ''}`)

t.test('of any two versions one is newer, and newer than newer is newer', async () => {
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      const [ab, ba, bc, ac] = [
        compareVersions(a, b),
        compareVersions(b, a),
        compareVersions(b, c),
        compareVersions(a, c),
      ]
      if (Math.sign(ab) !== -Math.sign(ba)) return false
      if (a === b && ab !== 0) return false
      return !(ab > 0 && bc > 0) || ac > 0
    }),
  )
})

const name = fc.constantFrom('a', 'b/c', 'd~e', '__proto__', 'constructor')
const pointer = fc
  .array(name, { minLength: 1, maxLength: 4 })
  .map((steps) => steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''))

t.test('what is put at a place is read there, and nothing else moves', async () => {
  fc.assert(
    fc.property(pointer, pointer, fc.string(), (at, other, value) => {
      const before = withValueAt({}, other, 'there')
      const after = withValueAt(before, at, value)
      const apart = !at.startsWith(`${other}/`) && !other.startsWith(`${at}/`)
      if (!apart) return true
      return (
        valueAt(after, at) === value &&
        (at === other || valueAt(after, other) === 'there') &&
        Object.getPrototypeOf(after) === Object.prototype
      )
    }),
  )
})

t.test('a form shown and sent back keeps every secret, whatever else changes', async () => {
  const schema = {
    type: 'object',
    properties: {
      note: { type: 'string' },
      key: { type: 'string', format: 'secret' },
      inside: { type: 'object', properties: { token: { type: 'string', format: 'secret' } } },
    },
  }
  const config = fc.record(
    {
      note: fc.string(),
      key: fc.string({ minLength: 1 }),
      inside: fc.record({ token: fc.string({ minLength: 1 }) }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(config, fc.string(), (before, note) => {
      const back = mergedConfig(schema, before, { ...shownConfig(schema, before), note }) as typeof before
      return back.key === before.key && back.inside?.token === before.inside?.token && back.note === note
    }),
  )
})
