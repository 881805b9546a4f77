/** Shapes that the answers of several things share. A schema with a `title` stands under it in the OpenAPI document. */
import Type, { type Static, type TObject, type TSchema } from 'typebox'
import { Closed, Currency, PlanHash } from './text.ts'

/** `Member` has a `MemberPage`; what has no name has none. */
const called = (item: TSchema, kind: string): { title?: string } => {
  const { title } = item as { readonly title?: string }
  return title === undefined ? {} : { title: `${title}${kind}` }
}

export const PageInfo = Type.Object(
  {
    nextCursor: Type.Union([Type.String({ maxLength: 4000 }), Type.Null()], {
      description: 'Send it as `cursor` for the next page; null: this is the last one',
    }),
    total: Type.Optional(Type.Integer({ minimum: 0, description: 'What all pages hold; only with `total=true`' })),
  },
  { title: 'PageInfo' },
)
/** The answer of every list. @param o.most entries of a page; default 200 */
export const Page = <S extends TSchema>(item: S, { most = 200 }: { most?: number } = {}) =>
  Type.Object({ items: Type.Array(item, { maxItems: most }), page: PageInfo }, called(item, 'Page'))
export interface PageOf<Item> {
  readonly items: Item[]
  readonly page: { readonly nextCursor: string | null; readonly total?: number }
}
/** A list that is short enough to have no pages. */
export const WholeList = <S extends TSchema>(item: S, most: number) =>
  Type.Object({ items: Type.Array(item, { maxItems: most }) }, called(item, 'List'))

/** Minor units and ISO 4217 code: `{ "amount": 2999, "currency": "USD" }`. */
export const Money = (o: { readonly description?: string } = {}) =>
  Type.Object(
    {
      amount: Type.Integer({ minimum: 0, maximum: 999_999_999_999, description: 'In minor units: 2999 is 29.99' }),
      currency: Currency(),
    },
    { title: 'Money', additionalProperties: false, examples: [{ amount: 2999, currency: 'USD' }], ...o },
  )
export type MoneyValue = Static<ReturnType<typeof Money>>

/** A name of ours, or one that somebody here gave it: then it is the same in both. */
export const Titles = () =>
  Type.Object(
    { de: Type.String({ description: 'In German' }), en: Type.String({ description: 'In English' }) },
    { title: 'Titles', description: 'What people read, by language', examples: [{ de: 'Einsicht', en: 'Viewer' }] },
  )

/** Who did something. */
export const Party = (o: { readonly description?: string } = {}) =>
  Type.Object(
    {
      kind: Type.String({ description: '`user`, `token`, `serviceAccount`, `bot`, `system` or `anonymous`' }),
      id: Type.String({ description: 'Of the account, the token, the service or the bot' }),
    },
    { title: 'Party', ...o },
  )

/** Sent to apply a plan that was made and shown before. */
export const ApplyPlan: TObject<{ hash: ReturnType<typeof PlanHash> }> = Closed(
  { hash: PlanHash() },
  { title: 'ApplyPlan' },
)
