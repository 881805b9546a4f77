/**
 * Headers of members in other languages, by field: French (HelloAsso, AssoConnect), Italian, Spanish, Dutch (Sportlink),
 * Polish, Danish, Norwegian and Swedish. Words that mean something else in English or German are not among them.
 */
export const OTHER_LANGUAGES: Readonly<Record<string, string>> = {
  externalId:
    'numéro adhérent | numéro de licence | numéro | id du contact | n° adhérent | n. tessera | numero tessera | tessera | número de socio | nº socio | relatiecode | lidnummer | lidnr | numer członka | medlemsnr | medlemsnummer | medlemsnr.',
  salutation: 'civilité | titolo | tratamiento | aanhef',
  fullName:
    'nom complet | nom et prénom | nom prénom | nome e cognome | cognome e nome | nombre completo | naam | navn | namn',
  firstName: 'prénom | prénom adhérent | nome | nombre | voornaam | roepnaam | imię | fornavn | förnamn | etunimi',
  middleName: 'mellemnavn | mellomnavn',
  namePrefix: 'tussenvoegsel | tussenvoegsels | tussenvoegsel(s) | voorvoegsel',
  lastName:
    'primer apellido | nom | nom adhérent | nom de famille | cognome | apellido | apellidos | achternaam | nazwisko | efternavn | etternavn | efternamn',
  company: 'société | entreprise | raison sociale | azienda | empresa | bedrijf | firma | firmanavn',
  email:
    'courriel | adresse email | adresse e-mail | mél | posta elettronica | correo electrónico | correo | e-mailadres | e-mailadresse | e-post | epost | adres e-mail',
  phone:
    'téléphone | téléphone fixe | numéro de téléphone | telefono | teléfono | telefoon | telefoonnummer | telefoonnr. | tlf | telefonnr | puhelin',
  mobilePhone:
    'téléphone mobile | téléphone portable | portable | cellulare | móvil | mobiel | mobiel nr. | mobiel nummer | komórka | telefon komórkowy | mobilnummer | mobiltlf | mobiltelefon',
  birthday:
    'date de naissance | né le | data di nascita | nato il | fecha de nacimiento | geboortedatum | geb.dat. | data urodzenia | fødselsdato | fødselsdag | födelsedatum',
  gender: 'sexe | genre | sesso | sexo | género | geslacht | płeć | køn | kjønn | kön',
  address: 'indirizzo | dirección | adres | adress',
  'address.street': 'rue | via | calle | straat | straatnaam | ulica | vej | gade | gate | gata | gatuadress',
  'address.houseNumber': 'huisnummer | huisnr. | numéro de rue | numero civico | numer domu | husnr',
  'address.extra': "complément d'adresse | complément | huisnummer toevoeging | huisnr. toev.",
  'address.postalCode': 'code postal | cap | código postal | c.p. | kod pocztowy | postnr | postnr. | postnummer',
  'address.city':
    'ville | commune | città | comune | ciudad | población | plaats | woonplaats | miasto | miejscowość | by | poststed | postort | stad',
  'address.region': 'département | prov. | provincia | provincie | województwo',
  'address.country': 'pays | paese | país | kraj | maa',
  joinedOn:
    "date d'adhésion | date de début d'adhésion | début d'adhésion | date d'inscription | data iscrizione | data di iscrizione | fecha de alta | lid sinds | lid vanaf | data wstąpienia | data przystąpienia | indmeldt | indmeldelsesdato | innmeldt | medlem siden | medlem sedan | inträdesdatum",
  leftOn:
    "date de départ | date de fin | date de fin d'adhésion | fin d'adhésion | data cessazione | fecha de baja | afmelddatum | lid tot | data wystąpienia | udmeldt | udmeldelsesdato | utmeldt | utträdesdatum",
  status: 'statut | stato | estado | lidstatus',
  plan: "formule | type d'adhésion | tipo socio | tipo de socio | lidsoort | lidmaatschap | rodzaj członkostwa | kontingent | medlemstype",
  groups:
    'groupes | groupe | équipe | équipes | gruppi | gruppo | squadra | grupos | equipo | groepen | teams | grupy | grupa | sekcja | hold',
  groupRole: 'fonction | funzione | carica | cargo | functie | functies | funkcja',
  notes:
    'remarques | commentaire | commentaires | note interne | osservazioni | observaciones | opmerkingen | opmerking | uwagi | bemærkninger | merknader',
}
