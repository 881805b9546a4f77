import type { ImportTarget } from '../import-target.ts'
import { field } from '../import-target.ts'
import { alsoCalled, inOtherLanguages, MEMBER_REFERENCE, MEMBER_REQUIRED } from './member-reference.ts'

/** Seats: who sits in which group, with which role, from when to when (the last day included). */
export const GROUP_MEMBERS: ImportTarget = {
  id: 'group-members',
  required: [MEMBER_REQUIRED, ['group.recordId', 'group.externalId', 'group.name']],
  unknown: 'metadata',
  others: inOtherLanguages({ 'group.name': 'groups', role: 'groupRole', start: 'joinedOn', end: 'leftOn' }),
  fields: [
    field('group.recordId', 'identifier', 'group record id', 'gruppen-datensatz-id'),
    field(
      'group.externalId',
      'identifier',
      'group external id | group id | group code | group',
      'gruppen-id | gruppennummer | gruppe',
    ),
    alsoCalled(
      field(
        'group.name',
        'name',
        'group name | team | department | committee | board',
        'gruppenname | abteilung | sparte | mannschaft | gremium | ausschuss | organ',
      ),
      'groups',
    ),
    ...MEMBER_REFERENCE,
    alsoCalled(field('role', 'name', 'role | function | position | office', 'rolle | funktion | amt'), 'groupRole'),
    field('rank', 'integer', 'rank | order | seniority', 'rang | reihenfolge'),
    field('side', 'identifier', 'side', 'seite'),
    alsoCalled(
      field(
        'start',
        'firstDay',
        'start | start date | from | since | joined | term start | elected on',
        'von | beginn | seit | eintritt | ab | abteilungseintritt | eintritt abteilung | amtsbeginn | amtsantritt | im amt seit | gewählt am',
      ),
      'joinedOn',
    ),
    alsoCalled(
      field(
        'end',
        'lastDay',
        'end | end date | to | until | left | term end | elected until',
        'bis | ende | austritt | abteilungsaustritt | austritt abteilung | amtsende | im amt bis | gewählt bis',
      ),
      'leftOn',
    ),
  ],
}
