//! HYG-01: The Kubernetes version is supported.

use crate::facts::support_calendar::{LONG_TERM, Listed, Minor, OFFICIAL, Support, calendar, listed, minor, newest_in};
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, read_in};
use quay_model::{Area, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "HYG-01",
        area: Area::Hygiene,
        title: "The Kubernetes version is supported",
        finding: "Kubernetes version out of support",
        severity: Severity::Medium,
        what: "Whether the version the cluster runs is in Azure's own list for its location, under the cluster's support plan.",
        why: "A version out of support gets no security fixes, and Microsoft helps with it only as far as it can. Azure's built-in policy passes versions that ended years ago.",
        not_applicable: "Always applies.",
        reads: &["properties.currentKubernetesVersion", "properties.kubernetesVersion", "properties.supportPlan"],
        conditions: &["C21"],
        references: &[references::SUPPORTED_VERSIONS],
        fix: Fix {
            what_to_do: "Upgrade one minor version after the other to one that is supported, or move to long-term support where the version has it.",
            cli: "az aks get-upgrades --subscription {subscription} -g {group} -n {cluster} -o table\naz aks upgrade --subscription {subscription} -g {group} -n {cluster} --kubernetes-version VERSION",
            bicep: "// inside the cluster's properties; one minor version at a time\nkubernetesVersion: 'VERSION'",
            terraform: "# inside azurerm_kubernetes_cluster; one minor version at a time\nkubernetes_version = \"VERSION\"",
            caution: "Nodes are drained and replaced, and APIs that the new version no longer has stop working: check for them first. Long-term support needs the Premium tier.",
            look: "az aks get-versions --location {location} -o table",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let cluster = subject.cluster;
    let unread = |why: &str| Judgement::not_assessed(format!("Whether the version is supported is not known: {why}."));
    let judgement = match (&cluster.version.reading, &cluster.hygiene.support_plan.reading) {
        (Reading::Unreadable(why), _) | (_, Reading::Unreadable(why)) => unread(why),
        (Reading::Absent, _) => unread("it is not in the answer"),
        (Reading::Value(version), plan) => match minor(version) {
            Some(wanted) => of(subject, version, wanted, plan.value().map_or(OFFICIAL, String::as_str)),
            None => unread(&format!("{version} is no version")),
        },
    };
    let plan = cluster.hygiene.support_plan.evidence("the plan that the version is supported under", OFFICIAL);
    judgement.with(cluster.version.evidence("a supported version", "")).with(plan)
}

fn of(subject: &Subject<'_>, version: &str, wanted: Minor, plan: &str) -> Judgement {
    let location = &subject.cluster.location;
    let Some(list) = subject.fleet.around.versions.get(location).filter(|list| !list.supported.is_empty()) else {
        return by_calendar(subject, version, wanted, plan);
    };
    let named = newest_in(list, plan);
    let newest = format!("the newest supported in {location} are {named}");
    match listed(list, wanted, plan) {
        Listed::Supported => Judgement::pass(format!("Kubernetes {version} is supported; {newest}.")),
        Listed::LongTermOnly => Judgement::fail(format!("{version} has long-term support, not {plan}; {newest}.")),
        Listed::Missing => Judgement::fail(format!("{version} is not among the supported versions; {newest}.")),
        Listed::Unclear => Judgement::not_assessed(format!("The list of {location} does not settle {version}.")),
    }
    .with(read_in("kubernetesVersions", named, "holds the cluster's version", &list.source))
}

fn by_calendar(subject: &Subject<'_>, version: &str, wanted: Minor, plan: &str) -> Judgement {
    let (calendar, as_of) = (calendar(), subject.as_of);
    let long_term = plan.eq_ignore_ascii_case(LONG_TERM);
    let named = calendar.newest_supported(long_term, as_of);
    let location = &subject.cluster.location;
    let by = format!("by the calendar published {}; the list of {location} was not read", calendar.as_of);
    match calendar.support(wanted, long_term, as_of) {
        Support::Ended(why) => Judgement::fail(format!("{version} is out of support ({why}) {by}. Newest: {named}.")),
        Support::Until(end) => Judgement::not_assessed(format!("{version} has support until {end} {by} and decides.")),
        Support::Unknown => Judgement::not_assessed(format!("{version} cannot be judged {by}.")),
    }
    .with(read_in("supportCalendar", named, "holds the cluster's version", &calendar.source))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{SUBSCRIPTION, Scene, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::{Value, json};

    #[test]
    fn the_list_of_the_location_decides_and_the_calendar_only_ends() {
        let at = |version: Value, plan: Value| Scene::new(json!({"kubernetesVersion": version, "supportPlan": plan}));
        let on = |version: &str| at(json!(version), json!(null));
        let paid = |version: &str| at(json!(version), json!("aksLongTermSupport"));
        let both = ["KubernetesOfficial", "AKSLongTermSupport"];
        let item = |version: &str, plans: &[&str]| json!({"version": version, "capabilities": {"supportPlan": plans}});
        let id = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.ContainerService/locations/eastus");
        let with = |scene: Scene, more: Value| {
            let items = [item("1.35", &both), item("1.34.2", &both), item("1.31", &both[1..]), more];
            scene.with(json!({"id": format!("{id}/kubernetesVersions"), "values": items}))
        };
        let whole = |scene: Scene| with(scene, item("1.36", &both));
        let rows = vec![
            ("listed", whole(on("1.35.4")), Pass),
            ("listed with its patch", whole(on("1.34.9")), Pass),
            ("long-term support only", whole(on("1.31")), Fail),
            ("long-term support that is paid for", whole(paid("1.31")), Pass),
            ("not listed", whole(on("1.30.1")), Fail),
            ("not on a list that is not whole", with(on("1.30"), json!({})), NotAssessed),
            ("listed without a known plan", with(on("1.36"), item("1.36", &["Other"])), NotAssessed),
            ("no version", whole(at(json!(null), json!(null))), NotAssessed),
            ("no number", whole(on("latest")), NotAssessed),
            ("damaged", whole(at(json!(1.35), json!(null))), NotAssessed),
            ("damaged plan", whole(at(json!("1.35"), json!(1))), NotAssessed),
            ("ended by the calendar", on("1.33.4"), Fail),
            ("ended, but paid for", paid("1.33.4"), NotAssessed),
            ("older than the calendar", paid("1.20"), Fail),
            ("alive by the calendar", on("1.34"), NotAssessed),
            ("newer than the calendar", on("1.50"), NotAssessed),
        ];
        scenes(&RULE, rows);
    }
}
