# Reads the AKS clusters of every subscription this account sees, and writes them into one folder and a zip of it.
#
# It only reads: every line that talks to Azure is `az ... list`, `az ... show` or `az rest --method get`.
# It never asks for credentials of a cluster, runs nothing in one, and changes nothing. The Reader role is enough.
# What it writes: names, settings and tags of clusters, their Trusted Access bindings, the services, rights, policies,
# networks and log settings around them, and what could not be read.
#
#   pwsh collect.ps1 [-Folder NAME]     then:  quaymaster audit --files NAME.zip --output report
param([string]$Folder = "quaymaster-$((Get-Date).ToUniversalTime().ToString('yyyyMMddTHHmmssZ'))")
$version = '2025-10-01'
$script:number = 0
New-Item -ItemType Directory -Force -Path $Folder | Out-Null
$arm = (az cloud show --query endpoints.resourceManager --output tsv).TrimEnd('/')
if (-not $arm) { Write-Error 'az is missing or not signed in: run az login'; exit 1 }

# The activity log keeps 90 days.
$since = (Get-Date).ToUniversalTime().AddDays(-89).ToString('yyyy-MM-ddT00:00:00Z')

# One tenant: the one that az is set to; others of the same person are another client's.
$tenant = az account show --query tenantId --output tsv

# One answer with the question it answers, so that an empty list is known to be the list of something.
function Get-Answer([string]$path) {
  while ($path) {
    $complaint = [System.IO.Path]::GetTempFileName()
    $url = "$arm$path"
    # on Windows the command behind it is a batch file, for which & ends a command unless it stands in quotes
    if ($env:OS -eq 'Windows_NT') { $url = '"' + $url + '"' }
    $answer = az rest --method get --url $url --output json 2>$complaint | Out-String
    $ended = $LASTEXITCODE
    $script:number++
    $file = Join-Path $Folder ('{0:d6}.json' -f $script:number)
    $words = Get-Content -Raw $complaint
    Remove-Item $complaint
    if ($ended -eq 0) {
      $response = '{"status":200,"body":' + $answer + '}'
    } else {
      $code = 'Failed'; $status = 500; $message = 'see the screen'
      if ($words -match 'AuthorizationFailed|Forbidden|does not have authorization') { $code = 'AuthorizationFailed'; $status = 403 }
      # what is not there decides what the answer means: a resource, or the subscription around it
      elseif ($words -match '[A-Za-z]*NotFound') { $code = $Matches[0]; $status = 404 }
      # a provider that the subscription does not use has none of its resources
      elseif ($words -match "MissingSubscriptionRegistration.*(namespace '[A-Za-z.]+')") { $code = 'MissingSubscriptionRegistration'; $status = 409; $message = "not registered to use $($Matches[1])" }
      $response = '{"status":' + $status + ',"body":{"error":{"code":"' + $code + '","message":"' + $message + '"}}}'
      Write-Warning "not read: $path"
    }
    '{"request":{"method":"GET","url":"' + $arm + $path + '"},"response":' + $response + '}' | Set-Content -Encoding utf8 $file
    $path = $null
    # a link to another host is not followed
    if ($ended -eq 0 -and $answer -match '"nextLink": *"([^"]+)"' -and $Matches[1].StartsWith("$arm/")) { $path = $Matches[1].Substring($arm.Length) }
  }
}

# The ids of all resources of one type in a subscription.
function Get-Ids([string]$subscription, [string]$type) {
  az resource list --subscription $subscription --resource-type $type --query '[].id' --output tsv 2>$null
}

# Who wrote bindings, and what else happened under the same correlation id: a deployment, or a person's own request.
function Get-Log([string]$scope) {
  $events = "$scope/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01"
  $from = '$filter=eventTimestamp%20ge%20%27' + $since + '%27%20and%20'
  $path = "$events&${from}resourceProvider%20eq%20%27Microsoft.ContainerService%27"
  Get-Answer $path
  $url = "$arm$path"
  if ($env:OS -eq 'Windows_NT') { $url = '"' + $url + '"' }
  $told = az rest --method get --url $url --query 'value[].[correlationId, operationName.value]' --output tsv 2>$null
  $writes = $told | Where-Object { $_ -match 'trustedaccessrolebindings/write' } | ForEach-Object { ($_ -split "`t")[0] } | Sort-Object -Unique
  foreach ($correlation in $writes) { Get-Answer "$events&${from}correlationId%20eq%20%27$correlation%27" }
}

# The resources that hold the bindings of a cluster: Azure answers 404 for one that is gone.
function Get-Sources([string]$cluster) {
  $ids = az rest --method get --url "$arm$cluster/trustedAccessRoleBindings?api-version=$version" --query 'value[].properties.sourceResourceId' --output tsv 2>$null
  foreach ($id in ($ids | Sort-Object -Unique)) {
    if ($id -match '/microsoft.dataprotection/backupvaults/') { Get-Answer "${id}?api-version=2024-04-01" }
    elseif ($id -match '/microsoft.machinelearningservices/workspaces/') { Get-Answer "${id}?api-version=2024-10-01" }
  }
}

# What stands around the clusters of a subscription: tags, rights, policies, networks, services that may use a cluster.
function Get-Around([string]$subscription) {
  $scope = "/subscriptions/$subscription"
  $rights = "$scope/providers/Microsoft.Authorization"
  $custom = '$filter=policyType%20eq%20%27Custom%27'
  Get-Answer "${scope}?api-version=2022-12-01"
  Get-Answer "$scope/resourcegroups?api-version=2021-04-01"
  Get-Answer "$rights/roleAssignments?api-version=2022-04-01"
  Get-Answer "$rights/roleDefinitions?api-version=2022-04-01"
  Get-Answer "$rights/roleEligibilityScheduleInstances?api-version=2020-10-01"
  Get-Answer "$rights/policyAssignments?api-version=2023-04-01"
  Get-Answer "$rights/policyExemptions?api-version=2022-07-01-preview"
  Get-Answer "$rights/policyDefinitions?api-version=2023-04-01&$custom"
  Get-Answer "$rights/policySetDefinitions?api-version=2023-04-01&$custom"
  Get-Answer "$scope/providers/Microsoft.Network/virtualNetworks?api-version=2024-05-01"
  Get-Answer "$scope/providers/Microsoft.Network/privateEndpoints?api-version=2024-05-01"
  Get-Answer "$scope/providers/Microsoft.Network/bastionHosts?api-version=2024-05-01"
  Get-Answer "$scope/providers/Microsoft.ManagedIdentity/userAssignedIdentities?api-version=2023-01-31"
  Get-Answer "$scope/providers/Microsoft.ManagedServices/registrationAssignments?api-version=2022-10-01&`$expandRegistrationDefinition=true"
  Get-Answer "$scope/providers/Microsoft.EventGrid/systemTopics?api-version=2025-02-15"
  Get-Answer "$scope/providers/Microsoft.Dashboard/grafana?api-version=2023-09-01"
  Get-Answer "$scope/providers/Microsoft.Insights/dataCollectionRules?api-version=2023-03-11"
  foreach ($id in (Get-Ids $subscription 'Microsoft.ContainerService/fleets')) { Get-Answer "$id/members?api-version=2025-03-01" }
  foreach ($id in (Get-Ids $subscription 'Microsoft.Network/virtualNetworkGateways')) { Get-Answer "${id}?api-version=2024-05-01" }
  Get-Log $scope
  Get-Answer "$scope/providers/Microsoft.Security/pricings?api-version=2024-01-01"
  foreach ($plan in 'Containers', 'CloudPosture') {
    Get-Answer "$scope/providers/Microsoft.Security/pricings/$plan/securityOperators?api-version=2023-01-01-preview"
  }
  Get-Answer "$scope/providers/Microsoft.DataProtection/backupVaults?api-version=2024-04-01"
  foreach ($id in (Get-Ids $subscription 'Microsoft.DataProtection/backupVaults')) { Get-Answer "$id/backupInstances?api-version=2024-04-01" }
  Get-Answer "$scope/providers/Microsoft.MachineLearningServices/workspaces?api-version=2024-10-01"
  foreach ($id in (Get-Ids $subscription 'Microsoft.MachineLearningServices/workspaces')) { Get-Answer "$id/computes?api-version=2024-10-01" }
}

Write-Output 'Reading subscriptions'
az account list --query "[?tenantId=='$tenant']" --output json | Set-Content -Encoding utf8 (Join-Path $Folder 'subscriptions.json')
$locations = @{}
foreach ($subscription in (az account list --query "[?tenantId=='$tenant'].id" --output tsv)) {
  Write-Output "Reading subscription $subscription"
  Get-Answer "/subscriptions/$subscription/providers/Microsoft.ContainerService/managedClusters?api-version=$version"
  $clusters = az aks list --subscription $subscription --query '[].[id, location]' --output tsv 2>$null
  if (-not $clusters) { continue }
  Get-Around $subscription
  foreach ($line in $clusters) {
    $cluster, $location = $line -split "`t"
    Write-Output "  $cluster"
    Get-Answer "$cluster/trustedAccessRoleBindings?api-version=$version"
    Get-Answer "$cluster/providers/Microsoft.Insights/diagnosticSettings?api-version=2021-05-01-preview"
    Get-Answer "$cluster/managedNamespaces?api-version=$version"
    Get-Answer "$cluster/jwtAuthenticators?api-version=2025-10-02-preview"
    Get-Answer "$cluster/providers/Microsoft.KubernetesConfiguration/extensions?api-version=2023-05-01"
    Get-Answer "$cluster/providers/Microsoft.KubernetesConfiguration/fluxConfigurations?api-version=2023-05-01"
    Get-Answer "$cluster/providers/Microsoft.Insights/dataCollectionRuleAssociations?api-version=2023-03-11"
    Get-Answer "$cluster/providers/Microsoft.Chaos/targets?api-version=2024-01-01"
    Get-Answer "$cluster/providers/Microsoft.ServiceLinker/linkers?api-version=2024-04-01"
    Get-Sources $cluster
    if (-not $locations[$location]) {
      $locations[$location] = $true
      $offered = "/subscriptions/$subscription/providers/Microsoft.ContainerService/locations/$location"
      Get-Answer "$offered/trustedAccessRoles?api-version=$version"
      Get-Answer "$offered/kubernetesVersions?api-version=$version"
    }
  }
}
Compress-Archive -Force -Path (Join-Path $Folder '*') -DestinationPath "$Folder.zip"
Write-Output "Wrote $Folder.zip"
