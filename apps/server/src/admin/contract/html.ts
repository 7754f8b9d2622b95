/** Text as HTML shows it, also inside an attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** With its `code` as code. */
export function prose(text: string): string {
  return escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}

/** Long names and paths may break where a person would break them. */
export function breakable(text: string): string {
  return escaped(text).replace(/([/.}])(?=.)/g, '$1<wbr>')
}
