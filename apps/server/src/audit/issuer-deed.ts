import type { AuthorityRecord, Configuration, IssuerRecord, SteppingBack } from '@chancery/ra'
import type { Deed } from './admin-event.ts'

/** What became of a next generation of a CA. */
export function issuerDeed(
  verb: 'create' | 'activate' | 'withdraw',
  { uuid, name }: Pick<AuthorityRecord, 'uuid' | 'name'>,
  detail: Deed['detail'],
): Deed {
  return { action: `issuer.${verb}`, object: { kind: 'authority', uuid, name }, detail }
}

/** Which generation issues from then on, and which before. */
export function switchOverDeed(
  { issuerId }: SteppingBack,
  authority: AuthorityRecord,
  { issuers }: Configuration,
): Deed {
  const generationOf = (is: (issuer: IssuerRecord) => boolean) => issuers.find(is)?.generation
  return issuerDeed('activate', authority, {
    before: {
      generation: generationOf(({ authorityId, state }) => authorityId === authority.id && state === 'current'),
    },
    after: { generation: generationOf(({ id }) => id === issuerId) },
  })
}
