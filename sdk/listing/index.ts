/**
 * Lists: one filter language, sorting, keyset paging. A resource declares with `defineListing` what may be filtered and
 * sorted; from that come the schema of its query string (`listQuery`), the SQL of a page (`pageQuery`, `readPage`) and
 * a predicate over plain objects (`compileFilter`), which agree.
 */

export { type CompiledFilter, compileFilter } from './compile.ts'
export { type Bind, binder, type Field, type FieldType, type Op, opsOf } from './field.ts'
export { Filter, filterTitle, type Scalar, valuesOf } from './filter.ts'
export { defineListing, extendListing, type Listing, type ListingSpec, type SortKey } from './listing.ts'
export { type PagePlan, type PageSource, pageQuery, readPage, toPage } from './page.ts'
export { type ListRequest, listQuery, parseListQuery } from './query.ts'
