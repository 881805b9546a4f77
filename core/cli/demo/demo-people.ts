/** Invented people; example.org belongs to nobody (RFC 2606). */
const names: readonly (readonly [string, string, string])[] = [
  ['Ada', 'Okafor', '1984-03-12'],
  ['Björn', 'Müller', '1979-11-02'],
  ['Chiara', 'Rossi', '1992-06-25'],
  ['David', 'Nowak', '1968-01-30'],
  ['Elif', 'Yılmaz', '1995-09-14'],
  ['François', 'Lefèvre', '1988-12-08'],
  ['Greta', 'Lindqvist', '2001-04-17'],
  ['Hiro', 'Tanaka', '1975-08-21'],
  ['Inés', 'Velázquez', '1990-02-05'],
  ['Jan', 'de Vries', '1983-07-19'],
  ['Katarzyna', 'Wójcik', '1999-10-27'],
  ['Liam', "O'Connor", '1971-05-09'],
]

const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()

export const demoMembers = names.map(([firstName, lastName, birthday], i) => ({
  firstName,
  lastName,
  birthday,
  email: `${plain(firstName)}.${plain(lastName)}@example.org`,
  joinedOn: `${2015 + (i % 9)}-0${1 + (i % 9)}-15`,
  ...(i % 4 === 0 ? { tags: ['founder'] } : {}),
}))

export const demoGroups = ['Wood workshop', 'Metal workshop', 'Electronics', 'Textile'] as const
