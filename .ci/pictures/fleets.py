"""Fleets whose plans are looked at as pictures: one change, 20, 480 alike, 480 half alike, 500 mixed; drift; and a step's summary.
fleets.py HEELER FOLDER"""
import json, os, subprocess, sys

HEELER, ROOM = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
HEAD = "version: 1\nproviders: { datadog: { site: datadoghq.com } }\nlimits: { creates: 9999, deletes: 9999, disruptive: 9999 }\n"
DEFAULT = "defaults: { datadog: { metrics_config: { automute_enabled: false } } }\n"


def row(number, tags):
    account = f"4{number:011d}"
    attributes = {"account_tags": tags, "aws_account_id": account, "aws_partition": "aws", "aws_regions": {"include_all": True}}
    attributes["auth_config"] = {"role_name": "DatadogIntegrationRole", "external_id": "x"}
    attributes["metrics_config"] = {"enabled": True, "collect_custom_metrics": False, "automute_enabled": True}
    return {"id": f"5c0ffee0-0000-4000-8000-{account}", "type": "account", "attributes": attributes}


def entry(number, block):
    return f'  - {{ aws_account_id: "4{number:011d}", name: team-{number % 37}-prod-{number}, datadog: {block} }}\n'


def case(name, head, entries, rows, command="plan"):
    folder = f"{ROOM}/{name}"
    os.makedirs(f"{folder}/heeler/accounts", exist_ok=True)
    for path, text in [("heeler.yaml", HEAD + head), ("accounts/fleet.yaml", "accounts:\n" + "".join(entries)), ("world.json", json.dumps({"datadog": {"data": rows}}))]:
        open(f"{folder}/heeler/{path}", "w").write(text)
    github = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/fleet", "GITHUB_SHA": "0" * 40, "GITHUB_WORKSPACE": folder}
    words = [HEELER, command, "--sandbox=heeler/world.json", "--markdown", f"{ROOM}/{name}.md", "heeler/"]
    if name == "summary":
        # As the first job of apply leaves it for reviewers.
        said = "The environment heeler has required reviewers: one of them is asked before anything is applied.\n\n"
        open(f"{ROOM}/{name}.md", "w").write(said)
        words = [HEELER, command, "--sandbox=heeler/world.json", "--github", "heeler/"]
        github["GITHUB_STEP_SUMMARY"] = f"{ROOM}/{name}.md"
    subprocess.run(words, cwd=folder, env={"PATH": os.environ["PATH"], **github}, stdout=subprocess.DEVNULL)


def mixed(number):
    filters = ["AWS/EC2", "AWS/Usage", "AWS/ElasticMapReduce"][number % 3]
    return entry(number, [
        f"{{ account_tags: [env:prod, 'cost:{number}'] }}",
        "{ aws_regions: { include_only: [eu-west-1] } }",
        f"{{ metrics_config: {{ collect_custom_metrics: true, namespace_filters: {{ exclude_only: [AWS/SQS, {filters}] }} }} }}",
        f"{{ auth_config: {{ role_name: Role{number % 3} }}, account_tags: ['new:{number}'] }}",
        f"{{ resources_config: {{ extended_collection: true }}, account_tags: [env:prod, 'x:{number % 7}'] }}",
    ][number % 5])


def removed(numbers):
    return "removed:\n" + "".join(f'  - {{ aws_account_id: "4{number:011d}", reason: "closed, OPS-{number}" }}\n' for number in numbers)


PROD = ["env:prod"]
own = lambda number: f"{{ account_tags: [env:prod, 'cost:{number}'] }}"
case("one", "", [entry(1, "{ account_tags: [env:prod, team:payments] }")], [row(1, PROD)])
twenty = [entry(number, own(number)) for number in range(17)] + [entry(30, "{ auth_config: { role_name: R } }"), entry(31, "{ aws_regions: { include_only: [eu-west-1] } }")]
case("twenty", removed([40]), twenty, [row(number, PROD) for number in [*range(17), 31, 40]])
case("summary", removed([40]), twenty, [row(number, PROD) for number in [*range(17), 31, 40]])
case("alike-480", DEFAULT, [entry(number, "{}") for number in range(480)], [row(number, PROD) for number in range(480)])
case("half-alike-480", DEFAULT, [entry(number, own(number) if number % 4 else "{}") for number in range(480)], [row(number, PROD) for number in range(480)])
case("mixed-500", DEFAULT + removed(range(600, 606)), [mixed(number) for number in range(494)],
     [row(number, PROD) for number in [*range(494), *range(600, 606)] if number % 5 != 3 or number >= 600])
case("drift", DEFAULT, [entry(number, own(number)) for number in range(60)], [row(number, PROD) for number in range(58)], "drift")
