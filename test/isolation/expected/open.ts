/**
 * Who may call without a credential: SECURITY §1, line by line. The address of each with the sentence it stands on.
 * What is not here answers 401 to a stranger.
 */
export const open: Readonly<Record<string, string>> = {
  'POST /api/v1/bot-hooks/:token': 'signed webhooks',
  'GET /health/live': 'live and ready',
  'GET /health/ready': 'live and ready',
  'GET /': '/docs',
  'GET /docs': '/docs',
  'GET /docs/errors': '/docs',
  'GET /docs/scalar.js': '/docs',
  'GET /docs/start.js': '/docs',
  'GET /openapi.json': '/openapi.json',
  'GET /bots': 'console files',
  'GET /bots/:address': 'console files',
  'GET /bots/assets/:file': 'console files',
  'GET /api/v1/auth/status': 'auth status and login',
  'POST /api/v1/auth/login': 'auth status and login',
  'GET /api/v1/auth/callback': 'auth status and login',
  'POST /api/v1/auth/logout': 'auth status and login',
  'POST /api/v1/auth/backchannel-logout': 'auth status and login',
  'GET /oidc/*': '/oidc/*',
  'POST /oidc/*': '/oidc/*',
  'PUT /oidc/*': '/oidc/*',
  'PATCH /oidc/*': '/oidc/*',
  'DELETE /oidc/*': '/oidc/*',
  'TRACE /oidc/*': '/oidc/*',
  'QUERY /oidc/*': '/oidc/*',
  'GET /oidc/interaction/:uid': '/oidc/*',
  'POST /oidc/interaction/:uid': '/oidc/*',
  'GET /setup': 'set-up',
  'POST /setup': 'set-up',
  'GET /account/password': 'set-up',
  'POST /account/password': 'set-up',
  'GET /api/v1/members/invites/:token/accept': 'the two invitation-token routes',
  'POST /api/v1/members/invites/:token/accept': 'the two invitation-token routes',
  'GET /api/v1/unsubscribe/:token': 'the link in bulk mail',
  'POST /api/v1/unsubscribe/:token': 'the link in bulk mail',
  'POST /api/v1/registrations': 'registration where on',
  'GET /api/v1/registrations/token/:token': 'registration where on',
  'POST /api/v1/registrations/token/:token/confirm': 'registration where on',
}

/** It needs a token of its own or the management port; no principal. */
export const guardedElsewhere: Readonly<Record<string, string>> = {
  'GET /metrics': '`/metrics` needs a token or the management port',
}
