import type { ImportTarget } from '../import-target.ts'
import { field } from '../import-target.ts'
import { alsoCalled, inOtherLanguages, MEMBER_REFERENCE, MEMBER_REQUIRED } from './member-reference.ts'

/** Periods of memberships: which plan a member had, from when to when. */
export const MEMBERSHIPS: ImportTarget = {
  id: 'memberships',
  required: [MEMBER_REQUIRED, ['start']],
  unknown: 'metadata',
  others: inOtherLanguages({ plan: 'plan', start: 'joinedOn', end: 'leftOn' }),
  fields: [
    ...MEMBER_REFERENCE,
    field('number', 'integer', 'term | period | period number | sequence', 'periode | laufende nummer | amtszeit'),
    alsoCalled(
      field(
        'plan',
        'identifier',
        'plan | membership plan | membership level | membership type | membership | fee category',
        'beitragsart | mitgliedsart | tarif | mitgliedschaft | beitragsgruppe | mitgliedstyp | beitragsklasse',
      ),
      'plan',
    ),
    alsoCalled(
      field(
        'start',
        'firstDay',
        'start | start date | from | since | begin | valid from | period start',
        'von | beginn | seit | eintritt | eintrittsdatum | gültig ab | gültig von | ab',
      ),
      'joinedOn',
    ),
    alsoCalled(
      field(
        'end',
        'lastDay',
        'end | end date | to | until | valid until | expiry | expires | expiry date | renewal due | period end',
        'bis | ende | austritt | austrittsdatum | gültig bis | ablauf | ablaufdatum',
      ),
      'leftOn',
    ),
    field(
      'price',
      'money',
      'price | fee | amount | membership fee',
      'beitrag | preis | betrag | beitragshöhe | jahresbeitrag | monatsbeitrag',
    ),
    field('payer', 'identifier', 'payer | paid by | bill to', 'zahler | beitragszahler | rechnungsempfänger'),
    field('reason', 'text', 'reason | cancellation reason', 'grund | kündigungsgrund | austrittsgrund'),
  ],
}
