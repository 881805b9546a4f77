/** Members of a club, what hangs on them, and what is planned with them. */
import { randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import type { Club } from './club.ts'
import { posted } from './club-posts.ts'

const newMember = (club: Club, more: object = {}) => ({
  firstName: club.text('first'),
  lastName: club.text('last'),
  email: `${club.text('mail')}@${club.word}.example`,
  phone: `+49 221 ${1_000_000 + randomBytes(3).readUIntBE(0, 3)}`,
  birthday: '1985-04-12',
  notes: club.text('notes'),
  skills: [club.text('skill')],
  tags: [club.text('tag')],
  externalIds: [{ system: 'register', value: club.text('number') }],
  metadata: { remark: club.text('metadata') },
  address: { street: club.text('street'), city: club.text('city'), postalCode: '50667', country: 'DE' },
  emergencyContact: { name: club.text('emergency') },
  ...more,
})
export const member =
  (more: object = {}) =>
  async (club: Club) =>
    club.has('members') ? (await club.post('/api/v1/members', newMember(club, more))).id : uuidv7()

export const suspendedMember = async (club: Club) => {
  const memberId = await member()(club)
  if (club.has('members')) await club.post(`/api/v1/members/${memberId}/suspend`, { reason: club.text('reason') })
  return memberId
}

export const deletedMember = async (club: Club) => {
  const memberId = await member()(club)
  if (club.has('members')) await club.owner.delete(`/api/v1/members/${memberId}`)
  return memberId
}

/** Two records of one person, found by a scan. */
export const duplicatePair = async (club: Club) => {
  const twin = {
    firstName: club.text('twin'),
    lastName: club.text('twin'),
    birthday: '1990-01-01',
    allowDuplicate: true,
  }
  const { id: first } = await club.post('/api/v1/members', twin)
  await club.post('/api/v1/members', twin)
  await club.post('/api/v1/members/duplicates/scan', {})
  await club.tenant.platform.drain()
  const { items } = (await club.owner.get(`/api/v1/members/duplicates?memberId=${first}`)).json() as {
    items: { id: string }[]
  }
  return items[0]?.id ?? ''
}

/** Confirmed, with the pending member that a confirmation makes. */
export const registration = async (club: Club) => {
  const registrationId = uuidv7()
  const memberId = await club.fresh('member')
  await club.rows('UPDATE members.member SET pending = true WHERE tenant_id = $1 AND id = $2', [
    club.tenant.id,
    memberId,
  ])
  await club.rows(
    `INSERT INTO members.registration (tenant_id, id, profile, state, expires_at, member_id) VALUES ($1, $2, $3, 'confirmed', now() + interval '7 days', $4)`,
    [club.tenant.id, registrationId, JSON.stringify({ firstName: club.text('registered') }), memberId],
  )
  return registrationId
}

export const merge = async (club: Club) => {
  const [winner, loserId] = [await club.fresh('member'), await club.fresh('member')]
  const merge = await club.post(`/api/v1/members/${winner}/merge`, { loserId })
  return `${winner}/${merge.id}/${String(merge.hash)}`
}

export const household = posted('/api/v1/households', async (club) => ({
  name: club.text('household'),
  address: { city: club.text('city') },
  members: [{ memberId: await club.one('member'), part: 'head' }],
}))
export const guardian = async (club: Club) => {
  const ward = await club.fresh('member')
  const body = { guardianId: await club.one('otherMember'), relationship: club.text('related') }
  return `${ward}/${(await club.post(`/api/v1/members/${ward}/guardians`, body)).id}`
}

export const invitation = posted('/api/v1/members/invites', (club) => ({
  email: `${club.text('invited')}@${club.word}.example`,
  role: 'maker',
  message: club.text('message'),
}))

export const imported = async (club: Club) => {
  const planned = await club.upload(
    '/api/v1/imports',
    `firstName;lastName\n${club.text('imported')};${club.text('row')}\n`,
    { into: 'members' },
  )
  return `${planned.id}/${String(planned.hash)}`
}
export const bulkOperation = async (club: Club) => {
  const body = { operation: 'tag', ids: [await club.fresh('member')], parameters: { add: [club.text('tag')] } }
  const planned = await club.post('/api/v1/members/bulk-operations', body)
  return `${planned.id}/${String(planned.hash)}`
}
