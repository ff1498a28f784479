#!/usr/bin/env bash
# Finds what the branch holds and no apply has finished: commits, the pull requests that brought them, and their reviewed plans.
#
# In:  CONFIG, HEELER_PATH, PLANS_OF, GH_TOKEN, and the runner's own variables.
# Out: commit, unapplied, pulls and state in GITHUB_OUTPUT; in RUNNER_TEMP the files heeler-commits (one commit a line), heeler-pulls
#      ("NUMBER HEAD" a line) and heeler-plans/NUMBER/plan.json.
set -euo pipefail

# GitHub's index from a commit to its pull request is tens of seconds late: it is asked so often, with so many seconds between.
TRIES=12
PAUSE=10
# A commit that is older than this many seconds is in it.
SETTLED=900

repository="repos/$GITHUB_REPOSITORY"
commits=$RUNNER_TEMP/heeler-commits
pulls=$RUNNER_TEMP/heeler-pulls
plans=$RUNNER_TEMP/heeler-plans

main() {
  [[ $CONFIG =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] || fail "config: letters, digits, dots, dashes and underscores only"
  # Every word of every line is a path.
  IFS=$' \t\r\n' read -r -d '' -a paths <<< "$HEELER_PATH" || true
  [ "${#paths[@]}" -gt 0 ] || fail "path: it names nothing"
  mkdir -p "$plans"
  : > "$commits"
  : > "$pulls"
  find_commits
  # "Run workflow" is approved by itself; no pull request has a part in it.
  if [ "$GITHUB_EVENT_NAME" = workflow_dispatch ]; then return; fi
  find_pulls
  sort -u -o "$pulls" "$pulls"
  while read -r number head; do fetch_plan "$number" "$head"; done < "$pulls"
  echo "pulls=$(cut -d ' ' -f 1 "$pulls" | sort -un | tr '\n' ' ' | sed 's/ $//')" >> "$GITHUB_OUTPUT"
}

fail() {
  echo "::error::$1"
  exit 1
}

# From the newest commit of the config back to the one whose status says that it is applied. Contexts have no case.
find_commits() {
  local commit state newest="" tip=""
  while read -r commit; do
    gh api "$repository/commits/$commit/status?per_page=100" > "$RUNNER_TEMP/heeler-status.json"
    state=$(jq -r --arg context "heeler/apply/$CONFIG" \
      '[.statuses[] | select((.context | ascii_downcase) == ($context | ascii_downcase)) | .state][0] // empty' "$RUNNER_TEMP/heeler-status.json")
    if [ -z "$tip" ]; then
      tip=$commit newest=$state
      echo "state=$state" >> "$GITHUB_OUTPUT"
    fi
    if [ "$state" = success ]; then break; fi
    echo "$commit" >> "$commits"
  done < <(git log --first-parent --max-count=50 --format=%H -- "${paths[@]}")
  tip=${tip:-$(git rev-parse HEAD)}
  echo "commit=$tip" >> "$GITHUB_OUTPUT"
  # The schedule is for merges that started no run. What has a status has had its run; what is young may be about to have it.
  if [ "$GITHUB_EVENT_NAME" = schedule ] && { [ -n "$newest" ] || is_young "$tip"; }; then : > "$commits"; fi
  echo "unapplied=$(wc -l < "$commits" | tr -d ' ')" >> "$GITHUB_OUTPUT"
}

# The pull requests that brought the commits. All that the index does not know yet are waited for together.
find_pulls() {
  local left=$RUNNER_TEMP/heeler-left still=$RUNNER_TEMP/heeler-still commit try
  while read -r commit; do
    by_subject "$commit" || echo "$commit"
  done < "$commits" > "$left"
  for ((try = 1; try <= TRIES; try++)); do
    : > "$still"
    while read -r commit; do
      if by_index "$commit"; then continue; fi
      if [ "$try" -lt "$TRIES" ] && is_young "$commit"; then
        echo "$commit" >> "$still"
      else
        echo "::warning::Commit ${commit:0:12} came with no pull request that GitHub knows of, so no review approves it."
      fi
    done < "$left"
    mv "$still" "$left"
    if ! [ -s "$left" ]; then return; fi
    sleep "$PAUSE"
  done
}

is_young() {
  [ $(($(date +%s) - $(git show --no-patch --format=%ct "$1"))) -lt "$SETTLED" ]
}

# The number in the subject of a commit, if that pull request says so itself.
by_subject() {
  local number
  number=$(git show --no-patch --format=%s "$1" | sed -nE 's/^Merge pull request #([0-9]+) from .*/\1/p; s/^.*\(#([0-9]+)\)$/\1/p' | head -n 1)
  [ -n "$number" ] && brought "$number" "$1" exactly
}

# Before it knows the commit, the index answers with an empty list, at times with 404 or 422.
by_index() {
  local number
  gh api "$repository/commits/$1/pulls?per_page=100" > "$RUNNER_TEMP/heeler-index.json" 2> /dev/null || return 1
  for number in $(jq -r '.[].number' "$RUNNER_TEMP/heeler-index.json"); do
    if brought "$number" "$1" or-before; then return; fi
  done
  return 1
}

# brought NUMBER COMMIT exactly|or-before: whether the pull request was merged into this branch, with this commit. Anybody can
# write a number into a subject, so there it must be its very merge commit. Of a rebase only the last commit is that; the index
# lists the ones before it too.
brought() {
  local number=$1 commit=$2 how=$3 try merged pull=$RUNNER_TEMP/heeler-pull.json
  for try in 1 2 3; do
    gh api "$repository/pulls/$number" > "$pull" 2> /dev/null || return 1
    jq -e '.merged == true and .base.ref == env.GITHUB_REF_NAME' "$pull" > /dev/null || return 1
    # For a moment after the merge it is left out.
    merged=$(jq -r '.merge_commit_sha // empty' "$pull")
    if [ -n "$merged" ]; then break; fi
    sleep 2
  done
  case $how in
    exactly) [ "$merged" = "$commit" ] || return 1 ;;
    or-before) git merge-base --is-ancestor "$commit" "$merged" 2> /dev/null || return 1 ;;
  esac
  echo "$number $(jq -r .head.sha "$pull")" >> "$pulls"
}

# A plan counts if a run of this repository's own, for this pull request's last commit, made it by heeler-plan.yml.
fetch_plan() {
  local number=$1 head=$2 name run expired seen=""
  name="heeler-plan-$CONFIG-pr-$number"
  gh api --paginate "$repository/actions/artifacts?name=$name&per_page=100" > "$RUNNER_TEMP/heeler-artifacts.json"
  while read -r run expired; do
    made_by_plan "$run" "$head" || continue
    if [ "$expired" = true ]; then
      seen=expired
      continue
    fi
    if gh run download "$run" --repo "$GITHUB_REPOSITORY" --name "$name" --dir "$plans/$number"; then return; fi
    seen=lost
  done < <(jq -rs --arg head "$head" '[.[].artifacts[]
      | select(.workflow_run.head_repository_id == .workflow_run.repository_id and .workflow_run.head_sha == $head)]
      | sort_by(-.id)[] | "\(.workflow_run.id) \(.expired)"' "$RUNNER_TEMP/heeler-artifacts.json")
  case $seen in
    expired) say_unapproved "$number" "is no longer kept (the repository's settings say how long artifacts are)" ;;
    lost) say_unapproved "$number" "could not be downloaded" ;;
    *) say_unapproved "$number" "was not made of its last commit here" ;;
  esac
}

say_unapproved() {
  echo "::warning::The plan of pull request #$1 $2, so it approves nothing. \"Run workflow\" plans the branch anew."
}

# An artifact tells neither its event nor its workflow; its run does.
made_by_plan() {
  gh api "$repository/actions/runs/$1" > "$RUNNER_TEMP/heeler-run.json" 2> /dev/null || return 1
  jq -e --arg head "$2" --arg called "$PLANS_OF/.github/workflows/heeler-plan.yml@" '
    .event == "pull_request" and .head_sha == $head and .head_repository.id == .repository.id
    and any(.referenced_workflows[]?.path; ascii_downcase | startswith($called | ascii_downcase))' "$RUNNER_TEMP/heeler-run.json" > /dev/null
}

main
