#!/usr/bin/env bash
# Reads the AKS clusters of every subscription this account sees, and writes them into one folder (and a zip of it).
#
# It only reads: every line that talks to Azure is `az ... list`, `az ... show` or `az rest --method get`.
# It never asks for credentials of a cluster, runs nothing in one, and changes nothing. The Reader role is enough.
# What it writes: names, settings and tags of clusters, their Trusted Access bindings, the services, rights, policies,
# networks and log settings around them, and what could not be read.
#
#   bash collect.sh [FOLDER]        then:  quaymaster audit --files FOLDER.zip --output report
set -uo pipefail

folder=${1:-quaymaster-$(date -u +%Y%m%dT%H%M%SZ)}
version=2025-10-01
mkdir -p "$folder" || exit 1
arm=$(az cloud show --query endpoints.resourceManager --output tsv | tr -d '\r') || { echo "az is missing or not signed in: run az login" >&2; exit 1; }
arm=${arm%/}
# one tenant: the one that az is set to; others of the same person are another client's
tenant=$(az account show --query tenantId --output tsv | tr -d '\r') || { echo "az is not signed in: run az login" >&2; exit 1; }
number=0
# the activity log keeps 90 days
since=$(date -u -d '-89 days' +%Y-%m-%dT00:00:00Z 2>/dev/null || date -u -v-89d +%Y-%m-%dT00:00:00Z)

# One answer with the question it answers, so that an empty list is known to be the list of something.
keep() { # path-and-query, file with the answer, file with the complaint, 0 if it was answered
  number=$((number + 1))
  local out
  out=$(printf '%s/%05d.json' "$folder" "$number")
  if [ "$4" -eq 0 ]; then
    { printf '{"request":{"method":"GET","url":"%s%s"},"response":{"status":200,"body":' "$arm" "$1"; cat "$2"; printf '}}\n'; } >"$out"
  else
    local code=Failed status=500 message="see the screen" absent unused
    # what is not there decides what the answer means: a resource, or the subscription around it
    absent=$(grep -oE '[A-Za-z]*NotFound' "$3" | head -n 1)
    if [ -n "$absent" ]; then code=$absent status=404; fi
    # a provider that the subscription does not use has none of its resources
    unused=$(grep -F MissingSubscriptionRegistration "$3" | grep -oE "namespace '[A-Za-z.]+'" | head -n 1)
    if [ -n "$unused" ]; then code=MissingSubscriptionRegistration status=409 message="not registered to use $unused"; fi
    if grep -qiE 'AuthorizationFailed|Forbidden|does not have authorization' "$3"; then code=AuthorizationFailed status=403; fi
    printf '{"request":{"method":"GET","url":"%s%s"},"response":{"status":%s,"body":{"error":{"code":"%s","message":"%s"}}}}\n' "$arm" "$1" "$status" "$code" "$message" >"$out"
    echo "not read: $1" >&2
  fi
}

# Asks for one page; Azure says itself where the next one is.
get() { # path-and-query
  local path=$1 answer complaint link
  answer=$(mktemp) && complaint=$(mktemp) || exit 1
  while [ -n "$path" ]; do
    az rest --method get --url "$arm$path" --output json >"$answer" 2>"$complaint"
    local ended=$?
    keep "$path" "$answer" "$complaint" "$ended"
    path=""
    if [ "$ended" -eq 0 ]; then
      link=$(tr -d '\r\n' <"$answer" | sed -n 's/.*"nextLink": *"\([^"]*\)".*/\1/p')
      # a link to another host is not followed
      case "$link" in "$arm"/*) path=${link#"$arm"} ;; esac
    fi
  done
  rm -f "$answer" "$complaint"
}

# The ids of all resources of one type in a subscription.
ids() { # subscription, type
  az resource list --subscription "$1" --resource-type "$2" --query "[].id" --output tsv 2>/dev/null | tr -d '\r'
}

# Who wrote bindings, and what else happened under the same correlation id: a deployment, or a person's own request.
log() { # scope of a subscription
  local events=$1/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01 from correlation
  from="\$filter=eventTimestamp%20ge%20%27$since%27%20and%20"
  get "$events&${from}resourceProvider%20eq%20%27Microsoft.ContainerService%27"
  for correlation in $(az rest --method get --url "$arm$events&${from}resourceProvider%20eq%20%27Microsoft.ContainerService%27" --query "value[].[correlationId, operationName.value]" --output tsv 2>/dev/null | tr -d '\r' | grep -i 'trustedaccessrolebindings/write' | cut -f 1 | sort -u); do
    get "$events&${from}correlationId%20eq%20%27$correlation%27"
  done
}

# The resources that hold the bindings of a cluster: Azure answers 404 for one that is gone.
sources() { # cluster
  local id
  az rest --method get --url "$arm$1/trustedAccessRoleBindings?api-version=$version" --query "value[].properties.sourceResourceId" --output tsv 2>/dev/null | tr -d '\r' | sort -u | while read -r id; do
    case "$(printf '%s' "$id" | tr '[:upper:]' '[:lower:]')" in
      */microsoft.dataprotection/backupvaults/*) get "$id?api-version=2024-04-01" ;;
      */microsoft.machinelearningservices/workspaces/*) get "$id?api-version=2024-10-01" ;;
    esac
  done
}

# What stands around the clusters of a subscription: tags, rights, policies, networks, services that may use a cluster.
around() { # subscription
  local scope=/subscriptions/$1 custom='$filter=policyType%20eq%20%27Custom%27' id plan
  local rights=$scope/providers/Microsoft.Authorization
  get "$scope?api-version=2022-12-01"
  get "$scope/resourcegroups?api-version=2021-04-01"
  get "$rights/roleAssignments?api-version=2022-04-01"
  get "$rights/roleDefinitions?api-version=2022-04-01"
  get "$rights/roleEligibilityScheduleInstances?api-version=2020-10-01"
  get "$rights/policyAssignments?api-version=2023-04-01"
  get "$rights/policyExemptions?api-version=2022-07-01-preview"
  get "$rights/policyDefinitions?api-version=2023-04-01&$custom"
  get "$rights/policySetDefinitions?api-version=2023-04-01&$custom"
  get "$scope/providers/Microsoft.Network/virtualNetworks?api-version=2024-05-01"
  get "$scope/providers/Microsoft.Network/privateEndpoints?api-version=2024-05-01"
  get "$scope/providers/Microsoft.Network/bastionHosts?api-version=2024-05-01"
  get "$scope/providers/Microsoft.ManagedIdentity/userAssignedIdentities?api-version=2023-01-31"
  get "$scope/providers/Microsoft.ManagedServices/registrationAssignments?api-version=2022-10-01&\$expandRegistrationDefinition=true"
  get "$scope/providers/Microsoft.EventGrid/systemTopics?api-version=2025-02-15"
  get "$scope/providers/Microsoft.Dashboard/grafana?api-version=2023-09-01"
  get "$scope/providers/Microsoft.Insights/dataCollectionRules?api-version=2023-03-11"
  for id in $(ids "$1" Microsoft.ContainerService/fleets); do get "$id/members?api-version=2025-03-01"; done
  for id in $(ids "$1" Microsoft.Network/virtualNetworkGateways); do get "$id?api-version=2024-05-01"; done
  log "$scope"
  get "$scope/providers/Microsoft.Security/pricings?api-version=2024-01-01"
  for plan in Containers CloudPosture; do
    get "$scope/providers/Microsoft.Security/pricings/$plan/securityOperators?api-version=2023-01-01-preview"
  done
  get "$scope/providers/Microsoft.DataProtection/backupVaults?api-version=2024-04-01"
  for id in $(ids "$1" Microsoft.DataProtection/backupVaults); do get "$id/backupInstances?api-version=2024-04-01"; done
  get "$scope/providers/Microsoft.MachineLearningServices/workspaces?api-version=2024-10-01"
  for id in $(ids "$1" Microsoft.MachineLearningServices/workspaces); do get "$id/computes?api-version=2024-10-01"; done
}

echo "Reading subscriptions"
az account list --query "[?tenantId=='$tenant']" --output json >"$folder/subscriptions.json" || { echo "az is not signed in: run az login" >&2; exit 1; }
seen=" "
while read -r subscription; do
  echo "Reading subscription $subscription"
  get "/subscriptions/$subscription/providers/Microsoft.ContainerService/managedClusters?api-version=$version"
  clusters=$(az aks list --subscription "$subscription" --query "[].[id, location]" --output tsv 2>/dev/null | tr -d '\r')
  [ -n "$clusters" ] || continue
  around "$subscription"
  while IFS=$'\t' read -r cluster location; do
    echo "  $cluster"
    get "$cluster/trustedAccessRoleBindings?api-version=$version"
    get "$cluster/providers/Microsoft.Insights/diagnosticSettings?api-version=2021-05-01-preview"
    get "$cluster/managedNamespaces?api-version=$version"
    get "$cluster/jwtAuthenticators?api-version=2025-10-02-preview"
    get "$cluster/providers/Microsoft.KubernetesConfiguration/extensions?api-version=2023-05-01"
    get "$cluster/providers/Microsoft.KubernetesConfiguration/fluxConfigurations?api-version=2023-05-01"
    get "$cluster/providers/Microsoft.Insights/dataCollectionRuleAssociations?api-version=2023-03-11"
    get "$cluster/providers/Microsoft.Chaos/targets?api-version=2024-01-01"
    get "$cluster/providers/Microsoft.ServiceLinker/linkers?api-version=2024-04-01"
    sources "$cluster"
    case "$seen" in *" $location "*) continue ;; esac
    seen="$seen$location "
    offered=/subscriptions/$subscription/providers/Microsoft.ContainerService/locations/$location
    get "$offered/trustedAccessRoles?api-version=$version"
    get "$offered/kubernetesVersions?api-version=$version"
  done <<<"$clusters"
done < <(az account list --query "[?tenantId=='$tenant'].id" --output tsv | tr -d '\r')

if command -v zip >/dev/null; then
  (cd "$folder" && zip -qr "../$(basename "$folder").zip" .) && echo "Wrote $folder.zip"
else
  echo "Wrote the folder $folder; it opens as it is, or zip it."
fi
