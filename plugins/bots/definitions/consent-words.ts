/** What somebody agrees to, by action: the end of "It may ..." and of "Er darf ...". */
type Said = { readonly en: string; readonly de: string }

const readMembers: Said = {
  en: 'see members with everything you may see of them: names, addresses, birthdays, groups',
  de: 'Mitglieder mit allem ansehen, was Sie selbst von ihnen sehen: Namen, Adressen, Geburtstage, Gruppen',
}
const readGroups: Said = {
  en: 'see the groups of the organisation',
  de: 'die Gruppen der Organisation ansehen',
}
const readBots: Said = {
  en: 'see which bots are installed and how they are',
  de: 'nachsehen, welche Bots installiert sind und wie es ihnen geht',
}

export const consentWords: Readonly<Record<string, Said>> = {
  'analytics.statistics': {
    en: 'see the figures of the organisation: how many members, joins and exits',
    de: 'die Zahlen der Organisation ansehen: wie viele Mitglieder, Eintritte und Austritte',
  },
  'bots.get': readBots,
  'bots.list': readBots,
  'bots.switchOff': { en: 'switch other bots off', de: 'andere Bots ausschalten' },
  'core.platformReport': {
    en: 'count what piles up in all organisations of the platform, without seeing anybody’s data',
    de: 'zählen, was sich in allen Organisationen der Plattform anhäuft, ohne Daten von jemandem zu sehen',
  },
  'email.get': { en: 'see whether an e-mail has left', de: 'nachsehen, ob eine E-Mail hinausging' },
  'email.listTemplates': { en: 'see the e-mail templates', de: 'die E-Mail-Vorlagen ansehen' },
  'email.send': { en: 'send e-mails to members', de: 'E-Mails an Mitglieder senden' },
  'email.sendAnywhere': {
    en: 'send e-mails to any address, also of people who are not members',
    de: 'E-Mails an beliebige Adressen senden, auch an Menschen, die keine Mitglieder sind',
  },
  'groups.addMember': { en: 'put members into groups', de: 'Mitglieder in Gruppen aufnehmen' },
  'groups.changeSeat': {
    en: 'change the role of members in groups, and from when to when they belong to them',
    de: 'ändern, welche Rolle Mitglieder in Gruppen haben und von wann bis wann sie dazugehören',
  },
  'groups.create': { en: 'add groups', de: 'Gruppen anlegen' },
  'groups.get': readGroups,
  'groups.list': readGroups,
  'groups.members': { en: 'see who belongs to which group', de: 'nachsehen, wer zu welcher Gruppe gehört' },
  'groups.removeMember': { en: 'take members out of groups', de: 'Mitglieder aus Gruppen nehmen' },
  'groups.update': {
    en: 'change groups, such as their names and descriptions',
    de: 'Gruppen ändern, etwa ihre Namen und Beschreibungen',
  },
  'members.addTag': { en: 'give members tags', de: 'Mitgliedern Schlagworte geben' },
  'members.create': { en: 'add members', de: 'Mitglieder anlegen' },
  'members.delete': { en: 'delete members', de: 'Mitglieder löschen' },
  'members.findDuplicates': readMembers,
  'members.get': readMembers,
  'members.list': readMembers,
  'members.logActivity': {
    en: 'write notes into the activity of members',
    de: 'Notizen in die Aktivitäten von Mitgliedern schreiben',
  },
  'members.reactivate': { en: 'end suspensions of members', de: 'Sperren von Mitgliedern beenden' },
  'members.removeTag': { en: 'take tags from members', de: 'Mitgliedern Schlagworte nehmen' },
  'members.suspend': { en: 'suspend members', de: 'Mitglieder sperren' },
  'members.update': {
    en: 'change what is known of members: names, addresses, roles and the like',
    de: 'ändern, was über Mitglieder bekannt ist: Namen, Adressen, Rollen und Ähnliches',
  },
  'memberships.at': {
    en: 'see who has which membership, and until when',
    de: 'nachsehen, wer welche Mitgliedschaft hat und bis wann',
  },
  'memberships.changePlan': { en: 'give members another plan', de: 'Mitgliedern einen anderen Tarif geben' },
  'memberships.end': { en: 'end memberships', de: 'Mitgliedschaften beenden' },
  'memberships.renew': { en: 'renew memberships', de: 'Mitgliedschaften verlängern' },
  'memberships.start': { en: 'start memberships', de: 'Mitgliedschaften beginnen' },
  'notifications.send': {
    en: 'write into the inboxes of people here',
    de: 'Menschen hier in den Posteingang schreiben',
  },
  'plans.list': { en: 'see the plans and their prices', de: 'die Tarife und ihre Preise ansehen' },
}
