/** How much of a stranger's file we are willing to hold or look at. */
export interface SheetLimits {
  fileBytes: number
  rows: number
  columns: number
  /** Excel's own limit of a cell is 32,767 characters. */
  cellCharacters: number
  /** Bytes one part of a workbook may inflate to. Worksheets are streamed, so this costs time and not memory. */
  inflatedBytes: number
  /** Bytes of the table of shared texts of a workbook, which has to be held in memory. */
  sharedTextBytes: number
  /** Inflated to packed size, looked at from `ratioFromBytes` on. Real worksheets stay below 60, a bomb is near 1000. */
  inflationRatio: number
  ratioFromBytes: number
  /** How long the workbook's worker may be silent while rows are wanted, in milliseconds. */
  timeoutMs: number
  /** Heap of the workbook's worker, in MB. */
  workerHeapMb: number
}

const MB = 1024 * 1024

export const DEFAULT_LIMITS: SheetLimits = {
  fileBytes: 200 * MB,
  rows: 1_000_000,
  columns: 500,
  cellCharacters: 32_767,
  inflatedBytes: 1024 * MB,
  sharedTextBytes: 96 * MB,
  inflationRatio: 200,
  ratioFromBytes: 8 * MB,
  timeoutMs: 20_000,
  workerHeapMb: 64,
}
