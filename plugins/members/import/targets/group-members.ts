import type { ImportTarget } from '../import-target.ts'
import { field } from '../import-target.ts'
import { MEMBER_REFERENCE, MEMBER_REQUIRED } from './member-reference.ts'

/** Seats: who sits in which group, with which role, from when to when (the last day included). */
export const GROUP_MEMBERS: ImportTarget = {
  id: 'group-members',
  required: [MEMBER_REQUIRED, ['group.recordId', 'group.externalId', 'group.name']],
  unknown: 'metadata',
  fields: [
    field('group.recordId', 'identifier', 'group record id', 'gruppen-datensatz-id'),
    field(
      'group.externalId',
      'identifier',
      'group external id | group id | group code | group',
      'gruppen-id | gruppennummer | gruppe',
    ),
    field(
      'group.name',
      'name',
      'group name | team | department | committee',
      'gruppenname | abteilung | sparte | mannschaft',
    ),
    ...MEMBER_REFERENCE,
    field('role', 'name', 'role | function | position | office', 'rolle | funktion | amt'),
    field('rank', 'integer', 'rank | order | seniority', 'rang | reihenfolge'),
    field('side', 'identifier', 'side', 'seite'),
    field('start', 'date', 'start | start date | from | since | joined', 'von | beginn | seit | eintritt | ab'),
    field('end', 'date', 'end | end date | to | until | left', 'bis | ende | austritt'),
  ],
}
