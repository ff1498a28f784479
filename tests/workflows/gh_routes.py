"""What the pretend GitHub has, and what it answers: routes of its REST API over a JSON file. What a job's permissions do not allow is refused."""
import json, os, re, sys, time
from urllib.parse import unquote

HOME = os.environ["PRETEND_GITHUB"]
STATE, CALLS = os.path.join(HOME, "state.json"), os.path.join(HOME, "calls.jsonl")
BOT = {"login": "github-actions[bot]"}
state = json.load(open(STATE))


def fail(words):
    sys.exit(f"gh: {words}")


def note(**call):
    with open(CALLS, "a") as calls:
        calls.write(json.dumps(call) + "\n")


def may(*wanted):
    """One of `wanted`, such as `issues: write`, as GitHub's reference asks of a token."""
    granted = json.loads(os.environ["PRETEND_PERMISSIONS"])
    for permission, level in (want.split(": ") for want in wanted):
        if granted.get(permission) == "write" or granted.get(permission) == level:
            return
    fail(f"HTTP 403: Resource not accessible by integration ({' or '.join(wanted)}; granted: {granted})")


def new(kind):
    state["last"] = state.get("last", 100) + 1
    return {"number" if kind == "issue" else "id": state["last"]}


def counted():
    """A token has a thousand requests an hour."""
    state["requests"] = state.get("requests", 0) + 1
    json.dump(state, open(STATE, "w"))
    if state["requests"] > 1000:
        fail("HTTP 403: API rate limit exceeded for installation.")


def can_read(repository):
    """A job's token reads its own repository and public ones; of another private one it does not know that it exists."""
    token = os.environ.get("GH_TOKEN")
    if not token:
        fail("To use GitHub CLI in a GitHub Actions workflow, set the GH_TOKEN environment variable.")
    visible = repository == state["repository"] or state["others"].get(repository) == "public"
    return visible or (token != "job-token" and repository in state["others"])


def route(method, path, query, fields):
    owner, name, *rest = path.removeprefix("repos/").split("/", 2)
    counted()
    if not path.startswith("repos/") or not can_read(f"{owner}/{name}"):
        fail("HTTP 404: Not Found")
    if not rest:
        return {"full_name": f"{owner}/{name}"}
    if f"{owner}/{name}" != state["repository"]:
        fail(f"this pretend GitHub has nothing of {owner}/{name}")
    path = rest[0]
    for (verb, pattern), answer in ROUTES.items():
        found = re.fullmatch(pattern, path)
        if verb == method and found:
            return answer(query, fields, *found.groups())
    fail(f"this pretend GitHub knows no {method} {path}")


def list_comments(query, fields, number):
    may("issues: read", "pull-requests: read")
    return state["comments"].get(number, [])


def add_comment(query, fields, number):
    may("issues: write", "pull-requests: write")
    if number in state["locked"]:
        fail("HTTP 403: Unable to create comment because issue is locked.")
    state["comments"].setdefault(number, []).append({**new("comment"), "user": BOT, "body": bounded(fields["body"])})


def edit_comment(query, fields, wanted):
    may("issues: write", "pull-requests: write")
    for comments in state["comments"].values():
        for comment in comments:
            if str(comment["id"]) == wanted:
                comment["body"] = bounded(fields["body"])
                return
    fail("HTTP 404: no such comment")


def bounded(body):
    """A comment, an issue or a pull request has so many characters, and no more."""
    if len(body) > 65536:
        fail("HTTP 422: Validation Failed: body is too long (maximum is 65536 characters)")
    return body


def has_issues():
    if state["issues_off"]:
        fail("HTTP 410: Issues are disabled for this repo")


def list_issues(query, fields):
    may("issues: read")
    has_issues()
    kept = [issue for issue in state["issues"] if query.get("state", ["open"])[0] in (issue["state"], "all")]
    return [issue for issue in kept if query.get("creator", [issue["user"]["login"]])[0] == issue["user"]["login"]]


def add_issue(query, fields):
    may("issues: write")
    has_issues()
    if len(fields["title"]) > 256:
        fail("HTTP 422: title is too long (maximum is 256 characters)")
    # What the token may not set is dropped without a word.
    pushes = json.loads(os.environ["PRETEND_PERMISSIONS"]).get("contents") == "write"
    labels = [{"name": name} for name in fields.get("labels[]", []) if pushes]
    assignees = [{"login": login} for login in fields.get("assignees[]", []) if pushes]
    state["issues"].append({**new("issue"), "user": BOT, "state": "open", "title": fields["title"], "body": bounded(fields["body"]), "labels": labels, "assignees": assignees})


def edit_issue(query, fields, number):
    may("issues: write")
    for issue in state["issues"]:
        if str(issue["number"]) == number:
            bounded(fields.get("body", ""))
            issue.update(fields)


def read_status(query, fields, commit):
    may("statuses: read")
    latest = {status["context"].lower(): status for status in state["statuses"].get(commit, [])}
    return {"sha": commit, "statuses": list(latest.values())}


def set_status(query, fields, commit):
    may("statuses: write")
    if len(fields["description"]) > 140:
        fail("HTTP 422: description is too long (maximum is 140 characters)")
    known = state["statuses"].setdefault(commit, [])
    if sum(status["context"].lower() == fields["context"].lower() for status in known) >= 1000:
        fail("HTTP 422: This SHA and context has reached the maximum number of statuses.")
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    known.append({**fields, "updated_at": now})


def list_pulls(query, fields, commit):
    """An index: it knows a commit late, and until then answers with nothing, or as if there were no such commit."""
    may("pull-requests: read")
    if state["late"] > 0:
        state["late"] -= 1
        if state["late_answer"] != 200:
            json.dump(state, open(STATE, "w"))
            fail(f"HTTP {state['late_answer']}: No commit found for SHA: {commit}")
        return []
    # The reduced object lacks the merge commit, and lists open pull requests beside merged ones.
    numbers = state["index"].get(commit, [])
    return [{key: state["pulls"][str(number)][key] for key in ("number", "merged_at", "base", "head")} for number in numbers]


def read_pull(query, fields, number):
    may("pull-requests: read")
    if number not in state["pulls"]:
        fail("HTTP 404: Not Found")
    pull = dict(state["pulls"][number])
    if pull.pop("unsaid", 0) > 0:
        state["pulls"][number]["unsaid"] -= 1
        pull["merge_commit_sha"] = None
    return pull


def read_run(query, fields, number):
    may("actions: read")
    if number not in state["runs"]:
        fail("HTTP 404: Not Found")
    return state["runs"][number]


def list_runs(query, fields, workflow):
    may("actions: read")
    wanted = [run for run in state["runs"].values() if run["path"].endswith("/" + workflow)]
    wanted = [run for run in wanted if run["head_sha"] == query["head_sha"][0] and run["event"] == query["event"][0]]
    return {"total_count": len(wanted), "workflow_runs": sorted(wanted, key=lambda run: -run["id"])}


def rerun(query, fields, number):
    may("actions: write")
    if state["runs"][number].get("in_progress"):
        fail("HTTP 403: This workflow is already running")
    state["runs"][number]["again"] = True


def dispatch(query, fields, workflow):
    may("actions: write")
    state.setdefault("dispatched", []).append([workflow, fields["ref"]])


def read_permission(query, fields, login):
    """Everybody may read a public repository, so only admin and write mean something."""
    if login not in state["people"]:
        fail("HTTP 404: is not a user")
    return {"permission": state["people"][login], "user": {"login": login}}


def react(query, fields, comment):
    may("issues: write", "pull-requests: write")
    state.setdefault("reactions", []).append([comment, fields["content"]])


def add_labels(query, fields, number):
    may("issues: write", "pull-requests: write")
    known = state["labels"].setdefault(number, [])
    known.extend(name for name in fields["labels[]"] if name not in known)


def list_labels(query, fields, number):
    may("issues: read", "pull-requests: read")
    return [{"name": name} for name in state["labels"].get(number, [])]


def drop_label(query, fields, number, name):
    may("issues: write", "pull-requests: write")
    if unquote(name) not in state["labels"].get(number, []):
        fail("HTTP 404: Label does not exist")
    state["labels"][number].remove(unquote(name))


def read_environment(query, fields, name):
    may("actions: read")
    if unquote(name) not in state["environments"]:
        fail("HTTP 404: Not Found")
    return state["environments"][unquote(name)]


def list_artifacts(query, fields):
    may("actions: read")
    # Newest first only by chance.
    named = [artifact for artifact in state["artifacts"] if artifact["name"] == query["name"][0]]
    return {"total_count": len(named), "artifacts": named}


ROUTES = {
    ("GET", r"issues/(\d+)/comments"): list_comments,
    ("POST", r"issues/(\d+)/comments"): add_comment,
    ("PATCH", r"issues/comments/(\d+)"): edit_comment,
    ("GET", r"issues"): list_issues,
    ("POST", r"issues"): add_issue,
    ("PATCH", r"issues/(\d+)"): edit_issue,
    ("GET", r"commits/([0-9a-f]{40})/status"): read_status,
    ("POST", r"statuses/([0-9a-f]{40})"): set_status,
    ("GET", r"commits/([0-9a-f]{40})/pulls"): list_pulls,
    ("GET", r"pulls/(\d+)"): read_pull,
    ("GET", r"actions/runs/(\d+)"): read_run,
    ("GET", r"environments/([^/]+)"): read_environment,
    ("GET", r"actions/workflows/([^/]+)/runs"): list_runs,
    ("POST", r"actions/runs/(\d+)/rerun"): rerun,
    ("POST", r"actions/workflows/([^/]+)/dispatches"): dispatch,
    ("GET", r"collaborators/([^/]+)/permission"): read_permission,
    ("POST", r"issues/comments/(\d+)/reactions"): react,
    ("GET", r"issues/(\d+)/labels"): list_labels,
    ("POST", r"issues/(\d+)/labels"): add_labels,
    ("DELETE", r"issues/(\d+)/labels/([^/]+)"): drop_label,
    ("GET", r"actions/artifacts"): list_artifacts,
}
