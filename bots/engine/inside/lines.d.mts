export declare function lines(
  take: (line: string) => void,
  most?: number,
  tooLong?: () => void,
): (piece: Buffer) => void
