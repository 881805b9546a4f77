/** What went wrong and what to do, for people, by the type of the problem. What is not here is said as the platform says it. */
export const problemsEn = {
  'validation-failed': {
    title: 'Something is not filled in right yet',
    remedy: 'Correct the marked fields. Nothing was changed.',
  },
  unauthenticated: { title: 'You are no longer signed in', remedy: 'Load the page again, and sign in.' },
  forbidden: { title: 'You may not do that', remedy: 'Ask an administrator to do it, or to give you the right to.' },
  'not-found': { title: 'That is no longer here', remedy: 'Load the page again.' },
  'plugin-not-enabled': {
    title: 'This part of the platform is switched off here',
    remedy: 'Ask an administrator to switch it on.',
  },
  conflict: {
    title: 'That does not fit how things stand now',
    remedy: 'Load the page again, and look how it stands.',
  },
  'already-exists': { title: 'There is already one like it', remedy: 'Choose another name.' },
  dependency: {
    title: 'Something it needs is switched off here',
    remedy: 'Ask an administrator to switch that part on, or do without the bot.',
  },
  gone: { title: 'That was here and is no longer', remedy: 'Load the page again.' },
  'precondition-failed': {
    title: 'Somebody else changed this bot meanwhile',
    remedy: 'Load the page again, then repeat your change.',
  },
  'consent-required': {
    title: 'Nobody has agreed to what this version asks for',
    remedy: 'Load the page again, read what it may do, and agree to it.',
  },
  'config-does-not-fit': {
    title: 'Your settings do not fit the form of that version',
    remedy: 'The version that runs goes on. Change under "Set up" what the new one does not take, then upgrade.',
  },
  'payload-too-large': { title: 'That is too much', remedy: 'Shorten what you entered.' },
  'rate-limited': { title: 'That was too often', remedy: 'Wait a minute, then try again.' },
  internal: {
    title: 'Something went wrong on our side',
    remedy: 'Try again. If it stays, tell whoever runs the platform the number below.',
  },
  'database-unavailable': { title: 'The platform cannot reach its data', remedy: 'Try again in a minute.' },
  overloaded: { title: 'The platform is busy', remedy: 'Try again in a minute.' },
  'shutting-down': { title: 'The platform is being restarted', remedy: 'Try again in a minute.' },
} as const
