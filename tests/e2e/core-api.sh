#!/bin/sh
# The walk-through of docs/guide/rest-api.md without jq, one step a run:
#   BASE=http://127.0.0.1:8080 TOKEN=… sh core-api.sh set-up plant > plant.env
# Needs curl and sed. Each step prints what the next ones want, as NAME=value.
set -eu

: "${BASE:?the address of the server, without /api}" "${TOKEN:?an API token}"
step=${1:?set-up, challenge, edit, disable, enable or force-delete}
name=${2:-plant}

# call METHOD PATH [BODY]: the answer's body; a refusal ends the script with the sentences of the server.
call() {
  method=$1 path=$2
  shift 2
  [ $# -eq 0 ] || set -- -H 'Content-Type: application/json' --data-binary "$1"
  curl -sS --fail-with-body -X "$method" "$BASE/api$path" -H "Authorization: Bearer $TOKEN" "$@"
}

# field NAME: the first text field of that name on standard input; an object's own uuid comes first in every answer.
field() {
  tr ',{' '\n\n' | sed -n "s/^\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1
}

case $step in
set-up)
  authority=$(call POST /v1/authorities "{
    \"name\": \"$name\", \"kind\": \"built-in\",
    \"ca\": {\"create\": \"root\", \"subject\": \"CN=$name CA,O=Example\", \"keyType\": \"rsa-2048\", \"validityYears\": 10}
  }" | field uuid)

  ra_profile=$(call POST "/v1/authorities/$authority/raProfiles" "{
    \"name\": \"$name\", \"description\": \"Devices of $name\", \"attributes\": [], \"customAttributes\": [], \"enabled\": true
  }" | field uuid)

  scep_profile=$(call POST /v1/scepProfiles "{
    \"name\": \"$name\", \"raProfileUuid\": \"$ra_profile\",
    \"raCertificate\": {\"authorityUuid\": \"$authority\", \"renewBeforeDays\": 30},
    \"challengePassword\": \"${CHALLENGE:?the static challenge of the profile}\",
    \"issueCertificateAttributes\": [], \"customAttributes\": []
  }" | field uuid)

  activation="/v1/authorities/$authority/raProfiles/$ra_profile/protocols/scep"
  call PATCH "$activation/activate/$scep_profile" '{"issueCertificateAttributes": []}' >/dev/null
  call PATCH "/v1/scepProfiles/$scep_profile/enable"

  echo "AUTHORITY=$authority"
  echo "RA_PROFILE=$ra_profile"
  echo "SCEP_PROFILE=$scep_profile"
  echo "SCEP_URL=$BASE/api/v1/protocols/scep/$name/pkiclient.exe"
  echo "RA_URL=$(call GET "$activation" | field url)"
  ;;
challenge)
  call PUT "/v1/scepProfiles/${SCEP_PROFILE:?}" '{"challengeKind": "one-time"}' >/dev/null
  call POST "/v1/scepProfiles/$SCEP_PROFILE/challenges" '{"uses": 2, "ttlSeconds": 3600}' |
    field challenge | sed 's/^/CHALLENGE=/'
  ;;
edit)
  call PUT "/v1/scepProfiles/${SCEP_PROFILE:?}" '{"description": "edited without its challenge", "renewalThreshold": 30}'
  ;;
disable | enable)
  call PATCH "/v1/scepProfiles/${SCEP_PROFILE:?}/$step"
  ;;
force-delete)
  call DELETE /v1/scepProfiles/delete/force "[\"${SCEP_PROFILE:?}\"]" && echo
  call GET "/v1/authorities/${AUTHORITY:?}/raProfiles/${RA_PROFILE:?}/protocols/scep"
  ;;
*)
  echo "There is no step $step." >&2
  exit 64
  ;;
esac
