# Reads the AKS clusters of every subscription this account sees, and writes them into one folder and a zip of it.
#
# It only reads: every line that talks to Azure is `az ... list`, `az ... show` or `az rest --method get`.
# It never asks for credentials of a cluster, runs nothing in one, and changes nothing. The Reader role is enough.
#
#   pwsh collect.ps1 [-Folder NAME]     then:  quaymaster audit --files NAME.zip --output report
param([string]$Folder = "quaymaster-$((Get-Date).ToUniversalTime().ToString('yyyyMMddTHHmmssZ'))")
$version = '2025-10-01'
$script:number = 0
New-Item -ItemType Directory -Force -Path $Folder | Out-Null
$arm = (az cloud show --query endpoints.resourceManager --output tsv).TrimEnd('/')
if (-not $arm) { Write-Error 'az is missing or not signed in: run az login'; exit 1 }

# One tenant: the one that az is set to; others of the same person are another client's.
$tenant = az account show --query tenantId --output tsv

# One answer with the question it answers, so that an empty list is known to be the list of something.
function Get-Answer([string]$path) {
  while ($path) {
    $complaint = [System.IO.Path]::GetTempFileName()
    $answer = az rest --method get --url "$arm$path" --output json 2>$complaint | Out-String
    $ended = $LASTEXITCODE
    $script:number++
    $file = Join-Path $Folder ('{0:d6}.json' -f $script:number)
    $words = Get-Content -Raw $complaint
    Remove-Item $complaint
    if ($ended -eq 0) {
      $response = '{"status":200,"body":' + $answer + '}'
    } else {
      $code = 'Failed'; $status = 500
      if ($words -match 'AuthorizationFailed|Forbidden|does not have authorization') { $code = 'AuthorizationFailed'; $status = 403 }
      elseif ($words -match 'NotFound') { $code = 'NotFound'; $status = 404 }
      $response = '{"status":' + $status + ',"body":{"error":{"code":"' + $code + '","message":"see the screen"}}}'
      Write-Warning "not read: $path"
    }
    '{"request":{"method":"GET","url":"' + $arm + $path + '"},"response":' + $response + '}' | Set-Content -Encoding utf8 $file
    $path = $null
    # a link to another host is not followed
    if ($ended -eq 0 -and $answer -match '"nextLink": *"([^"]+)"' -and $Matches[1].StartsWith("$arm/")) { $path = $Matches[1].Substring($arm.Length) }
  }
}

Write-Output 'Reading subscriptions'
az account list --query "[?tenantId=='$tenant']" --output json | Set-Content -Encoding utf8 (Join-Path $Folder 'subscriptions.json')
$locations = @{}
foreach ($subscription in (az account list --query "[?tenantId=='$tenant'].id" --output tsv)) {
  Write-Output "Reading subscription $subscription"
  Get-Answer "/subscriptions/$subscription/providers/Microsoft.ContainerService/managedClusters?api-version=$version"
  foreach ($line in (az aks list --subscription $subscription --query '[].[id, location]' --output tsv 2>$null)) {
    $cluster, $location = $line -split "`t"
    Write-Output "  $cluster"
    Get-Answer "$cluster/trustedAccessRoleBindings?api-version=$version"
    if (-not $locations[$location]) {
      $locations[$location] = $true
      Get-Answer "/subscriptions/$subscription/providers/Microsoft.ContainerService/locations/$location/trustedAccessRoles?api-version=$version"
    }
  }
}
Compress-Archive -Force -Path (Join-Path $Folder '*') -DestinationPath "$Folder.zip"
Write-Output "Wrote $Folder.zip"
