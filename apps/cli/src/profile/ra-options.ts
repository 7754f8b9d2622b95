import type { Client, ScepProfileUpdate } from '@chancery/api'
import { Option } from 'commander'
import { findAuthority } from '../authority/find.ts'
import { findRaProfile } from '../ra-profile/find.ts'
import { parseDays } from '../terminal/duration.ts'

export interface RaOptions {
  readonly raProfile?: string
  readonly caCertificate?: string
  readonly raAuthority?: string
  readonly renewRaBefore?: string
}

export const RA_OPTIONS: readonly Option[] = [
  new Option('--ra-profile <name>', 'the default RA profile, where requests to its own URL go; empty: none'),
  new Option('--ca-certificate <uuid>', 'its RA certificate: one that there is, or a CA that opens messages itself'),
  new Option('--ra-authority <name>', 'have an RA certificate issued by this authority, where it has none of its own'),
  new Option('--renew-ra-before <days|auto>', 'renew its RA certificates so long before the end, such as 30d'),
]

/** What these options change; nothing for those that are not there. */
export async function raUpdate(options: RaOptions, client: Client): Promise<ScepProfileUpdate> {
  const { raProfile, caCertificate, raAuthority, renewRaBefore } = options
  const raCertificate = {
    ...(raAuthority !== undefined && { authorityUuid: (await findAuthority(client, raAuthority)).uuid }),
    ...(renewRaBefore !== undefined && {
      renewBeforeDays: renewRaBefore === 'auto' ? null : parseDays(renewRaBefore),
    }),
  }
  return {
    ...(raProfile !== undefined && {
      raProfileUuid: raProfile === '' ? null : (await findRaProfile(client, raProfile)).uuid,
    }),
    ...(caCertificate !== undefined && { caCertificateUuid: caCertificate }),
    ...(Object.keys(raCertificate).length > 0 && { raCertificate }),
  }
}
