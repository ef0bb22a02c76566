//! What the project holds itself to: lints in every crate, a reason for each exception, dependencies
//! that are listed, and promises whose tests exist.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Licences that what is published may depend on. `MPL-2.0` is that of parts of the HTML parser, which
/// are used as they are.
const LICENCES: [&str; 11] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().unwrap()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What cargo knows of the workspace.
fn metadata() -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let ran = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{told}");
    serde_json::from_slice(&ran.stdout).unwrap()
}

fn strings(value: &Value) -> Vec<&str> {
    let values = value.as_array().unwrap().iter();
    values.map(|value| value.as_str().unwrap()).collect()
}

/// The packages of the workspace, and the rest.
fn packages(metadata: &Value) -> (Vec<&Value>, BTreeMap<&str, &Value>) {
    let members: BTreeSet<&str> = strings(&metadata["workspace_members"])
        .into_iter()
        .collect();
    let mut own = Vec::new();
    let mut others = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let id = package["id"].as_str().unwrap();
        match members.contains(id) {
            true => own.push(package),
            false => _ = others.insert(id, package),
        }
    }
    (own, others)
}

#[test]
fn every_crate_has_the_lints() {
    let metadata = metadata();
    let (own, _) = packages(&metadata);
    assert!(own.len() > 8);
    for package in own {
        let path = package["manifest_path"].as_str().unwrap();
        let manifest: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
        let lints = manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"));
        assert_eq!(lints.and_then(toml::Value::as_bool), Some(true), "{path}");
    }
    let workspace: toml::Table = read("Cargo.toml").parse().unwrap();
    let lints = &workspace["workspace"]["lints"];
    assert_eq!(lints["rust"]["unsafe_code"].as_str(), Some("forbid"));
    for lint in [
        "expect_used",
        "indexing_slicing",
        "panic",
        "todo",
        "unimplemented",
        "unreachable",
        "unwrap_used",
        "allow_attributes_without_reason",
    ] {
        assert_eq!(lints["clippy"][lint].as_str(), Some("warn"), "{lint}");
    }
    assert!(read(".ci/run").contains("clippy --workspace --all-targets --locked -- -D warnings"));
}

/// What the compiler evaluates cannot panic when it runs: the only exception that library code has from
/// the lints against panics.
const EXCEPTION: &str = "reason = \"evaluated by the compiler only\"";

#[test]
fn libraries_have_no_exceptions() {
    let metadata = metadata();
    let (own, _) = packages(&metadata);
    let mut exceptions = Vec::new();
    for package in own.iter().filter(|package| package["publish"].is_null()) {
        let manifest = Path::new(package["manifest_path"].as_str().unwrap());
        let mut folders = vec![manifest.with_file_name("src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|end| end == "rs") {
                    let text = std::fs::read_to_string(&path).unwrap();
                    exceptions.extend(exception(&text).map(|line| format!("{path:?}: {line}")));
                }
            }
        }
    }
    assert!(exceptions.is_empty(), "{exceptions:#?}");
}

/// The first exception from a lint against panics that is not for tests.
fn exception(text: &str) -> Option<&str> {
    let code = text.split("#[cfg(test)]").next()?;
    let lints = [
        "unwrap_used",
        "expect_used",
        "clippy::panic",
        "indexing_slicing",
        "unreachable",
    ];
    code.lines().find(|line| {
        let is_attribute = line.contains("allow(") || line.contains("expect(");
        is_attribute && lints.iter().any(|lint| line.contains(lint)) && !line.contains(EXCEPTION)
    })
}

/// Each dependency of what is published stands in `docs/DEPENDENCIES.md` with its licence and with what
/// it is for, and nothing else does.
#[test]
fn dependencies_are_listed() {
    let metadata = metadata();
    let (own, others) = packages(&metadata);
    let licences: BTreeMap<&str, &str> = others
        .values()
        .filter_map(|package| Some((package["name"].as_str()?, package["license"].as_str()?)))
        .collect();
    let listed: BTreeMap<String, (String, String)> = read("docs/DEPENDENCIES.md")
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .map(|(name, rest)| {
            let (licence, purpose) = rest.split_once(" | ").unwrap();
            let purpose = purpose.trim_end_matches(" |").to_string();
            (name.to_string(), (licence.to_string(), purpose))
        })
        .collect();
    let mut needed = BTreeSet::new();
    for package in own.iter().filter(|package| package["publish"].is_null()) {
        for dependency in package["dependencies"].as_array().unwrap() {
            let name = dependency["name"].as_str().unwrap();
            if dependency["kind"] == "dev" || name.starts_with("vietsearch") {
                continue;
            }
            needed.insert(name);
            let Some((licence, purpose)) = listed.get(name) else {
                panic!("{name} is not listed");
            };
            assert!(purpose.len() > 10, "{name}: what is it for?");
            // One that is optional may not be known here.
            if let Some(known) = licences.get(name) {
                assert_eq!(licence, known, "{name}");
            }
        }
    }
    let useless: Vec<_> = listed
        .keys()
        .filter(|name| !needed.contains(name.as_str()))
        .collect();
    assert!(useless.is_empty(), "nothing needs {useless:?}");
}

/// True if one of the licences that may be chosen is allowed, of each part that must be met.
fn is_allowed(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
    plain.split(" AND ").all(|part| {
        let mut choices = part.split(" OR ").map(str::trim);
        choices.any(|choice| LICENCES.contains(&choice))
    })
}

#[test]
fn licences_of_all_dependencies_are_allowed() {
    let metadata = metadata();
    let (own, others) = packages(&metadata);
    let nodes: BTreeMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| (node["id"].as_str().unwrap(), node))
        .collect();
    let published = own.iter().filter(|package| package["publish"].is_null());
    let mut open: Vec<&str> = published.map(|own| own["id"].as_str().unwrap()).collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        for dependency in nodes[id]["deps"].as_array().unwrap() {
            let kinds = dependency["dep_kinds"].as_array().unwrap();
            if kinds.iter().any(|kind| kind["kind"] != "dev") {
                open.push(dependency["pkg"].as_str().unwrap());
            }
        }
    }
    let foreign = seen.iter().filter_map(|id| others.get(id));
    let mut checked = 0;
    for package in foreign {
        let licence = package["license"].as_str().unwrap_or("none");
        assert!(is_allowed(licence), "{}: {licence}", package["name"]);
        checked += 1;
    }
    assert!(checked > 50, "{checked}");
    assert!(!is_allowed("GPL-3.0-only") && !is_allowed("MIT AND GPL-3.0-only"));
}

/// Each promise of `docs/PROMISES.md` names tests, as `file::function`, and all of them exist.
#[test]
fn promises_have_tests() {
    let page = read("docs/PROMISES.md");
    let mut promises = 0;
    let mut rows = 0;
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        rows += 1;
        let names: Vec<&str> = line
            .split('`')
            .filter(|quoted| quoted.contains(".rs::"))
            .collect();
        if line.starts_with("| promise") {
            continue;
        }
        assert!(!names.is_empty(), "no test holds this: {line}");
        for name in names {
            let (file, function) = name.split_once("::").unwrap();
            let code = read(file);
            let Some((before, _)) = code.split_once(&format!("fn {function}(")) else {
                panic!("{file} has no {function}");
            };
            // Between the attribute and the function other attributes may stand.
            let marked = before.rsplit("\n\n").next().unwrap();
            assert!(
                marked.contains("#[test]"),
                "{function} in {file} is no test"
            );
        }
        promises += 1;
    }
    assert!(promises > 20 && rows > promises, "{promises} promises");
}
