//! What is in a file is told by its content, in whatever shape `az`, ARM or Resource Graph printed it.

use crate::runs::{audit, binding, cluster, cluster_id, clusters_in, folder, gaps_in, verdict, write};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::io::Write;

fn flattened(name: &str) -> Value {
    json!({"id": cluster_id(name), "name": name, "location": "westeurope", "resourceGroup": "rg", "provisioningState": "Succeeded",
        "enableRbac": true, "apiServerAccessProfile": {"authorizedIpRanges": ["0.0.0.0/0"], "enablePrivateCluster": null}, "fqdn": format!("{name}.hcp")})
}

#[test]
fn every_shape_is_recognised_whatever_the_file_is_called() {
    let shapes: [(&str, Value); 8] = [
        ("az list", json!([cluster("a"), cluster("b")])),
        ("az list, flattened", json!([flattened("a"), flattened("b")])),
        ("ARM list", json!({"value": [cluster("a"), cluster("b")]})),
        ("ARM list with an empty link", json!({"value": [cluster("a"), cluster("b")], "nextLink": null})),
        ("Resource Graph", json!({"count": 2, "data": [cluster("a"), cluster("b")], "totalRecords": 2})),
        (
            "Resource Graph table",
            json!({"data": {"columns": [{"name": "id"}, {"name": "name"}, {"name": "properties"}],
            "rows": [[cluster_id("a"), "a", {"fqdn": "a"}], [cluster_id("b"), "b", {"fqdn": "b"}]]}}),
        ),
        (
            "exchanges",
            json!([{"request": {"method": "GET", "url": "https://management.azure.com/x"}, "response": {"status": 200, "body": {"value": [cluster("a"), cluster("b")]}}}]),
        ),
        ("bindings beside", json!([cluster("a"), cluster("b"), binding("a", "x")])),
    ];
    for (shape, body) in shapes {
        let dir = folder();
        let path = write(dir.path(), "holiday-pictures.txt", body.to_string());
        let (code, said, findings) = audit(&[&path]);
        assert_eq!((code, clusters_in(&findings)), (0, 2), "{shape}: {said}");
    }
}

#[test]
fn az_output_is_judged_like_arm_output() {
    let dir = folder();
    let path = write(dir.path(), "x.json", json!([flattened("a")]).to_string());
    let (_, _, findings) = audit(&[&path]);
    assert_eq!(verdict(&findings, "EXP-01", &cluster_id("a")), "fail");
    assert_eq!(verdict(&findings, "CRED-03", &cluster_id("a")), "pass");
}

#[test]
fn lines_gzip_zip_utf16_and_several_answers_in_a_row_are_read() {
    let lines = format!("{}\n{}\n", cluster("a"), cluster("b"));
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(lines.as_bytes()).expect("memory");
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, body) in [("one.json", cluster("a")), ("sub/two", cluster("b"))] {
        archive.start_file(name, options).expect("memory");
        archive.write_all(body.to_string().as_bytes()).expect("memory");
    }
    let zipped = archive.finish().expect("memory").into_inner();
    let list = json!([cluster("a"), cluster("b")]).to_string();
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(list.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let in_a_row =
        format!("{}\n{}", json!([cluster("a")]), serde_json::to_string_pretty(&json!([cluster("b")])).expect("JSON"));
    let files: [(&str, Vec<u8>); 5] = [
        ("lines", lines.into_bytes()),
        ("gzip", gzip.finish().expect("memory")),
        ("zip", zipped),
        ("utf16", utf16),
        ("several", in_a_row.into_bytes()),
    ];
    for (name, bytes) in files {
        let dir = folder();
        let path = write(dir.path(), name, bytes);
        let (code, said, findings) = audit(&[&path]);
        assert_eq!((code, clusters_in(&findings)), (0, 2), "{name}: {said}");
    }
}

#[test]
fn a_list_of_bindings_makes_their_absence_a_fact_and_nothing_else_does() {
    let dir = folder();
    let alone = write(dir.path(), "clusters.json", json!([cluster("a"), cluster("b")]).to_string());
    let (_, _, findings) = audit(&[&alone]);
    assert_eq!(verdict(&findings, "TA-11", &cluster_id("a")), "not-assessed", "unread bindings are not none");
    let list = write(dir.path(), "bindings.json", json!([binding("a", "x")]).to_string());
    let empty = write(dir.path(), "empty.json", json!({"request": {"method": "GET", "url": format!("https://management.azure.com{}/trustedAccessRoleBindings?api-version=2025-10-01", cluster_id("b"))}, "response": {"status": 200, "body": {"value": []}}}).to_string());
    let (_, _, findings) = audit(&[&alone, &list, &empty]);
    assert_eq!(verdict(&findings, "TA-11", &cluster_id("a")), "pass");
    assert_eq!(verdict(&findings, "TA-06", &format!("{}/trustedAccessRoleBindings/x", cluster_id("a"))), "pass");
    assert_eq!(verdict(&findings, "TA-11", &cluster_id("b")), "pass");
    assert_eq!(verdict(&findings, "TA-06", &cluster_id("b")), "not-applicable");
}

#[test]
fn a_page_that_was_not_followed_is_a_gap_until_it_is_there() {
    let next = "https://management.azure.com/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.ContainerService/managedClusters?$skipToken=10";
    let dir = folder();
    let first = write(dir.path(), "first", json!({"value": [cluster("a")], "nextLink": next}).to_string());
    let (code, _, findings) = audit(&[&first]);
    assert_eq!(code, 0);
    assert!(
        gaps_in(&findings).iter().any(|gap| gap.contains("page-missing") && gap.contains("first")),
        "{:?}",
        gaps_in(&findings)
    );
    let second = write(
        dir.path(),
        "second",
        json!({"request": {"url": next}, "response": {"body": {"value": [cluster("b")]}}}).to_string(),
    );
    let (_, _, findings) = audit(&[&first, &second]);
    assert!(!gaps_in(&findings).iter().any(|gap| gap.contains("page-missing")), "{:?}", gaps_in(&findings));
    assert_eq!(clusters_in(&findings), 2);
    let cut = write(dir.path(), "graph", json!({"data": [cluster("a")], "$skipToken": "abc"}).to_string());
    let (_, _, findings) = audit(&[&cut]);
    assert!(gaps_in(&findings).iter().any(|gap| gap.contains("page-missing")));
}

#[test]
fn the_same_cluster_read_twice_counts_once_and_a_contradiction_is_said() {
    let dir = folder();
    let open =
        json!({"id": cluster_id("a"), "name": "a", "properties": {"provisioningState": "Succeeded", "fqdn": "a.hcp"}});
    let one = write(dir.path(), "one", json!([cluster("a")]).to_string());
    let same = write(dir.path(), "same", json!({"value": [cluster("a")]}).to_string());
    let other = write(dir.path(), "other", json!([open]).to_string());
    let (_, _, findings) = audit(&[&one, &same]);
    assert_eq!((clusters_in(&findings), gaps_in(&findings).len()), (1, 0));
    for files in [[&one, &other], [&other, &one]] {
        let (_, _, findings) = audit(&[files[0], files[1]]);
        assert_eq!(clusters_in(&findings), 1);
        assert!(gaps_in(&findings).iter().any(|gap| gap.contains("contradiction")));
        assert_eq!(
            verdict(&findings, "EXP-01", &cluster_id("a")),
            "not-assessed",
            "neither of two stories may win in silence"
        );
    }
}
