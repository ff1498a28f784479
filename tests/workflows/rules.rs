//! What the pretend GitHub and the runner refuse, lose and keep, each shown by a workflow of a few lines.

use serde_json::json;

use crate::runner::{Ended, Run};
use crate::stage::Stage;

/// A workflow of one job with these permissions and steps.
pub fn one_job(permissions: &str, steps: &str) -> String {
    let steps: String = steps.trim_matches('\n').lines().map(|line| format!("      {line}\n")).collect();
    format!(
        "name: toy\non: {{ workflow_call: {{ inputs: {{}}, secrets: {{}} }} }}\npermissions: {{}}\ndefaults: {{}}\njobs:\n  toy:\n    name: toy\n    \
         runs-on: any\n    timeout-minutes: 5\n    permissions: {{ {permissions} }}\n    steps:\n{steps}"
    )
}

/// A script, as the only step of a job that may do this.
fn script(stage: &Stage, permissions: &[(&str, &str)], lines: &str) -> Ended {
    toy(
        stage,
        permissions,
        &format!(
            "- name: Do\n  id: do\n  env: {{ GH_TOKEN: \"${{{{ github.token }}}}\" }}\n  run: |\n{}",
            indented(lines)
        ),
    )
}

fn indented(lines: &str) -> String {
    lines.trim_matches('\n').lines().map(|line| format!("    {line}\n")).collect()
}

fn toy(stage: &Stage, permissions: &[(&str, &str)], steps: &str) -> Ended {
    run(stage, permissions, steps).job("toy")
}

fn run<'a>(stage: &'a Stage, permissions: &[(&str, &str)], steps: &str) -> Run<'a> {
    let wanted: Vec<String> = permissions.iter().map(|(name, level)| format!("{name}: {level}")).collect();
    stage.toy(&one_job(&wanted.join(", "), steps), permissions)
}

const ISSUES: [(&str, &str); 1] = [("issues", "write")];

#[test]
fn texts_over_their_length_are_refused_and_a_summary_over_a_mebibyte_is_lost() {
    let stage = Stage::new("lengths");
    let long = |what: &str| format!("long=$(printf '%*s' {what} '' | tr ' ' x)\n");
    let create =
        "gh api --method POST repos/acme/fleet/issues -f title=\"${title:-t}\" -f body=\"${body:-b}\" --silent\n";
    script(&stage, &ISSUES, &format!("{}body=$long\n{create}", long("65536"))).is("success");
    script(&stage, &ISSUES, &format!("{}body=$long\n{create}", long("65537")))
        .is("failure")
        .says("body is too long (maximum is 65536 characters)");
    // Comments too, new and edited; a character of several bytes is one.
    let wide = |what: &str| format!("printf '%*s' {what} '' | sed 's/ /ä/g' > long\n");
    let comment = "gh api --method POST repos/acme/fleet/issues/7/comments -F body=@long --silent\n";
    let edit = "gh api --method PATCH repos/acme/fleet/issues/comments/102 -F body=@long --silent\n";
    let edit_issue = "gh api --method PATCH repos/acme/fleet/issues/101 -F body=@long --silent\n";
    script(&stage, &ISSUES, &format!("{}{comment}", wide("65536"))).is("success");
    for write in [comment, edit, edit_issue] {
        script(&stage, &ISSUES, &format!("{}{write}", wide("65537"))).is("failure").says("body is too long");
    }
    script(&stage, &ISSUES, &format!("{}title=$long\n{create}", long("257"))).is("failure").says("title is too long");
    let status = format!(
        "gh api --method POST repos/acme/fleet/statuses/{} -f state=success -f context=c -f description=\"$long\" --silent\n",
        stage.repository.tip()
    );
    let may = [("statuses", "write")];
    script(&stage, &may, &format!("{}{status}", long("140"))).is("success");
    script(&stage, &may, &format!("{}{status}", long("141")))
        .is("failure")
        .says("description is too long (maximum is 140 characters)");

    let write = |bytes: &str| format!("{}printf %s \"$long\" >> \"$GITHUB_STEP_SUMMARY\"\n", long(bytes));
    assert_eq!(script(&stage, &[], &write("1048576")).is("success").summary.len(), 1_048_576);
    let lost = script(&stage, &[], &write("1048577")).is("success").says("upload aborted");
    assert_eq!(lost.summary, "");
}

#[test]
fn a_context_has_no_case_and_takes_a_thousand_statuses_of_a_commit() {
    let stage = Stage::new("contexts");
    let tip = stage.repository.tip();
    let post = format!(
        "gh api --method POST repos/acme/fleet/statuses/{tip} -f state=failure -f context=HEELER/Apply/Default -f description=d --silent\n"
    );
    let may = [("statuses", "write")];
    let read = format!("gh api repos/acme/fleet/commits/{tip}/status | jq -c '[.statuses[] | [.context, .state]]'\n");
    script(&stage, &may, &(post.clone() + &read)).is("success").says("[[\"HEELER/Apply/Default\",\"failure\"]]");
    // There is no way to take one back.
    script(&stage, &may, &format!("gh api --method DELETE repos/acme/fleet/statuses/{tip} --silent")).is("failure");
    stage.github.change(|state| {
        let statuses = state["statuses"][&tip].as_array_mut().unwrap();
        let one = statuses.last().unwrap().clone();
        statuses.extend(std::iter::repeat_n(one, 999));
    });
    script(&stage, &may, &post).is("failure").says("This SHA and context has reached the maximum number of statuses");
}

#[test]
fn issues_that_are_off_locked_threads_and_labels_without_push_access() {
    let stage = Stage::new("issues-rules");
    let create = "gh api --method POST repos/acme/fleet/issues -f title=t -f body=b -f 'labels[]=drift' --silent\n";
    script(&stage, &ISSUES, create).is("success");
    assert_eq!(stage.github.issues()[0]["labels"], json!([]), "labels were kept though the token may not push");
    script(&stage, &[("issues", "write"), ("contents", "write")], create).is("success");
    assert_eq!(stage.github.issues()[1]["labels"], json!([{ "name": "drift" }]));
    let list = "gh api --paginate repos/acme/fleet/issues | jq -s -c 'length'\n";
    script(&stage, &ISSUES, create).is("success");
    script(&stage, &ISSUES, list).is("success").says("\n2\n");
    stage.github.change(|state| state["issues_off"] = json!(true));
    script(&stage, &ISSUES, create).is("failure").says("HTTP 410");
    stage.github.change(|state| state["locked"] = json!(["7"]));
    let comment = "gh api --method POST repos/acme/fleet/issues/7/comments -f body=b --silent\n";
    script(&stage, &ISSUES, comment).is("failure").says("Unable to create comment because issue is locked.");
}

#[test]
fn a_pull_request_lacks_its_merge_commit_for_a_moment_and_the_list_always() {
    let stage = Stage::new("merge-commit");
    stage.propose(7, "README.md", "Another line.\n");
    let tip = stage.merged(7);
    stage.github.change(|state| state["pulls"]["7"]["unsaid"] = json!(1));
    let may = [("pull-requests", "read")];
    let read = || script(&stage, &may, "gh api repos/acme/fleet/pulls/7 | jq -c .merge_commit_sha").is("success");
    read().says("null");
    read().says(&tip);
    let list = format!("gh api repos/acme/fleet/commits/{tip}/pulls | jq -c '.[0] | [.number, .merge_commit_sha]'");
    script(&stage, &may, &list).is("success").says("[7,null]");
}

#[test]
fn comments_have_authors_and_who_may_write_can_edit_anybodys() {
    let stage = Stage::new("authors");
    stage.github.comment(7, "someone", "<!-- heeler:plan:default -->\nmine");
    let edit = "gh api --method PATCH repos/acme/fleet/issues/comments/10 -f body=b --silent\n";
    script(&stage, &[("issues", "read")], edit).is("failure").says("HTTP 403");
    script(&stage, &ISSUES, edit).is("success");
    assert_eq!(stage.github.comments(7), ["b"]);
}

#[test]
fn a_log_sets_outputs_files_win_and_a_refused_command_fails_the_step() {
    let stage = Stage::new("log-commands");
    let output = |lines: &str| {
        let steps = format!(
            "- name: Do\n  id: do\n  run: |\n{}- name: See\n  run: echo \"a is $A\"\n  env: {{ A: \"${{{{ steps.do.outputs.a }}}}\" }}\n",
            indented(lines)
        );
        let mut run = run(&stage, &[], &steps);
        run.ground.meant = &["set-output", "set-env"];
        run.job("toy")
    };
    output("echo '::set-output name=a::log'").is("success").says("a is log");
    output("printf 'x\\r  ::set-output name=a::return'").is("success").says("a is return");
    output("echo '::set-output name=a::log'\necho a=file >> \"$GITHUB_OUTPUT\"").is("success").says("a is file");
    output("echo '::set-env name=A::x'").is("failure");
    output("echo '::set-output a::x'").is("failure");
    output("echo words >> \"$GITHUB_OUTPUT\"").is("failure").says("Invalid format 'words'");
    output("printf 'a<<E\\nx\\n' >> \"$GITHUB_OUTPUT\"").is("failure").says("Matching delimiter not found 'E'");
    output("printf 'a<<E\\nx\\nE' >> \"$GITHUB_OUTPUT\"").is("failure").says("EOF value must be followed by a newline");
}

#[test]
fn artifacts_belong_to_a_run_and_a_name_is_taken_once() {
    let stage = Stage::new("artifacts");
    let upload = |more: &str| {
        format!(
            "- name: Make\n  run: mkdir -p kept && echo words > kept/file\n- uses: actions/upload-artifact@v7\n  with: {{ name: kept, path: kept{more} }}\n"
        )
    };
    toy(&stage, &[], &(upload("") + &upload(""))).is("failure").says("(409) Conflict");
    let mut twice = run(&stage, &[], &(upload("") + &upload(", overwrite: true")));
    twice.job("toy").is("success");
    let ids = |stage: &Stage| {
        stage.github.state()["artifacts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|artifact| artifact["id"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&stage), [1, 3], "of one name in two runs, with new ids");

    // Neither event nor workflow is told by the list.
    let list =
        script(&stage, &[("actions", "read")], "gh api 'repos/acme/fleet/actions/artifacts?name=kept&per_page=100'")
            .is("success");
    assert!(!list.log.contains("event") && !list.log.contains("referenced_workflows"), "{}", list.log);

    let id = twice.contexts["github"]["run_id"].as_str().unwrap().to_owned();
    let download = |name: &str| {
        script(
            &stage,
            &[("actions", "read")],
            &format!("gh run download {id} --repo acme/fleet --name {name} --dir got && cat got/file"),
        )
    };
    download("kept").is("success").says("words");
    download("other").is("failure").says("no artifact matches any of the names or patterns provided");
    stage.github.change(|state| state["artifacts"][1]["expired"] = json!(true));
    download("kept").is("failure").says("no valid artifacts found to download");
    // Another attempt puts those of the first out of reach.
    twice.again();
    assert_eq!(ids(&stage), [1]);
}

#[test]
fn several_paths_are_laid_under_the_folder_that_holds_them_all() {
    let stage = Stage::new("several-paths");
    let steps = "- name: Make\n  run: |\n    mkdir -p \"$RUNNER_TEMP/report\"\n    echo a > \"$RUNNER_TEMP/report/applied.json\"\n    echo b > deleted.json\n    \
                 echo c > \"$RUNNER_TEMP/report/.hidden\"\n- uses: actions/upload-artifact@v7\n  with:\n    name: kept\n    path: |\n      ${{ runner.temp }}/report\n      deleted.json\n";
    toy(&stage, &[], steps).is("success");
    let kept = stage.github.artifact("kept");
    assert!(kept.join("temp/report/applied.json").exists() && kept.join("workspace/deleted.json").exists());
    assert!(!kept.join("temp/report/.hidden").exists());
}

#[test]
fn a_script_ends_at_its_first_failure_and_that_of_a_pipe() {
    let stage = Stage::new("bash");
    script(&stage, &[], "false | true\necho reached").is("failure").does_not_say("reached");
    script(&stage, &[], "false\necho reached").is("failure").does_not_say("reached");
    script(&stage, &[], "echo \"$-\"").is("success").says("e");
}

#[test]
fn a_list_has_pages_and_without_asking_there_is_the_first_alone() {
    let stage = Stage::new("pages");
    for number in [7, 8, 9] {
        let name = "kept".to_owned();
        let file = stage.folder.write(&format!("file-{number}"), "words");
        stage.github.keep_own(&name, number, &stage.repository.tip(), &[("file".into(), file)]);
    }
    let list = |paginate: &str| {
        let lines = format!(
            "gh api {paginate} 'repos/acme/fleet/actions/artifacts?name=kept&per_page=100' | jq -s -c '[.[].artifacts | length]'"
        );
        script(&stage, &[("actions", "read")], &lines).is("success")
    };
    list("").says("[2]");
    list("--paginate").says("[2,1]");
}

#[test]
fn a_token_reads_public_repositories_and_its_own_and_is_counted() {
    let stage = Stage::new("token");
    stage.github.change(|state| state["others"] = json!({ "acme/secret": "private", "heeler-dev/heeler": "public" }));
    let read =
        |repository: &str| script(&stage, &[("contents", "read")], &format!("gh api repos/{repository} --silent"));
    read("heeler-dev/heeler").is("success");
    read("acme/fleet").is("success");
    read("acme/secret").is("failure").says("HTTP 404");
    read("acme/none").is("failure").says("HTTP 404");
    script(&stage, &[], "gh api repos/acme/fleet/issues --silent")
        .is("failure")
        .says("HTTP 403: Resource not accessible by integration");
    stage.github.change(|state| state["requests"] = json!(1000));
    read("acme/fleet").is("failure").says("API rate limit exceeded");
}
