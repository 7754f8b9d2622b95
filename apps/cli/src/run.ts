import { Command, CommanderError } from 'commander'
import { approveVerb } from './approval/approve.ts'
import { listApprovalsVerb } from './approval/list.ts'
import { rejectVerb } from './approval/reject.ts'
import { showApprovalVerb } from './approval/show.ts'
import { activateNextVerb } from './authority/activate-next.ts'
import { certifyVerb } from './authority/certify.ts'
import { chainVerb } from './authority/chain.ts'
import { createAuthorityVerb } from './authority/create.ts'
import { deleteAuthorityVerb } from './authority/delete.ts'
import { disableAuthorityVerb } from './authority/disable.ts'
import { enableAuthorityVerb } from './authority/enable.ts'
import { listAuthoritiesVerb } from './authority/list.ts'
import { prepareNextVerb } from './authority/prepare-next.ts'
import { requestVerb } from './authority/request.ts'
import { setAuthorityVerb } from './authority/set.ts'
import { showAuthorityVerb } from './authority/show.ts'
import { withdrawNextVerb } from './authority/withdraw-next.ts'
import { revokeCertificateVerb } from './certificate/revoke.ts'
import { showCertificateVerb } from './certificate/show.ts'
import { createChallengeVerb } from './challenge/create.ts'
import { listChallengesVerb } from './challenge/list.ts'
import { revokeChallengeVerb } from './challenge/revoke.ts'
import { showChallengeVerb } from './challenge/show.ts'
import { applyConfigVerb } from './config/apply.ts'
import { diffConfigVerb } from './config/diff.ts'
import { exportConfigVerb } from './config/export.ts'
import { EXIT, exitCodeHelp } from './exit-code.ts'
import { createProfileVerb } from './profile/create.ts'
import { defaultProfileVerb } from './profile/default.ts'
import { deleteProfileVerb } from './profile/delete.ts'
import { disableProfileVerb } from './profile/disable.ts'
import { enableProfileVerb } from './profile/enable.ts'
import { listProfilesVerb } from './profile/list.ts'
import { setProfileVerb } from './profile/set.ts'
import { showProfileVerb } from './profile/show.ts'
import { testWebhookVerb } from './profile/test-webhook.ts'
import { activateScepVerb } from './ra-profile/activate.ts'
import { checkRaProfileVerb } from './ra-profile/check.ts'
import { createRaProfileVerb } from './ra-profile/create.ts'
import { deactivateScepVerb } from './ra-profile/deactivate.ts'
import { deleteRaProfileVerb } from './ra-profile/delete.ts'
import { disableRaProfileVerb } from './ra-profile/disable.ts'
import { enableRaProfileVerb } from './ra-profile/enable.ts'
import { listRaProfilesVerb } from './ra-profile/list.ts'
import { setRaProfileVerb } from './ra-profile/set.ts'
import { showRaProfileVerb } from './ra-profile/show.ts'
import { caVerb } from './scep/ca.ts'
import { capsVerb } from './scep/caps.ts'
import { enrolVerb } from './scep/enrol.ts'
import { getCertVerb } from './scep/get-cert.ts'
import { getCrlVerb } from './scep/get-crl.ts'
import { getNextCaVerb } from './scep/get-next-ca.ts'
import { inspectVerb } from './scep/inspect/inspect.ts'
import { pollVerb } from './scep/poll.ts'
import { probeVerb } from './scep/probe/probe.ts'
import { renewVerb } from './scep/renew.ts'
import type { Terminal } from './terminal/terminal.ts'
import { createTokenVerb } from './token/create.ts'
import { listTokensVerb } from './token/list.ts'
import { revokeTokenVerb } from './token/revoke.ts'
import { verb } from './verb.ts'

/** Runs one command line and gives its exit code; nothing here touches the process. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = EXIT.ok.code
  const finish = (of: number): void => {
    code = of
  }
  const noun = (name: string, summary: string, verbs: readonly Command[]): Command => {
    const command = new Command(name).description(summary)
    for (const one of verbs) command.addCommand(one)
    return command
  }
  const program = new Command('chancery')
    .description('Chancery enrols devices over SCEP: administration of a server, and a SCEP client.')
    .addCommand(
      noun('challenge', 'secrets that let a device enrol', [
        verb(createChallengeVerb, terminal, finish),
        verb(listChallengesVerb, terminal, finish),
        verb(showChallengeVerb, terminal, finish),
        verb(revokeChallengeVerb, terminal, finish),
      ]),
    )
    .addCommand(
      noun('certificate', 'certificates that the server has issued', [
        verb(showCertificateVerb, terminal, finish),
        verb(revokeCertificateVerb, terminal, finish),
      ]),
    )
    .addCommand(
      noun('authority', 'CAs, and the change from one to the next', [
        verb(listAuthoritiesVerb, terminal, finish),
        verb(showAuthorityVerb, terminal, finish),
        verb(createAuthorityVerb, terminal, finish),
        verb(setAuthorityVerb, terminal, finish),
        verb(requestVerb, terminal, finish),
        verb(certifyVerb, terminal, finish),
        verb(chainVerb, terminal, finish),
        verb(enableAuthorityVerb, terminal, finish),
        verb(disableAuthorityVerb, terminal, finish),
        verb(deleteAuthorityVerb, terminal, finish),
        verb(prepareNextVerb, terminal, finish),
        verb(activateNextVerb, terminal, finish),
        verb(withdrawNextVerb, terminal, finish),
      ]),
    )
    .addCommand(
      noun('approval', 'requests that wait for a person', [
        verb(listApprovalsVerb, terminal, finish),
        verb(showApprovalVerb, terminal, finish),
        verb(approveVerb, terminal, finish),
        verb(rejectVerb, terminal, finish),
      ]),
    )
    .addCommand(
      noun('ra-profile', 'what is issued, and whether a person must agree', [
        verb(listRaProfilesVerb, terminal, finish),
        verb(showRaProfileVerb, terminal, finish),
        verb(createRaProfileVerb, terminal, finish),
        verb(setRaProfileVerb, terminal, finish),
        verb(checkRaProfileVerb, terminal, finish),
        verb(activateScepVerb, terminal, finish),
        verb(deactivateScepVerb, terminal, finish),
        verb(enableRaProfileVerb, terminal, finish),
        verb(disableRaProfileVerb, terminal, finish),
        verb(deleteRaProfileVerb, terminal, finish),
      ]),
    )
    .addCommand(
      noun('profile', 'settings of a SCEP server', [
        verb(listProfilesVerb, terminal, finish),
        verb(showProfileVerb, terminal, finish),
        verb(createProfileVerb, terminal, finish),
        verb(setProfileVerb, terminal, finish),
        verb(testWebhookVerb, terminal, finish),
        verb(defaultProfileVerb, terminal, finish),
        verb(enableProfileVerb, terminal, finish),
        verb(disableProfileVerb, terminal, finish),
        verb(deleteProfileVerb, terminal, finish),
      ]),
    )
    .addCommand(
      noun('config', 'the set-up of a server as a file', [
        verb(exportConfigVerb, terminal, finish),
        verb(diffConfigVerb, terminal, finish),
        verb(applyConfigVerb, terminal, finish),
      ]),
    )
    .addCommand(
      noun('token', 'API tokens, and what they may do', [
        verb(createTokenVerb, terminal, finish),
        verb(listTokensVerb, terminal, finish),
        verb(revokeTokenVerb, terminal, finish),
      ]),
    )
    .addCommand(
      noun('scep', 'a SCEP client, for any server', [
        verb(enrolVerb, terminal, finish),
        verb(renewVerb, terminal, finish),
        verb(pollVerb, terminal, finish),
        verb(getCertVerb, terminal, finish),
        verb(getCrlVerb, terminal, finish),
        verb(getNextCaVerb, terminal, finish),
        verb(capsVerb, terminal, finish),
        verb(caVerb, terminal, finish),
        verb(inspectVerb, terminal, finish),
        verb(probeVerb, terminal, finish),
      ]),
    )
    .addHelpText('after', `\n${EPILOGUE}\n`)
  for (const command of everyCommand(program)) {
    command.exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    command.showHelpAfterError(`See "chancery ${pathOf(command)}--help".`)
  }
  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok.code : EXIT.failed.code
    throw error
  }
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}

function pathOf(command: Command): string {
  return command.parent === null ? '' : `${pathOf(command.parent)}${command.name()} `
}

const EPILOGUE = `A first certificate, beside a running server:
  chancery challenge create
  chancery scep enrol URL --subject 'CN=device1' --challenge CHALLENGE --ca-fingerprint HEX --out device1

Verbs that administer speak to the server whose data directory is CHANCERY_DATA_DIR (default ./data), over its socket;
with --server URL and CHANCERY_TOKEN to any other.

${exitCodeHelp()}`
