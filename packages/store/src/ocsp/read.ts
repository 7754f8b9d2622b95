import { sql } from 'kysely'
import { slot, statement } from '../statement.ts'

export const findKey = statement((db) =>
  db
    .selectFrom('ocsp_signer')
    .innerJoin('authority_key', 'authority_key.id', 'ocsp_signer.key_id')
    .where('ocsp_signer.uuid', '=', slot<string>('uuid'))
    .select(['ocsp_signer.certificate', 'authority_key.uuid as key', 'authority_key.sealed_key']),
)

export const signerStates = statement((db) =>
  db
    .selectFrom('issuer')
    .innerJoin('authority', 'authority.id', 'issuer.authority_id')
    .innerJoin('authority_key', 'authority_key.id', 'issuer.key_id')
    // As for CRLs: a CA in another house answers for itself, and nobody asks after a deleted one.
    .where('authority.deleted_at', 'is', null)
    .where('authority_key.kind', '=', 'software')
    .leftJoin('ocsp_signer', (join) =>
      join.onRef('ocsp_signer.issuer_id', '=', 'issuer.id').on('ocsp_signer.state', '=', sql.lit('current')),
    )
    .leftJoin('certificate', 'certificate.uuid', 'ocsp_signer.uuid')
    .orderBy('issuer.id')
    .select([
      'issuer.id as issuer',
      'issuer.certificate as issuer_certificate',
      'authority.uuid as authority_uuid',
      'authority.name as authority_name',
      'authority.settings',
      'ocsp_signer.uuid',
      'ocsp_signer.certificate',
      'ocsp_signer.created_at',
      'certificate.state',
    ]),
)
