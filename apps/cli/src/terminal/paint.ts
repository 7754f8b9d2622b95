/** Select graphic rendition of ECMA-48; what is bright on one background is illegible on another, so only plain ones. */
const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const

export type Style = keyof typeof STYLES

export type Paint = (style: Style, text: string) => string

/** Colours text, or leaves it alone where nobody would see it. */
export function painter(colour: boolean): Paint {
  return (style, text) => (colour && text !== '' ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text)
}
