/**
 * Figures about the register. They count who is a member on a day, today as on any other: joined by that day (or added by
 * it, where nobody knows) and not left before, the day of leaving being the last; by the status of that day. What a member
 * is (role, gender) is taken as of today.
 */
import {
  type Bind,
  binder,
  type Figure,
  organizationDay,
  organizationMidnight,
  organizationZone,
  type Tx,
} from '@guildhall/sdk'
import { membershipStates } from './refs.ts'
import { statusSql } from './sql/status.ts'

type Asked = Parameters<Figure['compute']>[1]
const during = `a.at >= ${organizationMidnight('$2::date')} AND a.at < ${organizationMidnight('$3::date + 1')}`

const there = `m.tenant_id = $1 AND m.deleted_at IS NULL`
const onDay = `${there} AND coalesce(m.joined_on, ${organizationDay('m.created_at')}) <= $2::date AND (m.left_on IS NULL OR m.left_on >= $2::date)`

const bands = [
  [0, '0-5'],
  [6, '6-13'],
  [14, '14-17'],
  [18, '18-26'],
  [27, '27-40'],
  [41, '41-60'],
  [61, '61+'],
] as const
const youngest = bands
  .toReversed()
  .map(([years, name]) => `WHEN m.birthday <= ($2::date - interval '${years} years')::date THEN '${name}'`)
const ageBand = `CASE ${youngest.join(' ')} END`

/** What members are divided by; today by the stored status, on another day by the periods and suspensions of that day. */
const divisions = ({ at, today, contributions }: Asked, bind: Bind) => ({
  status:
    at === today
      ? 'm.status'
      : statusSql(contributions(membershipStates), { day: '$2::date', timeZone: organizationZone, bind }),
  role: 'm.role',
  gender: 'm.gender',
  ageBand,
  country: 'm.country',
})
type Division = keyof ReturnType<typeof divisions>
/** Members by key, by division, and all of them. Who has nothing of it is under `unknown`. */
type Census = { readonly total: number } & Readonly<Record<Division, Readonly<Record<string, number>>>>

const censuses = new WeakMap<Asked, Promise<Census>>()

/** One pass over the register, for all figures that are asked together. */
function census(tx: Tx, asked: Asked): Promise<Census> {
  const taken = censuses.get(asked) ?? takeCensus(tx, asked)
  censuses.set(asked, taken)
  return taken
}

async function takeCensus(tx: Tx, asked: Asked): Promise<Census> {
  const { bind, values } = binder([tx.tenantId, asked.at])
  const by = Object.entries(divisions(asked, bind))
  const names = by.map(([name]) => `"${name}"`)
  const rows = await tx.query<{ division: Division | null; key: string | null; n: number }>(
    `SELECT CASE ${names.map((name) => `WHEN grouping(${name}) = 0 THEN '${name.slice(1, -1)}'`).join(' ')} END AS division,
            coalesce(${names.join(', ')}) AS key, count(*)::integer AS n
       FROM (SELECT ${by.map(([name, expression]) => `${expression} AS "${name}"`).join(', ')} FROM members.member m WHERE ${onDay}) m
      GROUP BY GROUPING SETS ((), ${names.map((name) => `(${name})`).join(', ')}) ORDER BY 1, 2`,
    values,
  )
  const counts = (division: Division) =>
    Object.fromEntries(rows.filter((row) => row.division === division).map(({ key, n }) => [key ?? 'unknown', n]))
  return {
    total: rows.find(({ division }) => division === null)!.n,
    status: counts('status'),
    role: counts('role'),
    gender: counts('gender'),
    ageBand: counts('ageBand'),
    country: counts('country'),
  }
}

const ofCensus = (key: string, title: string, part: keyof Census): Figure => ({
  key,
  title,
  compute: async (tx, asked) => (await census(tx, asked))[part],
})

const one = async (tx: Tx, sql: string, bind: readonly unknown[]): Promise<number> =>
  (await tx.query<{ n: number }>(sql, bind))[0]!.n

const countJoined = (tx: Tx, { from, to }: Asked) =>
  one(
    tx,
    `SELECT count(*)::integer AS n FROM members.member m WHERE ${there} AND m.joined_key BETWEEN $2::date AND $3::date`,
    [tx.tenantId, from, to],
  )
const countLeft = (tx: Tx, { from, to }: Asked) =>
  one(
    tx,
    `SELECT count(*)::integer AS n FROM members.member m
      WHERE ${there} AND m.left_on IS NOT NULL AND m.left_on BETWEEN $2::date AND $3::date`,
    [tx.tenantId, from, to],
  )
const joined: Figure = { key: 'joined', title: 'Joined between from and to', compute: countJoined }
const left: Figure = { key: 'left', title: 'Left between from and to', compute: countLeft }
const netGrowth: Figure = {
  key: 'netGrowth',
  title: 'Joined less left',
  compute: async (tx, asked) => (await countJoined(tx, asked)) - (await countLeft(tx, asked)),
}

const byMonth: Figure = {
  key: 'byMonth',
  title: 'Joined and left by month',
  compute: (tx, { from, to }) =>
    tx.query(
      `SELECT month, sum(joined)::integer AS joined, sum("left")::integer AS "left", sum(joined - "left")::integer AS "netGrowth"
         FROM (SELECT to_char(m.joined_key, 'YYYY-MM') AS month, count(*) AS joined, 0 AS "left" FROM members.member m
                WHERE ${there} AND m.joined_key BETWEEN $2::date AND $3::date GROUP BY 1
               UNION ALL
               SELECT to_char(m.left_on, 'YYYY-MM'), 0, count(*) FROM members.member m
                WHERE ${there} AND m.left_on IS NOT NULL AND m.left_on BETWEEN $2::date AND $3::date GROUP BY 1) x
        GROUP BY month ORDER BY month`,
      [tx.tenantId, from, to],
    ),
}

/** Of those who were members on the first day, the share that still was on the last: 0..1, null when nobody was. */
const retention: Figure = {
  key: 'retention',
  title: 'Share of members kept from the first to the last day',
  compute: async (tx, { from, to }) => {
    const [row] = await tx.query<{ began: number; kept: number }>(
      `SELECT count(*)::integer AS began,
              (count(*) FILTER (WHERE m.left_on IS NULL OR m.left_on >= $3::date))::integer AS kept
         FROM members.member m
        WHERE ${there} AND coalesce(m.joined_on, ${organizationDay('m.created_at')}) <= $2::date
          AND (m.left_on IS NULL OR m.left_on >= $2::date)`,
      [tx.tenantId, from, to],
    )
    const { began, kept } = row!
    return began === 0 ? null : Math.round((kept / began) * 10_000) / 10_000
  },
}

const activity: Figure = {
  key: 'activity',
  title: 'Entries of the activity log by kind',
  topic: 'activity',
  compute: async (tx, { from, to }) => {
    const rows = await tx.query<{ kind: string; n: number }>(
      `SELECT a.kind, count(*)::integer AS n FROM members.activity a
         JOIN members.member m ON m.tenant_id = a.tenant_id AND m.id = a.member_id AND m.deleted_at IS NULL
        WHERE a.tenant_id = $1 AND ${during} GROUP BY a.kind ORDER BY a.kind`,
      [tx.tenantId, from, to],
    )
    return Object.fromEntries(rows.map(({ kind, n }) => [kind, n]))
  },
}

const activityByDay: Figure = {
  key: 'activityByDay',
  title: 'Entries of the activity log by day',
  topic: 'activity',
  compute: (tx, { from, to }) =>
    tx.query(
      `SELECT to_char(${organizationDay('a.at')}, 'YYYY-MM-DD') AS day, count(*)::integer AS entries FROM members.activity a
         JOIN members.member m ON m.tenant_id = a.tenant_id AND m.id = a.member_id AND m.deleted_at IS NULL
        WHERE a.tenant_id = $1 AND ${during} GROUP BY 1 ORDER BY 1`,
      [tx.tenantId, from, to],
    ),
}

const inactive: Figure = {
  key: 'inactive',
  title: 'Active members who did nothing themselves between from and to',
  topic: 'activity',
  compute: (tx, { from, to }) =>
    one(
      tx,
      `SELECT count(*)::integer AS n FROM members.member m
        WHERE ${there} AND m.status = 'active' AND NOT EXISTS (
          SELECT 1 FROM members.activity a WHERE a.tenant_id = m.tenant_id AND a.member_id = m.id AND a.by_member
             AND ${during})`,
      [tx.tenantId, from, to],
    ),
}

export const memberFigures: readonly Figure[] = [
  ofCensus('total', 'Members', 'total'),
  ofCensus('byStatus', 'Members by status', 'status'),
  ofCensus('byRole', 'Members by role', 'role'),
  ofCensus('byGender', 'Members by gender', 'gender'),
  ofCensus('byAgeBand', 'Members by age', 'ageBand'),
  ofCensus('byCountry', 'Members by country', 'country'),
  joined,
  left,
  netGrowth,
  byMonth,
  retention,
  activity,
  activityByDay,
  inactive,
]
