/** What holds for every route, for those who have the OpenAPI document and nothing else. The whole is docs/api.md. */
export const introduction = `Members, groups, plans and whatever else an organisation switches on.

**Addresses.** \`/api/...\` is the same as \`/api/v1/...\`; a slash at the end makes no difference.

**Getting in.** Send an API token (\`POST /api/v1/api-tokens\`, or \`guildhall token create\`) as \`Authorization: Bearer\`. A browser
signs in by \`POST /api/v1/auth/login\`. Who belongs to several organisations names one in \`X-Organization\`.

**Lists** take \`limit\`, \`cursor\`, \`sort\` and \`total\`, and filter by their fields: \`?status=active,pending&joinedOn.gte=2020-01-01\`,
with \`\\,\` for a comma inside a value. \`page.nextCursor\` leads to the next page, and so does the header \`Link\`. Conditions with *or* and *not* go into
\`filter\`, as JSON of the schema Filter.

**Changing.** \`PUT\` and \`PATCH\` both merge what is sent; \`null\` empties a field. The \`ETag\` of what was read, sent as \`If-Match\`, keeps
two from overwriting each other (412). An \`Idempotency-Key\` makes a repeated \`POST\` one. Many at once is a plan first: its \`hash\`, sent to
\`.../apply\`, applies it, and its address shows the progress.

**Errors** are \`application/problem+json\` (RFC 9457): the part of \`type\` behind \`#\` says which, \`remedy\` what to do, \`errors\` where. Who may
not see a thing gets 404; who may see it and not do that gets 403.`
