import type { ImportTarget } from '../import-target.ts'
import { field } from '../import-target.ts'

/** Fields of a group, a node of the organisation's tree. A parent may stand below its children in the file. */
export const GROUPS: ImportTarget = {
  id: 'groups',
  required: [['name']],
  unknown: 'metadata',
  fields: [
    field(
      'externalId',
      'identifier',
      'external id | id | group id | uid | code | group number',
      'gruppen-id | gruppennummer | nummer | kürzel | nr | gruppen-nr. | abteilungs-nr. | abteilungsnummer | abt.-nr. | kurzname',
    ),
    field(
      'parent',
      'identifier',
      'parent external id | parent | parent id | parent group | parent group id | parent name | parent team | parent department | part of',
      'übergeordnete gruppe | obergruppe | elterngruppe | übergeordnet | gehört zu | übergeordnete abteilung | übergeordnete einheit | übergeordnete ebene | hauptabteilung | untergruppe von',
    ),
    field('type', 'identifier', 'type | group type | kind | level', 'typ | gruppentyp | art | ebene'),
    field(
      'name',
      'name',
      'name | group name | group | title | label',
      'name | gruppenname | gruppe | bezeichnung | abteilung | mannschaft | sparte | abteilungsname | gremium',
    ),
    field('description', 'longText', 'description | notes', 'beschreibung | bemerkung | bemerkungen'),
    field('phone', 'text', 'phone | telephone | phone number', 'telefon | telefonnummer'),
    field('address', 'text', 'address | location', 'adresse | anschrift'),
    field('icon', 'identifier', 'icon', 'symbol'),
    field('colour', 'identifier', 'colour | color', 'farbe'),
    field('logo', 'url', 'logo | logo url', 'logo | wappen'),
    field('genderGroup', 'identifier', 'gender group | gendergroup', 'geschlechtergruppe'),
    field('stage', 'identifier', 'stage | age group', 'stufe | altersklasse | altersstufe'),
  ],
}
