/** Where the secrets of an installation are sealed for: elsewhere, another bot included, they do not open. */
export const secretPlace = (installationId: string): string => `bots.installation:${installationId}`

/** The same for what its incoming webhook is signed with. */
export const webhookPlace = (installationId: string): string => `bots.webhook:${installationId}`
