import { test } from 'tap'
import type { ImportTargetId } from '#plugins/members/import/index.ts'
import { checkMapping, IMPORT_TARGETS, proposeMapping } from '#plugins/members/import/index.ts'

function propose(header: string, rows: string[][] = [], target: ImportTargetId = 'members') {
  return proposeMapping(header.split(';'), rows, IMPORT_TARGETS[target])
}

const fields = (header: string, rows: string[][] = [], target: ImportTargetId = 'members') =>
  Object.values(propose(header, rows, target).mapping).join(';')

test('the headers of the congress tables need no help', (t) => {
  t.equal(
    fields(
      'external_id;first_name;middle_name;last_name;suffix;nickname;display_name;birthday;gender;phone;address;state;party;chamber;joined_on;term_start;term_end;website',
    ),
    'externalId;firstName;middleName;lastName;suffix;nickname;displayName;birthday;gender;phone;address;metadata.state;metadata.party;seat.group;joinedOn;seat.start;seat.end;metadata.website',
  )
  t.equal(
    fields('member_external_id;term;chamber;start;end;state;district;party', [], 'memberships'),
    'member.externalId;number;metadata.chamber;start;end;metadata.state;metadata.district;metadata.party',
  )
  t.equal(
    fields('external_id;parent_external_id;type;name;phone;address', [], 'groups'),
    'externalId;parent;type;name;phone;address',
  )
  t.equal(
    fields('group_external_id;member_external_id;role;rank;side', [], 'group-members'),
    'group.externalId;member.externalId;role;rank;side',
  )
  t.end()
})

test('headers of club software are known in German and English', (t) => {
  const german = propose(
    'Mitgliedsnummer;Anrede;Titel;Vorname;Nachname;Straße;PLZ;Ort;Land;E-Mail;Telefon;Mobil;Geb.datum;Eintrittsdatum;Austritt;Beitragsart;Abteilung;Funktion',
  )
  t.equal(german.language, 'de')
  t.equal(
    Object.values(german.mapping).join(';'),
    'externalId;salutation;title;firstName;lastName;address.street;address.postalCode;address.city;address.country;email;phone;mobilePhone;birthday;joinedOn;leftOn;plan;groups;groupRole',
  )
  t.equal(
    fields(
      'User ID;First name;Last name;e-Mail;Membership level;Member since;Phone;Street Address;City;State;Zip/Postal Code',
    ),
    'externalId;firstName;lastName;email;plan;joinedOn;phone;address.street;address.city;address.region;address.postalCode',
  )
  t.equal(propose('First Name;Last Name;Email').language, 'en')
  t.equal(fields('STRASSE;GEBURTSDATUM (TT.MM.JJJJ);Mobil-Telefon'), 'address.street;birthday;mobilePhone')
  t.end()
})

test('a header means what its neighbours make of it', (t) => {
  t.equal(fields('Name;Vorname'), 'lastName;firstName')
  t.equal(fields('Name;Ort'), 'fullName;address.city')
  t.equal(fields('Telefon (mobil);Telefon (privat)'), 'mobilePhone;phone')
  t.end()
})

test('content decides where headers do not, and forbids wrong guesses', (t) => {
  const rows = [
    ['Max', 'max@example.org', '1.2.1990'],
    ['Eva', 'eva@example.org', '13.2.1991'],
  ]
  const proposal = propose('Vorname;Kontakt;Eintritt Abteilung', rows)
  t.equal(Object.values(proposal.mapping).join(';'), 'firstName;email;joinedOn')
  t.same(proposal.notices.flatMap(({ code, column }) => (code === 'guessed' && column ? [column] : [])).toSorted(), [
    'Eintritt Abteilung',
    'Kontakt',
  ])
  t.end()
})

test('bank details are left out, unknown columns kept, empty ones dropped, all with a notice', (t) => {
  const { mapping, notices } = propose('Nachname;IBAN;Passwort;Lieblingsfarbe;Leer;Home Phone;Telefon', [
    ['M', 'DE1', 'x', 'rot', '', '1', '2'],
  ])
  t.same(mapping, {
    Nachname: 'lastName',
    IBAN: null,
    Passwort: null,
    Lieblingsfarbe: 'metadata.lieblingsfarbe',
    Leer: null,
    'Home Phone': 'metadata.homePhone',
    Telefon: 'phone',
  })
  t.same(notices.map((notice) => notice.code).sort(), ['as-metadata', 'ignored', 'sensitive', 'sensitive', 'taken'])
  t.match(propose('Ort').notices, [{ code: 'missing', column: null }])
  t.end()
})

test('a mapping somebody gives is checked', (t) => {
  const columns = ['a', 'b']
  t.same(checkMapping({ a: 'lastName', b: 'customFields.shoe' }, columns, IMPORT_TARGETS.members), [])
  const problems = checkMapping({ a: 'email', b: 'email', c: 'nonsense' }, columns, IMPORT_TARGETS.members)
  t.equal(problems.length, 4)
  t.end()
})
