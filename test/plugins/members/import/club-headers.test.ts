import t from 'tap'
import { IMPORT_TARGETS, proposeMapping } from '#plugins/members/import/index.ts'

/** Columns of exports of club software, each with the field it is imported into; `-` is left out as sensitive. */
const EXPORTS: Readonly<Record<string, string>> = {
  easyVerein: `Mitgliedsnummer=externalId Anrede=salutation Titel=title Vorname=firstName Nachname=lastName
    Firmenname=company E-Mail=email Telefon_privat=phone Telefon_mobil=mobilePhone Telefon_geschäftlich=workPhone
    Straße=address.street PLZ=address.postalCode Ort=address.city Land=address.country Geburtsdatum=birthday
    Geschlecht=gender Eintrittsdatum=joinedOn Kündigungsdatum=metadata.kundigungsdatum Austrittsdatum=leftOn
    Gruppen=groups Beitragsart=plan Zahlungsart=metadata.zahlungsart IBAN=- BIC=- Kontoinhaber=- Mandatsreferenz=-
    Bemerkung=notes`,
  ClubDesk: `Nachname=lastName Vorname=firstName Firma=company Anrede=salutation Titel=title Adresse=address.street
    Adress-Zusatz=address.extra PLZ=address.postalCode Ort=address.city Land=address.country Telefon_Privat=phone
    Telefon_Mobil=mobilePhone Telefon_Geschäft=workPhone E-Mail=email E-Mail_Alternativ=otherEmail
    Status=status [Gruppen]=groups Eintritt=joinedOn Austritt=leftOn Mitglieder-Nr.=externalId Geburtsdatum=birthday
    Geschlecht=gender Bemerkungen=notes Bankname=- IBAN=- Kontoinhaber=-`,
  Hitobito: `Vorname=firstName Nachname=lastName Firmenname=company Übername=nickname Haupt-E-Mail=email
    Adresse=address.street PLZ=address.postalCode Ort=address.city Land=address.country Geschlecht=gender
    Geburtstag=birthday Zusätzliche_Angaben=metadata.zusatzlicheAngaben Titel=title Anrede=salutation
    Korrespondenzsprache=language Rollen=metadata.rollen Tags=tags Telefonnummer_Privat=phone
    Telefonnummer_Mobil=mobilePhone Eintritt=joinedOn`,
  'S-Verein': `Mitglieds-Nr.=externalId Anrede=salutation Titel=title Vorname=firstName Nachname=lastName
    Namenszusatz=suffix Straße/Hausnr.=address.street PLZ=address.postalCode Ort=address.city Telefon=phone
    Mobiltel.=mobilePhone E-Mail=email Geburtsdatum=birthday Geschlecht=gender Eintrittsdatum=joinedOn
    Austrittsdatum=leftOn Abteilung_1=groups Abteilung_2=groups Beitrag_1=plan Kontonummer=- Bankleitzahl=-`,
  'SPG-Verein': `Mitgl.-Nr.=externalId Anrede=salutation Titel=title Name=lastName Vorname=firstName Strasse=address.street
    Plz=address.postalCode Ort=address.city Telefon1=phone Handynr.=mobilePhone EMail=email Geb.-Datum=birthday
    Geschl.=gender Eintritt=joinedOn Austritt=leftOn Abt.=groups Funktion=groupRole Kto.-Nr.=- Bank=-`,
  SEWOBE: `Mitgliedsnummer=externalId Anrede=salutation Akad._Titel=title Nachname/Firma=lastName Vorname=firstName
    Straße=address.street Hausnummer=address.houseNumber Adresszusatz=address.extra PLZ=address.postalCode
    Ort=address.city Land=address.country E-Mail_(Privat)=email Telefon_(Privat)=phone Mobil_(Privat)=mobilePhone
    Geburtsdatum=birthday Mitglied_seit=joinedOn Mitglied_bis=leftOn Mitgliedsart=plan Mitgliedsstatus=status`,
  Netxp: `MitgliedNr=externalId Anrede=salutation Titel=title Name=lastName Vorname=firstName Strasse=address.street
    PLZ=address.postalCode Ort=address.city Telefon_p=phone Telefon_g=workPhone Mobil=mobilePhone E-Mail=email
    Geburtstag=birthday Eintritt=joinedOn Austritt=leftOn Kündigung_zum=metadata.kundigungZum Sparte=groups
    Beitragsgruppe=plan Bankverbindung=-`,
  'WISO MeinVerein': `Mitgliedsnummer=externalId Anrede=salutation Titel=title Vorname=firstName Nachname=lastName
    Firma=company Straße=address.street Hausnummer=address.houseNumber PLZ=address.postalCode Ort=address.city
    Land=address.country E-Mail=email Telefon_(Festnetz)=phone Telefon_(mobil)=mobilePhone Geburtsdatum=birthday
    Beitrittsdat.=joinedOn Austrittsdat.=leftOn Abteilung=groups Beitragsbezeichnung=plan Status=status SEPA-Mandat=-`,
  Campai: `Mitgliedsnummer=externalId Vorname=firstName Nachname=lastName Organisation=company E-Mail-Adresse=email
    Mobilnummer=mobilePhone Straße_und_Hausnummer=address.street Adresszeile_2=address.extra PLZ=address.postalCode
    Ort=address.city Land=address.country Geburtsdatum=birthday Geschlecht=gender Eintrittsdatum=joinedOn
    Austrittsdatum=leftOn Abteilungen=groups Beiträge=plan Kontoinhaber=- IBAN=-`,
  'Wild Apricot': `User_ID=externalId First_name=firstName Last_name=lastName Organization=company Email=email Phone=phone
    Membership_level=plan Membership_status=status Member_since=joinedOn Renewal_due=metadata.renewalDue
    Group_participation=groups Notes=notes Birth_date=birthday Address=address.street City=address.city
    State/Province=address.region Postal_code=address.postalCode Country=address.country`,
  'English spreadsheets': `Member_#=externalId Full_Name=fullName Member_Type=plan E-mail=email Cell=mobilePhone
    D.O.B.=birthday Membership_Start=joinedOn Membership_End=leftOn ZIP=address.postalCode Street=address.street`,
  'the address book of Google': `Name=fullName Given_Name=firstName Additional_Name=middleName Family_Name=lastName
    Name_Prefix=namePrefix Group_Membership=groups E-mail_1_-_Type=metadata.eMail1Type E-mail_1_-_Value=email
    Phone_1_-_Type=metadata.phone1Type Phone_1_-_Value=phone Address_1_-_Type=metadata.address1Type`,
  'the address book of Outlook': `Vorname=firstName Nachname=lastName Straße_privat=address.street Ort_privat=address.city
    Postleitzahl_privat=address.postalCode Land/Region_privat=address.country Mobiltelefon=mobilePhone`,
  ClubMate: `Ref=externalId Surname=lastName Forename(s)=firstName DOB=birthday M/F=gender Date_Joined=joinedOn
    Date_Resigned=leftOn Tel_(H)=phone Tel_(W)=workPhone Tel_(M)=mobilePhone Village=address.extra Post_Town=address.city`,
  AssoConnect: `Prénom=firstName Nom=lastName Date_de_début_d'adhésion=joinedOn Date_de_fin_d'adhésion=leftOn`,
  'Spanish lists': `Nombre=firstName Primer_apellido=lastName Segundo_apellido=secondLastName C.P.=address.postalCode`,
  'GLS Vereinsmeister': `NACHNAME=lastName ABT1=groups ABT2=groups KTOINHABER=- MANDATSREF=- MANDATSDATUM=-`,
  'a number that is not of the member': `Nachname=lastName AHV-Nummer=metadata.ahvNummer Lizenznummer=metadata.lizenznummer`,
  'lists of treasurers': `Lfd._Nr.=metadata.lfdNr Name,_Vorname=fullName Straße=address.street PLZ_Wohnort=address.postalCity
    Tel.=phone Handynr.=mobilePhone geb._am=birthday Mitglied_ab=joinedOn Mitglied_bis=leftOn Abt.=groups Bem.=notes`,
}

for (const [tool, columns] of Object.entries(EXPORTS))
  t.test(`${tool}: each column goes where it belongs`, async (t) => {
    const wanted = columns.split(/\s+/).map((pair) => {
      const at = pair.lastIndexOf('=')
      return [pair.slice(0, at).replaceAll('_', ' '), pair.slice(at + 1)] as const
    })
    const { mapping, notices } = proposeMapping(
      wanted.map(([column]) => column),
      [],
      IMPORT_TARGETS.members,
    )
    for (const [column, field] of wanted) {
      t.equal(mapping[column] ?? '-', field, column)
      if (field === '-')
        t.match(
          notices.filter((notice) => notice.column === column),
          [{ code: 'sensitive' }],
        )
    }
  })

const fields = (header: string, rows: string[][] = []) =>
  Object.values(proposeMapping(header.split(';'), rows, IMPORT_TARGETS.members).mapping).join(';')

t.test('what a column holds can speak against its header', async (t) => {
  const twice = (...cells: string[]) => [cells, cells]
  t.equal(fields('Surname;Photo consent', twice('Hay', 'Y')), 'lastName;metadata.photoConsent')
  t.equal(fields('Nachname;Beitrag', twice('A', '60,00 €')), 'lastName;metadata.beitrag')
  t.equal(fields('Nachname;Beitrag', twice('A', 'Erwachsene')), 'lastName;plan')
  t.equal(fields('Nachname;Mitglied', twice('A', 'ja')), 'lastName;metadata.mitglied')
  t.equal(fields('Nachname;Verstorben', twice('A', 'nein')), 'lastName;deceased')
  t.equal(fields('Nachname;Rolle', twice('A', 'Kassenwart')), 'lastName;groupRole')
  t.equal(fields('Nachname;Rolle', twice('A', 'service_provider')), 'lastName;role')
})

t.test('a part of a header claims no name of somebody who has one, or of somebody else', async (t) => {
  t.equal(fields('Vorname;Nachname;Mitglied im Chor'), 'firstName;lastName;metadata.mitgliedImChor')
  t.equal(
    fields('Nachname;Vorname Vater;Geburtsdatum Mutter'),
    'lastName;metadata.vornameVater;metadata.geburtsdatumMutter',
  )
})
