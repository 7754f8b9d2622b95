declare const brand: unique symbol

/** Text of the octets of the transactionID attribute, 1 to 255 characters, in the form the device chose. */
export type TransactionId = string & { readonly [brand]: 'TransactionId' }
