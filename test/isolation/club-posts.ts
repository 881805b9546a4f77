import type { Club } from './club.ts'

/** Made by a POST; what it is known by afterwards. */
export const posted = (path: string, body: (club: Club) => object | Promise<object>) => async (club: Club) =>
  (await club.post(path, await body(club))).id
