/** What is asked of the register once it is imported: each as the line somebody types, and what stands in the answer. */
export interface Question {
  readonly title: string
  /** Below `/api/v1`. */
  readonly path: string
  /** The answer in a line. */
  readonly answer: (body: Answer) => string
}
interface Answer {
  readonly items?: readonly Readonly<Record<string, unknown>>[]
  readonly page?: { readonly total?: number }
  readonly [figure: string]: unknown
}

const names = ({ items = [] }: Answer, name: string) =>
  items
    .slice(0, 3)
    .map((item) => item[name])
    .join(', ')
const counted = (name: string) => (body: Answer) => `${body.page?.total} (${names(body, name)}, ...)`

/** @param id of a group by its number in the register */
export const questions = (id: Readonly<Record<'HOUSE' | 'SSAF', string>>): readonly Question[] => [
  { title: 'Members of the Senate', path: '/members?group=SENATE&total=true', answer: counted('displayName') },
  {
    title: 'The chair of the Senate Committee on Agriculture',
    path: `/groups/${id.SSAF}/members?role=Chairman`,
    answer: (body) => names(body, 'memberName'),
  },
  {
    title: 'Everyone below the House',
    path: `/groups/${id.HOUSE}/members?below=true&total=true`,
    answer: (body) => `${body.page?.total} seats (${names(body, 'memberName')}, ...)`,
  },
  {
    title: 'Who sat on 15 January 2024',
    path: '/members?at=2024-01-15&membershipState=covered&total=true',
    answer: counted('displayName'),
  },
  {
    title: 'Search without accents',
    path: '/members?search=Velazquez',
    answer: (body) => names(body, 'displayName'),
  },
  {
    title: 'Statistics',
    path: '/members/analytics/statistics',
    answer: ({ total, byStatus, byGender }) => JSON.stringify({ total, byStatus, byGender }),
  },
]
