/** What was found in a captured message: plain values, for a terminal, a page or JSON. */
export interface Inspection {
  readonly kind: InspectedKind
  /** What it is, in one line. */
  readonly title: string
  readonly encoding: InputEncoding
  /** Who, to whom, about what. */
  readonly summary: readonly SummaryLine[]
  readonly tree: readonly InspectionNode[]
  /** Clients or servers that write like this. */
  readonly looksLike: readonly Resemblance[]
  readonly findings: readonly Finding[]
  /** What would become of it; none for what is not a message to somebody. */
  readonly verdicts: readonly Verdict[]
}

/** What stands in the input, by its meaning in SCEP. */
export type InspectedKind =
  | 'request'
  | 'reply'
  | 'next-ca'
  | 'certificates'
  | 'certificate'
  | 'certification-request'
  | 'crl'
  | 'envelope'
  | 'signed-data'
  | 'capabilities'
  | 'query'
  | 'private-key'
  | 'unknown'

export interface SummaryLine {
  readonly label: string
  readonly value: string
}

export type InputEncoding = 'binary' | 'pem' | 'base64' | 'hexadecimal' | 'url' | 'text'

/** One line of the tree. Text of the peer is in it as it came: whoever prints it neutralises control characters. */
export interface InspectionNode {
  /** In the words of the standards. */
  readonly label: string
  readonly value?: string
  /** Of the first octet in the decoded input; absent for what does not stand in it, such as decrypted content. */
  readonly offset?: number
  readonly length?: number
  readonly note?: string
  readonly children: readonly InspectionNode[]
}

/** broken: a MUST of the clause; warning: a SHOULD, or known trouble with peers; note: worth knowing. */
export type FindingLevel = 'broken' | 'warning' | 'note'

export interface Finding {
  /** Id in docs/conformance.md. */
  readonly clause: string
  readonly level: FindingLevel
  readonly sentence: string
  /** The part of the message, in the words of the tree. */
  readonly where: string
}

/** What one reader of the message would do with it. */
export interface Verdict {
  readonly reader: 'server' | 'client'
  /** The compatibility profile of a server; a client has none. */
  readonly profile: string | undefined
  readonly outcome: 'would be answered' | 'would be accepted' | 'refused'
  /** False: the key is not here, and only what stands in the clear was judged. */
  readonly complete: boolean
  readonly reason: string | undefined
  readonly failInfo: string | undefined
  readonly sentence: string
}

export interface Resemblance {
  readonly name: string
  readonly because: string
}
