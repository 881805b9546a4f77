import type { SingleByteEncoding, TextEncoding } from './format.ts'

/** Code page 850 of MS-DOS from byte 128 on, which no decoder of the platform knows. Its letters are those of 437, too. */
const CP850 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00AD±‗¾¶§÷¸°¨·¹³²■\u00A0'

export interface Decoder {
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string
}

export function textDecoder(encoding: TextEncoding): Decoder {
  if (encoding !== 'cp850') return new TextDecoder(encoding)
  return {
    decode: (bytes = new Uint8Array()) =>
      Buffer.from(bytes)
        .toString('latin1')
        .replace(/[\u0080-\u00FF]/g, (character) => CP850[character.charCodeAt(0) - 128]!),
  }
}

/** The characters of the bytes 128 to 255. */
export function upperHalf(encoding: SingleByteEncoding): string {
  return textDecoder(encoding).decode(Uint8Array.from({ length: 128 }, (_, i) => i + 128))
}
