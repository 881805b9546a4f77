import { problemKind } from '@guildhall/sdk'

export const consentRequired = problemKind({
  type: 'consent-required',
  status: 409,
  title: 'This version asks for something nobody has agreed to',
  remedy: 'Read `asks`, and send `consent` with exactly the actions and hosts it names.',
})
export const configDoesNotFit = problemKind({
  type: 'config-does-not-fit',
  status: 409,
  title: 'The settings do not fit the form of that version',
  remedy: 'Send `config` as well, corrected at the places that `errors` names. Until then the old version goes on.',
})
export const versionTaken = problemKind({
  type: 'version-taken',
  status: 409,
  title: 'This version is published already, with another source',
  remedy: 'Count the version up in `defineBot`, and publish again.',
})
export const signatureRefused = problemKind({
  type: 'signature-refused',
  status: 401,
  title: 'The signature or its time does not fit',
  remedy:
    'Sign the bytes of the body with the secret that was shown with this address, and send them as signed, within five minutes.',
})
export const botProblems = [consentRequired, configDoesNotFit, versionTaken, signatureRefused]
