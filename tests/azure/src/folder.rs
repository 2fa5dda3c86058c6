//! A fleet out of a folder of documents: files of one object, a list, an answer with `value`, or one object a line.

use crate::fleet::generate;
use crate::world::World;
use serde_json::Value;
use std::path::Path;
use std::{fs, io};

/// Every JSON file of a folder, in the order of their names.
pub fn read_folder(folder: &Path) -> io::Result<World> {
    let mut world = generate(0, 0, 0);
    world.management_groups.clear();
    let mut files: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    for file in files {
        let path = file.path();
        if path.extension().is_some_and(|ending| ending == "json" || ending == "jsonl") {
            let text = fs::read_to_string(&path)?;
            let values: Result<Vec<Value>, _> =
                serde_json::Deserializer::from_str(&text).into_iter::<Value>().collect();
            let values = values.map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?;
            values.into_iter().for_each(|value| add(&mut world, value));
        }
    }
    for_unnamed_subscriptions(&mut world);
    Ok(world)
}

fn add(world: &mut World, mut value: Value) {
    match value {
        Value::Array(items) => items.into_iter().for_each(|item| add(world, item)),
        Value::Object(_) if value["value"].is_array() => add(world, value["value"].take()),
        Value::Object(_) => world.add(value),
        _ => {}
    }
}

/// A folder of clusters need not name their subscriptions.
fn for_unnamed_subscriptions(world: &mut World) {
    // what stands above subscriptions names none
    let own = world.all().filter_map(|(id, _)| id.strip_prefix("/subscriptions/")?.split('/').next());
    let ids: Vec<String> = own.map(str::to_owned).collect();
    for id in ids {
        if world.subscription(&id).is_none() {
            let tenant = world.tenant.clone();
            world.subscriptions.push(serde_json::json!({"id": format!("/subscriptions/{id}"), "subscriptionId": id, "tenantId": tenant, "displayName": id, "state": "Enabled"}));
        }
    }
}
