import type { TestClient, TestPlatform, TestTenant } from '#core/testing/index.ts'

export const invites = '/api/v1/members/invites'
/** The path of the link, as somebody follows it. */
export const pathOf = (link: string): string => new URL(link).pathname

export async function invited(by: TestClient, body: object): Promise<{ id: string; path: string; token: string }> {
  const answer = await by.post(invites, body)
  if (answer.statusCode !== 201) throw new Error(answer.body)
  const path = pathOf(answer.json().acceptLink)
  return { id: answer.json().id, path, token: path.split('/').at(-2)! }
}

/** An organisation of its own: invitations are counted by the hour. */
export async function organization(
  platform: TestPlatform,
  name: string,
  o: object = {},
): Promise<{ club: TestTenant; admin: TestClient }> {
  const club = await platform.tenant(name, o)
  return { club, admin: await club.admin() }
}
