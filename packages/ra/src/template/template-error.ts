/** A setting of a template that cannot be read; the message completes "… cannot be used:". */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
}
