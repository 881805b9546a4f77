/**
 * Headers of members in other languages, by field: French (HelloAsso, AssoConnect), Italian, Spanish, Dutch (Sportlink),
 * Polish, Danish, Norwegian, Swedish, Finnish, Portuguese and
 * Czech. Words that mean something else in English or German are not among them.
 */
export const OTHER_LANGUAGES: Readonly<Record<string, string>> = {
  externalId:
    'numéro adhérent | numéro de licence | numéro | id du contact | n° adhérent | n. tessera | numero tessera | tessera | número de socio | nº socio | relatiecode | lidnummer | lidnr | numer członka | medlemsnr | medlemsnummer | medlemsnr. | n° de licence | n° licence | identifiant adhérent | nº de socio | núm. socio | número socio | n. socio | numero socio | nr członkowski | numer członkowski | jäsennumero | número de sócio | nº sócio | nº de sócio | evidenční číslo | číslo člena | členské číslo | medlemsid',
  title: 'titul',
  salutation: 'civilité | titolo | tratamiento | aanhef',
  fullName:
    'nom complet | nom et prénom | nom prénom | nome e cognome | cognome e nome | nombre completo | naam | navn | namn | apellidos y nombre | nombre y apellidos | cognome nome | achternaam, voornaam | nazwisko i imię | imię i nazwisko | příjmení a jméno | jméno a příjmení | sukunimi etunimi | sukunimi ja etunimi | nimi | nome completo | fulde navn | fullt navn',
  firstName:
    'prénom | prénom adhérent | nome | nombre | voornaam | roepnaam | imię | fornavn | förnamn | etunimi | jméno | kutsumanimi | etunimet | fornavne | nome próprio | nombres',
  middleName: 'mellemnavn | mellomnavn',
  namePrefix: 'tussenvoegsel | tussenvoegsels | tussenvoegsel(s) | voorvoegsel',
  lastName:
    'primer apellido | nom | nom adhérent | nom de famille | cognome | apellido | apellidos | achternaam | nazwisko | efternavn | etternavn | efternamn | apellido 1 | 1er apellido | sukunimi | příjmení | apelido | apelidos | sobrenome',
  company:
    'société | entreprise | raison sociale | azienda | empresa | bedrijf | firma | firmanavn | tiers | yritys | empresa/entidad | ragione sociale | denominazione',
  email:
    'courriel | adresse email | adresse e-mail | mél | posta elettronica | correo electrónico | correo | e-mailadres | e-mailadresse | e-post | epost | adres e-mail | sähköposti | sähköpostiosoite | endereço de e-mail | correo-e | adresse mail | indirizzo email | e-post kontakt | e-postadresse | e-postadress',
  phone:
    'téléphone | téléphone fixe | numéro de téléphone | telefono | teléfono | telefoon | telefoonnummer | telefoonnr. | tlf | telefonnr | puhelin | téléphone domicile | tél. domicile | tél domicile | tél. fixe | tél fixe | tél perso | tél. perso | tél. | puhelinnumero | telefone | telefon hem | hjemmetelefon | telefon privat | telefono fisso | telefono casa | teléfono fijo',
  mobilePhone:
    'téléphone mobile | téléphone portable | portable | cellulare | móvil | mobiel | mobiel nr. | mobiel nummer | komórka | telefon komórkowy | mobilnummer | mobiltlf | mobiltelefon | tél. portable | tél portable | tél. mobile | tél mobile | teléfono móvil | telemóvel | telemovel | matkapuhelin | gsm | mobiltelefonnummer | mobilní telefon',
  birthday:
    'date de naissance | né le | data di nascita | nato il | fecha de nacimiento | geboortedatum | geb.dat. | data urodzenia | fødselsdato | fødselsdag | födelsedatum | naissance | data nascita | nato/a il | fecha nacimiento | f. nacimiento | f. nac. | data de nascimento | data nascimento | nascimento | syntymäaika | syntymäpäivä | datum narození | narozen | födelsedat. | födelsedat./personnr.',
  gender: 'sexe | genre | sesso | sexo | género | geslacht | płeć | køn | kjønn | kön | sukupuoli | pohlaví',
  address: 'indirizzo | dirección | adres | adress',
  'address.street':
    'rue | via | calle | ulice | straat | straatnaam | ulica | vej | gade | gate | gata | gatuadress | domicilio | domicilio fiscal | katuosoite | lähiosoite | osoite | morada | endereço | gateadresse | adres zamieszkania',
  'address.houseNumber':
    'huisnummer | huisnr. | numéro de rue | numero civico | numer domu | husnr | n. civico | civico | nr domu | číslo popisné | talonumero',
  'address.extra': "complément d'adresse | complément | huisnummer toevoeging | huisnr. toev.",
  'address.postalCode':
    'code postal | cap | código postal | c.p. | kod pocztowy | postnr | postnr. | postnummer | postinumero | código-postal | psč',
  'address.city':
    'ville | commune | città | comune | ciudad | población | plaats | woonplaats | miasto | miejscowość | by | poststed | postort | stad | localidad | localidade | postitoimipaikka | paikkakunta | město | obec | municipio',
  'address.region': 'département | prov. | provincia | provincie | województwo | distrito | maakunta',
  'address.country': 'pays | paese | país | kraj | maa | stát | země | nazione',
  joinedOn:
    "date d'adhésion | date de début d'adhésion | début d'adhésion | date d'inscription | data iscrizione | data di iscrizione | fecha de alta | lid sinds | lid vanaf | data wstąpienia | data przystąpienia | indmeldt | indmeldelsesdato | innmeldt | medlem siden | medlem sedan | inträdesdatum | date de première adhésion | date d'entrée | fecha alta | f. alta | alta | data iscriz. | data tesseramento | data di tesseramento | inschrijfdatum | data de admissão | data admissão | data de inscrição | liittymispäivä | jäsen alkaen | členem od | datum vstupu | člen od | medlemskab fra",
  leftOn:
    "date de départ | date de fin | date de fin d'adhésion | fin d'adhésion | data cessazione | fecha de baja | afmelddatum | lid tot | data wystąpienia | udmeldt | udmeldelsesdato | utmeldt | utträdesdatum | date fin adhésion | date fin d'adhésion | fecha baja | f. baja | scadenza | data scadenza | scadenza tessera | uitschrijfdatum | data de saída | data saída | eroamispäivä | členem do | datum výstupu | člen do | medlem t.o.m. | medlem till | medlem til",
  status:
    'statut | stato | estado | lidstatus | statut adhérent | situación | situação | tila | jäsenyyden tila | stav',
  plan: "formule | type d'adhésion | tipo socio | tipo de socio | lidsoort | lidmaatschap | rodzaj członkostwa | kontingent | medlemstype | type de l'adhérent | type adhérent | type d'adhérent | tipo tessera | tipo di socio | categoria | modalidade | typ členství | druh členství | typ członkostwa | medlemskategori | jäsentyyppi | jäsenlaji",
  groups:
    'groupes | groupe | équipe | équipes | gruppi | gruppo | squadra | grupos | equipo | groepen | teams | grupy | grupa | sekcja | hold | catégorie/équipe | ryhmät | ryhmä | joukkue | joukkueet | equipos | equipas | oddíl | oddíly | družstvo | grener | gren | grupper | grupp | lag | sezione | sezioni | gruppo/squadra',
  groupRole:
    'fonction | funzione | carica | cargo | functie | functies | funkcja | fonctions | ruolo | cargos | función | rol | roles | rooli | funkce',
  notes:
    'remarques | commentaire | commentaires | note interne | osservazioni | observaciones | opmerkingen | opmerking | uwagi | bemærkninger | merknader | note privée | note publique | remarque | lisätiedot | huomautukset | poznámka | poznámky | observações | övrig medlemsinfo | anmärkning',
  secondLastName: 'segundo apellido | apellido 2 | 2º apellido | 2do apellido',
  workPhone:
    'tél pro | tél. pro | téléphone professionnel | téléphone travail | telefono lavoro | teléfono trabajo | telefon arbete | telefon werk | työpuhelin',
  diedOn: 'date de décès | data decesso | fecha de fallecimiento | overlijdensdatum | dødsdato',
  deceased: 'décédé | decédé(e) | deceduto | fallecido | overleden | falecido | død | avliden',
}
