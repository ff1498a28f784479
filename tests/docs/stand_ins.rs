//! Programs that are not ours, as far as the pages use them. Each notes how it was called, in the file `calls`.
//!
//! `cargo run -- ARGS` becomes `heeler ARGS` (`.ci/run` runs the real command), `curl` answers with a listing, with a
//! release, or with what the emulated vendor says, `terraform` with a state.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::ROOT;
use super::support::Folder;

const PROGRAMS: &[(&str, &str)] = &[
    ("heeler", r#"exec "$HEELER" "$@""#),
    ("cargo", r#"case "$*" in 'run --release -- '*) shift 3; cd "$ROOT"; exec "$HEELER" "$@";; esac"#),
    (
        "curl",
        r#"case "$*" in
            *iam_permissions*) args=(); for word; do args+=("${word/https:\/\/api.$DD_SITE/$DD_HOST}"); done; PATH=$REAL_PATH exec curl "${args[@]}" ;;
            *.tar.gz) pack; exit ;;
            *'--data @-'*) cat > /dev/null ;;
        esac
        to=; for word; do if [ "$to" = --output ]; then cp "$FOLDER/listing.json" "$word"; fi; to=$word; done
        cat "$FOLDER/listing.json""#,
    ),
    (
        "gh",
        r#"case "$1 $2 $*" in
            'repo clone'*) mkdir -p "$4"; cp -r "$ROOT/.github" "$4" ;;
            'repo create'*) mkdir -p "$3" ;;
            *'--input -') jq --exit-status . > "$FOLDER/input.json" ;;
            'release download'*) pack ;;
        esac"#,
    ),
    ("terraform", r#"case "$1" in show) cat "$FOLDER/bin/state.json" ;; plan) echo 'No changes.' ;; esac"#),
    ("docker", r#"case "$*" in *--version) echo 'heeler 0.1.0' ;; esac"#),
    ("aws", r#"case "$2" in list-roots) echo r-acme ;; esac"#),
    ("cfn-lint", ""),
];

/// What a release holds, on stdout.
const PACK: &str = r#"pack() { tar -cz -C "$FOLDER" --transform 's#^bin#heeler-0.1.0#' bin/heeler; }"#;

/// Puts them into the folder's `bin`, with what they answer with.
pub fn put_into(folder: &Folder) {
    for (name, script) in PROGRAMS {
        let note = format!("echo \"{name} $*\" >> \"$FOLDER/calls\"");
        let script = format!("#!/usr/bin/env bash\nset -eu\n{PACK}\n{note}\n{}\n", script.replace("$ROOT", ROOT));
        let path = folder.write(&format!("bin/{name}"), &script);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let world = folder.json("world.json");
    folder.write("listing.json", &world["datadog"].to_string());
    folder.write("bin/state.json", &state(&world["datadog"]["data"]).to_string());
}

/// A Terraform state of the first two accounts of a listing.
fn state(rows: &Value) -> Value {
    let resource = |row: &Value| {
        let mut values = row["attributes"].clone();
        let role = values["auth_config"].take();
        values["auth_config"] = json!({ "aws_auth_config_role": role, "aws_auth_config_keys": null });
        let name = format!("datadog_integration_aws_account.this[{}]", values["aws_account_id"]);
        json!({ "address": name, "mode": "managed", "type": "datadog_integration_aws_account", "values": values, "sensitive_values": {} })
    };
    let resources: Vec<Value> = rows.as_array().unwrap().iter().take(2).map(resource).collect();
    json!({ "format_version": "1.0", "values": { "root_module": { "resources": resources } } })
}
