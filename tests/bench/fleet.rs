//! `make bench`: figures, committed in docs/performance.md. Compare ratios within one run; machines are noisy.

#![expect(clippy::expect_used, reason = "a benchmark that cannot be set up has failed")]

use quay_model::Settings;
use quay_pipeline::{Audited, Format, Source, take, write_one};
use serde_json::{Value, json};

const MOMENT: &str = "2026-11-23T12:00:00Z";

fn main() {
    divan::main();
}

/// A generated fleet of clusters that differ, as a file of one object per line.
fn fleet_file(count: usize) -> tempfile::NamedTempFile {
    use std::io::Write;
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    for n in 0..count {
        let ranges = match n % 4 {
            0 => Value::Null,
            1 => json!(["203.0.113.0/28"]),
            2 => json!(["203.0.113.0/28", "AzureCloud"]),
            _ => json!(["0.0.0.0/1", "128.0.0.0/1"]),
        };
        let id = format!(
            "/subscriptions/s{}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c{n}",
            n % 200
        );
        let body = json!({"id": id, "name": format!("c{n}"), "location": "westeurope", "tags": {"owner": format!("o{}", n % 50)},
            "identity": {"type": "SystemAssigned"},
            "properties": {"provisioningState": "Succeeded", "fqdn": format!("c{n}.hcp"), "enableRBAC": true, "disableLocalAccounts": n % 2 == 0,
                "apiServerAccessProfile": {"authorizedIPRanges": ranges}, "networkProfile": {"networkPolicy": "cilium"}}});
        writeln!(file, "{body}").expect("writable");
    }
    file
}

fn read(file: &tempfile::NamedTempFile) -> quay_model::Snapshot {
    take(&Source::Files(vec![file.path().to_owned()]), MOMENT, &mut |_| true).snapshot
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn rules_over_100_000_clusters(bencher: divan::Bencher<'_, '_>) {
    let file = fleet_file(100_000);
    let snapshot = read(&file);
    bencher
        .with_inputs(|| snapshot.clone())
        .bench_values(|snapshot| Audited::of(snapshot, MOMENT, &Settings::default()).audit.verdicts.len());
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn reading_4_243_clusters(bencher: divan::Bencher<'_, '_>) {
    let file = fleet_file(4243);
    bencher.bench(|| read(&file).documents.len());
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn pdf_for_500_clusters(bencher: divan::Bencher<'_, '_>) {
    let file = fleet_file(500);
    let audited = Audited::of(read(&file), MOMENT, &Settings::default());
    let folder = tempfile::tempdir().expect("a temporary folder");
    bencher.bench(|| write_one(&audited, &folder.path().join("report.pdf"), Format::Pdf).expect("written").sha256);
}
